// What became of an intruder: refused for the right reason, in, or not to be told.
import { z } from "zod";
import { type Code, codeIn, finding, isCode, POD_ENVIRONMENT } from "../../chain";
import type { Cluster } from "./cluster";
import { type AppStatus, isReady, type Pod, whyNotReady } from "./clusterShapes";
import type { Intruder } from "./intruder";
import type { Reading } from "./reading";
import { broken, holds, unknown, type VerifiedLink } from "./report";

export type Outcome = { readonly in: string } | { readonly code: Code };

type Kind = Pick<Intruder, "link" | "hasToken">;

/** A refusal stands near the beginning of a log. */
const LOG_BYTES = 1024 * 1024;
const REFUSED: Code = "AADSTS700213";
/** What an application says that was given nothing to sign in with. */
const WITHOUT_TOKEN: readonly Code[] = ["PodNotMutated", "TokenFileMissing"];

export function expectedOf({ hasToken }: Kind): string {
  return hasToken ? `refused with ${REFUSED}` : "no token";
}

/** By its own status, or else by the codes in its log. Undefined: nothing is to be seen yet. */
export async function outcomeOf(pod: Pod, { hasToken }: Kind, cluster: Cluster): Promise<Outcome | undefined> {
  if (!hasToken && hasProjectedToken(pod)) return { in: "it was given a token" };
  const status = pod.status.phase === "Running" ? await cluster.status(pod) : undefined;
  if (status !== undefined && "value" in status) return fromStatus(status.value);
  const { namespace, name } = pod.metadata;
  const container = pod.spec.containers[0]?.name ?? "";
  const log = await cluster.ask(`get pods/log in namespace ${namespace}`, z.string(), ({ core }) =>
    core.readNamespacedPodLog({ namespace, name, container, limitBytes: LOG_BYTES }),
  );
  const code = "value" in log ? codeIn(log.value) : undefined;
  return code === undefined ? undefined : { code };
}

function fromStatus({ ok, links }: AppStatus): Outcome | undefined {
  if (ok || links.some((link) => link.name === "token exchange" && link.ok === true))
    return { in: "its own status says that it got a token" };
  const code = links.find((link) => link.ok === false)?.code;
  return code != null && isCode(code) ? { code } : undefined;
}

function hasProjectedToken({ spec }: Pod): boolean {
  const sources = spec.volumes.flatMap(({ projected }) => projected?.sources ?? []);
  const isNamed = spec.containers.some(({ env }) => env.some(({ name }) => name === POD_ENVIRONMENT.tokenFile));
  return isNamed && sources.some(({ serviceAccountToken }) => serviceAccountToken !== undefined);
}

export function judged(outcome: Outcome, kind: Kind, place: string): VerifiedLink {
  const { link, hasToken } = kind;
  const expected = expectedOf(kind);
  if ("in" in outcome) {
    const at = { resource: `pod ${place}`, property: "access", expected, actual: `IT GOT IN: ${outcome.in}` };
    return broken(link, finding("WI196", at));
  }
  const { code } = outcome;
  if (hasToken ? code === REFUSED : WITHOUT_TOKEN.includes(code))
    return holds(link, expected, hasToken ? `refused with ${code}` : `no token (${code})`);
  return unknown(link, expected, {
    reason: `it was refused, but with ${code}: for another reason than the one that is to be shown`,
    right: "a chain that works without it",
  });
}

/** A pod without variables and volume has nothing to sign in with, whatever it says itself. */
export function late(pod: Reading<Pod>, kind: Kind, patienceSeconds: number): VerifiedLink {
  const { link, hasToken } = kind;
  const expected = expectedOf(kind);
  if ("unread" in pod) return unknown(link, expected, pod.unread);
  if (!hasToken && pod.value.status.phase !== "Pending") return holds(link, expected, "no token: neither variables nor volume");
  const state = isReady(pod.value) ? "Ready" : whyNotReady(pod.value);
  return unknown(link, expected, {
    reason: `within ${patienceSeconds} seconds neither its status nor its log said whether it was refused (${state})`,
    right: "an application that serves GET /api/status or logs the codes of Entra ID",
  });
}
