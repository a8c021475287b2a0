// The log of one run, read from Azure Storage while it grows. https://learn.microsoft.com/rest/api/storageservices/get-blob
import { BuildError } from "./buildError";
import { LogLines } from "./logLines";
import type { BlobTransfer } from "./transfer";

export interface LogPart {
  /** What has come since the last time, in whole lines. */
  readonly lines: readonly string[];
  /** Nothing follows. */
  readonly complete: boolean;
}

export interface LogReader {
  /** Everything that has come since the last time. A log that does not exist yet is empty. */
  read(signal: AbortSignal): Promise<LogPart>;
}

/** `address` asks for where the log can be read; it is asked again when an address has expired. */
export class RunLog implements LogReader {
  readonly #blobs: BlobTransfer;
  readonly #address: (signal: AbortSignal) => Promise<string>;
  readonly #lines = new LogLines();
  #known: string | undefined;
  #bytesRead = 0;
  #complete = false;

  constructor(blobs: BlobTransfer, address: (signal: AbortSignal) => Promise<string>) {
    this.#blobs = blobs;
    this.#address = address;
  }

  async read(signal: AbortSignal): Promise<LogPart> {
    const lines: string[] = [];
    for (let atEnd = this.#complete; !atEnd; ) {
      const piece = await this.#piece(signal);
      lines.push(...this.#lines.push(piece.bytes));
      this.#bytesRead += piece.bytes.length;
      atEnd = piece.atEnd;
      this.#complete = atEnd && piece.complete;
      if (this.#complete) lines.push(...this.#lines.end());
    }
    return { lines, complete: this.#complete };
  }

  async #piece(signal: AbortSignal) {
    const first = await this.#ask(signal);
    if (!first.refused) return first;
    this.#known = undefined;
    const second = await this.#ask(signal);
    if (!second.refused) return second;
    throw new BuildError(`Azure Storage does not let the log be read (${second.why}).`);
  }

  async #ask(signal: AbortSignal) {
    this.#known ??= await this.#address(signal);
    return this.#blobs.read(this.#known, this.#bytesRead, signal);
  }
}
