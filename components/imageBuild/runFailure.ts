// What a person reads when a run did not give an image.
import { BuildError, sayingOf } from "./buildError";
import type { EndedRun } from "./followRun";
import { firewallHint } from "./refusals";
import type { EndState } from "./registryTasks";

/** Which run of which build, for a message. */
export interface RunName {
  readonly registry: string;
  /** `repository:tag` */
  readonly image: string;
  readonly runId: string;
  readonly timeoutSeconds: number;
}

const ENDS: Readonly<Record<Exclude<EndState, "Succeeded">, (run: RunName) => string>> = {
  Failed: () => "failed",
  Error: () => "ended in an error of Azure's own, and to run again may help",
  Timeout: ({ timeoutSeconds }) =>
    `took longer than its time-out of ${timeoutSeconds} seconds, which timeoutSeconds of AppImage sets`,
  Canceled: () => "was cancelled in Azure",
};

export function runFailure(name: RunName, end: Exclude<EndState, "Succeeded">, { error, lastLines }: EndedRun): BuildError {
  const reason = error === undefined ? "" : ` Azure says: ${sayingOf(error)}.`;
  const hint = firewallHint([error, ...lastLines].join("\n"));
  const log = lastLines.length === 0 ? [] : ["The last lines of its log:", ...lastLines.map((line) => `  ${line}`)];
  return aftermath(name, [`The build of ${described(name)} ${ENDS[end](name)} (run ${name.runId}).${reason}${hint}`, ...log]);
}

/** `lines`, then where the whole log is, and what happens to the pods, which is what a person asks first. */
export function aftermath({ registry, runId }: RunName, lines: readonly string[]): BuildError {
  const log = `The whole log: az acr task logs --registry ${registry} --run-id ${runId}`;
  return new BuildError([...lines, log, "The image that is deployed stays as it is."].join("\n"));
}

export function described({ image, registry }: Pick<RunName, "image" | "registry">): string {
  return `${image} in the registry ${registry}`;
}
