// How a command ends that may take a user's mistake: exit code, and one message on standard error.
import { setImmediate } from "node:timers/promises";
import { UsageError } from "../rehearsal/usageError";
import { INTERRUPTED_EXIT, Interrupted, isInterrupted } from "./interruptions";

export interface Command {
  /** Returns the exit code; throws a `UsageError` for a user's mistake. */
  main(): Promise<number>;
  /** What has a defect if anything else is thrown, as in "the rehearsal". */
  readonly name: string;
  /** What may be shown of a message. Defaults to all of it. */
  readonly shown?: (message: string) => string;
}

export const USAGE_EXIT = 2;

/** Runs the command and ends the process. With --json, a mistake is one document on standard output as well. */
export function runCommand({ main, name, shown = (message) => message }: Command): void {
  main().then(
    (code) => process.exit(code),
    async (error: unknown) => {
      // What Ctrl-C ends may fail in its own words before this process hears of the signal: a translator of TypeScript, a process of the rehearsal.
      await setImmediate();
      if (error instanceof Interrupted || isInterrupted()) process.exit(INTERRUPTED_EXIT);
      const mistake = error instanceof UsageError ? error : defect(error, name);
      const [message, fix] = [shown(mistake.message), shown(mistake.fix)];
      if (process.argv.some((argument) => /^--json(=|$)/.test(argument)))
        console.log(JSON.stringify({ schemaVersion: 1, ok: false, error: { message, fix } }));
      console.error(`${message}\n  fix: ${fix}`);
      process.exit(USAGE_EXIT);
    },
  );
}

// A defect of the command itself keeps its stack; a user's mistake never has one.
function defect(error: unknown, name: string): UsageError {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new UsageError(message, `this is a defect of ${name}: please report it`);
}
