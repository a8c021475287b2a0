// The stack's program in a rehearsal: what it is given, and what it may reach.
import { join } from "node:path";
import { rehearsalVariables } from "./cluster/environment";
import { HOST_REFUSED } from "./network/handler";
import type { Network } from "./network/network";
import type { ProgramResult } from "./program/messages";
import type { ProgramBackend } from "./program/recorder";
import { type ProgramRunOptions, runInOwnProcess } from "./program/run";
import { withRules } from "./programFailure";
import type { StackFiles } from "./stack";
import { UsageError } from "./usageError";
import type { World } from "./world";

export type ProgramRunner = (options: ProgramRunOptions, backend: ProgramBackend) => Promise<ProgramResult>;

/** The client as which the program itself uses the network: it may build images in a registry and nothing else. */
export const PROGRAM_CLIENT = "program";

export interface RunOptions {
  readonly program?: ProgramRunner;
  readonly foreign?: { readonly environment: Readonly<Record<string, string>> } | undefined;
  readonly signal: AbortSignal;
}

/** Runs the stack's program into the emulation. Throws a `UsageError` for one that does not run, with the hosts that the network refused it. */
export async function runProgram(
  files: StackFiles,
  options: RunOptions,
  { cloud, isBuilding }: World,
  network: Network,
  caFile: string,
  backend: ProgramBackend = cloud,
) {
  const { project, stack, config, secretKeys, directory, main } = files;
  const compileCache = join(__dirname, "..", "node_modules", ".cache", "rehearsal");
  const environment = {
    ...options.foreign?.environment,
    ...rehearsalVariables(network.clientUrl(PROGRAM_CLIENT), caFile),
    NODE_COMPILE_CACHE: compileCache,
  };
  const settings = { project, stack, preview: false, config, secretKeys };
  const run = options.program ?? runInOwnProcess;
  return run({ directory, main, settings, environment, signal: options.signal, isBuilding }, backend).catch((error: unknown) => {
    // A library's own message does not say what the network refused, and to whom.
    const hosts = new Set(network.calls.filter(({ code }) => code === HOST_REFUSED).map(({ host }) => host));
    if (!(error instanceof UsageError)) throw error;
    if (hosts.size === 0) throw withRules(error, cloud);
    const reached = `${HOST_REFUSED}: the program tried to reach ${[...hosts].join(", ")}, and a rehearsal reaches nothing outside this machine`;
    throw new UsageError(`${error.message}\n${reached}`, error.fix);
  });
}
