// Watches a pod become ready, or show that it will not be.
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Call, Network } from "../network/network";
import type { Pod } from "./kubelet";

export interface Readiness {
  readonly ready: boolean;
  /** From the start of the process to its first answer, and to its first ready answer. */
  readonly listeningMs: number | undefined;
  readonly readyMs: number | undefined;
}

const PROBE_MS = 15;
const CHALLENGE = "Unauthorized";
/** How long a pod that does not become ready is given, from the last thing that it was seen to do. */
const QUIET_AFTER_REFUSAL_MS = 300;
const QUIET_MS = 8000;
const LIMIT_MS = 30_000;

/**
 * Probes a pod until it is ready, ends, or shows that it will not be: it was refused and has gone quiet, or does nothing for eight seconds.
 *
 * A cluster would go on probing; here a wrong program should be told so within a second.
 */
export async function waitUntilReady(
  pod: Pod,
  calls: Network["calls"],
  expectsCalls: boolean,
  signal: AbortSignal,
): Promise<Readiness> {
  const path = pod.template.containers[0]?.readinessProbe?.httpGet?.path ?? "/";
  let listeningMs: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const status = await probe(`${pod.url}${path}`);
    const now = performance.now();
    if (status !== undefined) listeningMs ??= now - pod.startedMs;
    if (status !== undefined && status >= 200 && status < 400) return { ready: true, listeningMs, readyMs: now - pod.startedMs };
    const own = calls.filter(({ client }) => client === pod.client);
    const lastCall = own.at(-1);
    const quietMs = Math.min(
      now - pod.startedMs - (listeningMs ?? 0),
      lastCall === undefined ? Number.POSITIVE_INFINITY : Date.now() - lastCall.startedMs - lastCall.durationMs,
    );
    const refused = listeningMs !== undefined && (isRefused(own) || !expectsCalls);
    const givenUp = quietMs > (refused ? QUIET_AFTER_REFUSAL_MS : QUIET_MS) || now - pod.startedMs > LIMIT_MS;
    if (pod.process.end !== undefined || givenUp) return { ready: false, listeningMs, readyMs: undefined };
    await delay(PROBE_MS);
  }
}

// A throttled or failed call is tried again soon and says nothing. A vault's challenge is how a sign-in begins; the same one a second time
// is how one ends that never got as far as asking for a token.
function isRefused(calls: readonly Call[]): boolean {
  const last = calls.at(-1);
  if (last === undefined || last.status < 400 || last.status === 429 || last.status >= 500) return false;
  const challenges = calls.filter(({ path, code }) => code === CHALLENGE && path === last.path);
  return last.code !== CHALLENGE || challenges.length > 1;
}

function probe(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(url, { agent: false, timeout: 1000 }, (response) => {
      response.resume();
      response.once("close", () => resolve(response.statusCode));
    });
    sent.once("timeout", () => sent.destroy());
    sent.once("error", () => resolve(undefined));
    sent.end();
  });
}
