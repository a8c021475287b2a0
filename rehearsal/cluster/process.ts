// One process that the rehearsal starts: its output, its end, and that nothing of it stays.
import { type ChildProcess, spawn } from "node:child_process";
import { noteGroup } from "./runFolder";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

const OUTPUT_LIMIT = 64 * 1024;
const GRACE_MS = 2000;
/** How long its output stays open after its end: what it started may hold that for ever. */
const LAST_OUTPUT_MS = 200;
const running = new Set<ManagedProcess>();

// A throw or process.exit anywhere must not leave a pod behind.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class ManagedProcess {
  readonly #child: ChildProcess;
  #output = "";
  /** Settles with how the process ended. */
  readonly ended: Promise<string>;
  #end: string | undefined;
  #stopped = false;

  constructor({ file, args, directory, environment }: Command) {
    // A group of its own, so that what the command starts ends with it.
    this.#child = spawn(file, args, {
      cwd: directory,
      env: { ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(this);
    if (this.#child.pid !== undefined) noteGroup(this.#child.pid);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => (this.#output = (this.#output + chunk).slice(-OUTPUT_LIMIT)));
    }
    this.ended = new Promise((resolve) => {
      let closing: NodeJS.Timeout | undefined;
      const finish = (how: string) => {
        clearTimeout(closing);
        running.delete(this);
        this.#end ??= how;
        for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.destroy();
        resolve(this.#end);
      };
      const ending = (code: number | null, signal: NodeJS.Signals | null) =>
        signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
      this.#child.once("error", (error) => finish(`could not be started: ${error.message}`));
      this.#child.once("exit", (code, signal) => (closing = setTimeout(() => finish(ending(code, signal)), LAST_OUTPUT_MS)));
      this.#child.once("close", (code, signal) => finish(ending(code, signal)));
    });
  }

  /** Standard output and error, the newest 64 KiB. */
  get output(): string {
    return this.#output;
  }

  /** How it ended; undefined while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Whether it was asked to end. */
  get stopped(): boolean {
    return this.#stopped;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  /** Asks it to end as Kubernetes does, and ends it after two seconds. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#end !== undefined) {
      this.kill("SIGKILL");
      return;
    }
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
    // What the process itself started may have outlived it.
    this.kill("SIGKILL");
  }
}
