// Watches a pod become ready, or show that it will not be.
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Call, Network } from "../network/network";
import type { ContainerProcess } from "./kubelet";
import { STAND_IN_DONE } from "./standIns";

export interface Readiness {
  readonly ready: boolean;
  /** From the start of the process to its first answer, and to its first ready answer. */
  readonly listeningMs: number | undefined;
  readonly readyMs: number | undefined;
  /** The probe's last answer; undefined where nothing answered. */
  readonly status: number | undefined;
}

/** A container whose readiness counts: one of those that run when the others have ended or stay. */
export interface Watched {
  readonly container: ContainerProcess;
  /** What stands in for an image says when it has done what it was started for. */
  readonly isStandIn: boolean;
}

/** What is known of a pod before it starts. */
export interface Outlook {
  /** A rule says why its chain is broken. */
  readonly explained: boolean;
  /** It was given what it takes to ask for a token. */
  readonly canAsk: boolean;
  /** Its processes end by themselves, and it is ready when they have. */
  readonly runsToEnd: boolean;
}

const BLOB_HOSTS = ".blob.core.windows.net";
/** How a process ends that did what it was started for. */
export const ENDED_WELL = "exited with code 0";
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
 * sign, thirty in all, where none does. A pod whose containers have no readiness probe over HTTP is ready when it has read a secret or a blob, a stand-in
 * when it says that it is done, and what runs to its end when it has ended with code 0.
 */
export async function waitUntilReady(
  watched: readonly Watched[],
  calls: Network["calls"],
  { explained, canAsk, runsToEnd }: Outlook,
  signal: AbortSignal,
): Promise<Readiness> {
  const [first] = watched;
  if (first === undefined) return { ready: false, listeningMs: undefined, readyMs: undefined, status: undefined };
  const { client } = first.container;
  const shows = watched.some(({ container, isStandIn }) => isStandIn || isProbed(container));
  let listeningMs: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const own = calls.filter((call) => call.client === client);
    // Before the answers are asked for: what ends meanwhile may have been ready.
    const ended = watched.some(
      ({ container: { process } }) => process.end !== undefined && !(runsToEnd && process.end === ENDED_WELL),
    );
    const statuses = await Promise.all(
      watched.map(({ container, isStandIn }) => {
        const { end, output } = container.process;
        if (runsToEnd) return end === ENDED_WELL ? 200 : unsettled(own);
        if (isStandIn) return output.includes(STAND_IN_DONE) ? 200 : unsettled(own);
        if (isProbed(container)) return probe(`${container.url}${container.container.readinessProbe?.httpGet?.path}`);
        if (shows) return end === undefined ? 200 : undefined;
        return own.some(isRead) ? 200 : unsettled(own);
      }),
    );
    const [status] = statuses;
    const ageMs = performance.now() - first.container.startedMs;
    if (statuses.some((each) => each !== undefined)) listeningMs ??= ageMs;
    if (statuses.every(isGood)) return { ready: true, listeningMs, readyMs: ageMs, status };
    const lastCall = own.at(-1);
    const sinceCallMs = lastCall === undefined ? Number.POSITIVE_INFINITY : Date.now() - lastCall.startedMs - lastCall.durationMs;
    const quietMs = listeningMs === undefined ? 0 : Math.min(ageMs - listeningMs, sinceCallMs);
    const over = explained && (isRefused(own) || (lastCall === undefined && !canAsk));
    const givenUp = quietMs > (over ? QUIET_WHEN_EXPLAINED_MS : QUIET_MS) || ageMs > LIMIT_MS;
    if (ended || givenUp) return { ready: false, listeningMs, readyMs: undefined, status };
    await delay(PROBE_MS);
  }
}

function isProbed({ container }: ContainerProcess): boolean {
  return container.readinessProbe?.httpGet !== undefined;
}

function isGood(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 400;
}

function isRead({ status, host, path }: Call): boolean {
  return (status === 200 || status === 206) && (path.startsWith("/secrets/") || host.endsWith(BLOB_HOSTS));
}

/** What a container without an answer of its own shows: that it does something. */
function unsettled(calls: readonly Call[]): number | undefined {
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
