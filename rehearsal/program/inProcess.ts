// Runs a program, or a piece of one, in this process: for tests, and for many programs in a row. A rehearsal gives a program a process of its own (run.ts).
import * as pulumi from "@pulumi/pulumi";
import { UsageError } from "../usageError";
import type { ProgramResult } from "./messages";
import { type ProgramBackend, type ProgramSettings, Recorder, RefusedError } from "./recorder";
import type { Recording } from "./recording";

/**
 * Runs `body` as a stack's program and returns when nothing it started is left to do.
 *
 * Rejected promises of the program are caught for as long as it runs, so that a test's runner does not pin them on another test.
 */
export async function recordInProcess(
  settings: ProgramSettings,
  backend: ProgramBackend,
  body: () => unknown,
): Promise<Recording> {
  const recorder = await Recorder.start(settings, backend);
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => {
    if (!(reason instanceof RefusedError)) recorder.fail(reason);
  });
  try {
    await pulumi.runtime.runInPulumiStack(async () => body()).catch((error: unknown) => recorder.fail(error));
    await settle(() => recorder.recording().resources.length);
    return recorder.recording();
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}

/** What a rehearsal goes on with, for whoever runs a whole program in this process. */
export function resultOf({ resources, outputs, secretOutputs, failures }: Recording): ProgramResult {
  if (failures.length > 0) throw new UsageError(failures.map(({ message }) => message).join("\n"), "mend the program");
  return {
    resources: resources.map((resource) => ({ ...resource })),
    outputs: { ...outputs },
    secretOutputs: [...secretOutputs],
    failures: [],
  };
}

// A drained queue is not the end: a callback may register more. Wait until a whole round brings nothing new.
async function settle(registered: () => number): Promise<void> {
  for (let before = -1; before !== registered(); ) {
    before = registered();
    await pulumi.runtime.disconnect();
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  }
}
