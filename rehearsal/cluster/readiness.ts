// Watches a pod become ready, or show that it will not be.
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { AUTHORITY_HOST } from "../../chain";
import type { Call, Network } from "../network/network";
import type { Pod } from "./kubelet";

export interface Readiness {
  readonly ready: boolean;
  /** From the start of the process to its first answer, and to its first ready answer. */
  readonly listeningMs: number | undefined;
  readonly readyMs: number | undefined;
  /** The probe's last answer; undefined where nothing answered. */
  readonly status: number | undefined;
}

/** What is known of a pod before it starts. */
export interface Outlook {
  /** A rule says why its chain is broken. */
  readonly explained: boolean;
  /** It was given what it takes to ask for a token. */
  readonly canAsk: boolean;
  /** It does no more than sign in, as a stand-in for a public image. */
  readonly signsInOnly: boolean;
}

const LOGIN_HOST = new URL(AUTHORITY_HOST).hostname;
const BLOB_HOSTS = ".blob.core.windows.net";
const PROBE_MS = 15;
const CHALLENGE = "Unauthorized";
/** How long a pod whose chain is broken, as a rule says, may go on once it was refused or has nothing to ask with. */
const QUIET_WHEN_EXPLAINED_MS = 300;
/** How long any other pod may do nothing that is seen, once it listens. */
const QUIET_MS = 8000;
const LIMIT_MS = 30_000;

/**
 * Probes a pod until it is ready, ends, or shows that it will not be.
 *
 * A cluster would go on probing for minutes. Here a pod is given up at once where a rule explains why it must fail, and has eight seconds without a
 * sign, thirty in all, where none does. A pod without a readiness probe over HTTP is ready when it has read a secret or a blob, a stand-in when it has signed in.
 */
export async function waitUntilReady(
  pod: Pod,
  calls: Network["calls"],
  { explained, canAsk, signsInOnly }: Outlook,
  signal: AbortSignal,
): Promise<Readiness> {
  const probed = pod.template.containers[0]?.readinessProbe?.httpGet;
  let listeningMs: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const own = calls.filter(({ client }) => client === pod.client);
    const status = probed === undefined ? statusOf(own, signsInOnly) : await probe(`${pod.url}${probed.path}`);
    const ageMs = performance.now() - pod.startedMs;
    if (status !== undefined) listeningMs ??= ageMs;
    if (status !== undefined && status >= 200 && status < 400) return { ready: true, listeningMs, readyMs: ageMs, status };
    const lastCall = own.at(-1);
    const sinceCallMs = lastCall === undefined ? Number.POSITIVE_INFINITY : Date.now() - lastCall.startedMs - lastCall.durationMs;
    const quietMs = listeningMs === undefined ? 0 : Math.min(ageMs - listeningMs, sinceCallMs);
    const over = explained && (isRefused(own) || (lastCall === undefined && !canAsk));
    const givenUp = quietMs > (over ? QUIET_WHEN_EXPLAINED_MS : QUIET_MS) || ageMs > LIMIT_MS;
    if (pod.process.end !== undefined || givenUp) return { ready: false, listeningMs, readyMs: undefined, status };
    await delay(PROBE_MS);
  }
}

function statusOf(calls: readonly Call[], signsInOnly: boolean): number | undefined {
  const done = ({ status, host, path }: Call) =>
    (status === 200 || status === 206) &&
    (signsInOnly ? host === LOGIN_HOST && path.endsWith("/token") : path.startsWith("/secrets/") || host.endsWith(BLOB_HOSTS));
  if (calls.some(done)) return 200;
  return calls.length === 0 ? undefined : 503;
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
