// The bytes of a log, in pieces as they come, as lines that are safe to print.
import { withoutControls } from "./terminal";

/** Longer lines are cut: one of a bundler can have megabytes. */
export const LINE_LIMIT = 2000;

export class LogLines {
  readonly #decoder = new TextDecoder();
  /** The line that has no end yet, no longer than it takes to see that it is too long. */
  #open = "";

  /** The lines that these bytes complete, without blank ones. */
  push(bytes: Uint8Array): string[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last line, where the log does not end with a line break. */
  end(): string[] {
    return this.#take(`${this.#decoder.decode()}\n`);
  }

  #take(text: string): string[] {
    const [first = "", ...others] = text.split("\n");
    const lines = [this.#open + first, ...others];
    this.#open = (lines.pop() ?? "").slice(0, 2 * LINE_LIMIT);
    return lines.map(printable).filter((line) => line !== "");
  }
}

function printable(line: string): string {
  // Of a line that was written over, such as a progress bar, a terminal shows the end.
  const shown = line.trimEnd().split("\r").at(-1) ?? "";
  const clean = withoutControls(shown);
  return clean.length > LINE_LIMIT ? `${clean.slice(0, LINE_LIMIT)}…` : clean;
}
