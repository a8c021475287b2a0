// The part of a rehearsal that the real engine has: its run, and what is reported of it.
import type { EngineRehearsal } from "./engine/rehearsalRun";
import type { EngineReport } from "./report";

// Loaded by those who ask for it: gRPC and the shapes of all inputs are a fifth of what loading a rehearsal takes.
export const onRealEngine: typeof import("./engine/rehearsalRun").upOnEngine = (options) => {
  const { upOnEngine }: typeof import("./engine/rehearsalRun") = require("./engine/rehearsalRun");
  return upOnEngine(options);
};

/** `destroys`: the stack goes once more, and what is left of it is told. */
export async function engineReport(
  { version, failure: cause, destroy }: EngineRehearsal,
  destroys: boolean,
  step: (name: string, since: number) => void,
): Promise<EngineReport> {
  const failure = cause ?? null;
  if (!destroys) return { version, failure, destroyFailure: null, left: null, softDeletedVaults: null };
  const since = performance.now();
  const destroyed = await destroy();
  const { left, softDeletedVaults, destroyFailure } = destroyed;
  const kept = softDeletedVaults.length === 0 ? "" : ` but the soft-deleted vault ${softDeletedVaults.join(", ")}`;
  if (left.length === 0 && destroyFailure === null) step(`pulumi destroy: nothing left${kept}`, since);
  return { version, failure, ...destroyed };
}
