// Why a try failed, where that lies before Azure; otherwise what Azure's refusal says.
import { type Config, podVariables } from "./config";
import { type Refusal, refusalOf } from "./refusal";
import type { Failure } from "./source";
import { readTokenFile } from "./token";

/** `previous` is what the try before it met. */
export function explainFailure(config: Config, failure: Failure, previous: Refusal | undefined): Refusal {
  const { inCluster, tokenFile } = config;
  // Where Entra ID was not heard, the reason may lie before it.
  if (failure.atExchange && failure.answer === undefined) {
    if (!inCluster)
      return { link: "token exchange", code: "Unexplained", found: "no local sign-in: run az login or azd auth login" };
    const file = tokenFile === undefined ? undefined : readTokenFile(tokenFile);
    if (file !== undefined && "problem" in file && file.unreadable)
      return { link: "pod", code: "TokenFileMissing", found: file.problem };
  }
  return refusalOf(failure, previous);
}

/** Why this pod cannot work, whatever Azure says. Nothing is asked then: the SDKs would go on to the node's own identity. */
export function podRefusal(config: Config): Refusal | undefined {
  if (!config.inCluster) return undefined;
  const missing = podVariables(config).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 0) return undefined;
  const onlyClientId = missing.length === 1 && config.clientId === undefined;
  return { link: "pod", code: onlyClientId ? "ClientIdNotInjected" : "PodNotMutated", found: `not set: ${missing.join(", ")}` };
}
