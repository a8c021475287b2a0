// The containers of one pod in their order: those that run before the others to their end, then the others, beside the sidecars.
import { setTimeout as delay } from "node:timers/promises";
import type { Network } from "../network/network";
import type { Runnable } from "./imageCommand";
import type { ContainerProcess, ContainerRequest } from "./kubelet";
import type { Container } from "./podTemplate";
import { ENDED_WELL, type Outlook, type Readiness, waitUntilReady } from "./readiness";

export interface PlannedContainer {
  readonly container: Container;
  readonly init: "to its end" | "sidecar" | undefined;
  readonly runnable: Runnable;
  readonly isStandIn: boolean;
  /** PATH of the process. */
  readonly path: string;
}

export interface PodProcesses {
  /** Of all containers that were started, in that order. */
  readonly started: readonly ContainerProcess[];
  /** The container that ended and should not have. */
  readonly failed: ContainerProcess | undefined;
  readonly readiness: Readiness;
}

/** How long a container that runs before the others may take. A cluster would wait for ever. */
const INIT_LIMIT_MS = 30_000;
const NOT_READY: Readiness = { ready: false, listeningMs: undefined, readyMs: undefined, status: undefined };

/**
 * Starts a pod's containers and waits until it is ready or shows that it will not be. One that runs before the others and does not end with code 0 is the end of
 * it: a kubelet would start it again and again.
 */
export async function runContainers(
  planned: readonly PlannedContainer[],
  start: (request: Pick<ContainerRequest, "container" | "runnable" | "path">) => Promise<ContainerProcess>,
  calls: Network["calls"],
  outlook: (started: readonly ContainerProcess[]) => Outlook,
  signal: AbortSignal,
): Promise<PodProcesses> {
  const started: ContainerProcess[] = [];
  const watched: { container: ContainerProcess; isStandIn: boolean }[] = [];
  const since = performance.now();
  for (const { container, init, runnable, isStandIn, path } of planned) {
    signal.throwIfAborted();
    const running = await start({ container, runnable, path });
    started.push(running);
    if (init === undefined) watched.push({ container: running, isStandIn });
    if (init === "to its end" && !(await endsWell(running, signal))) return { started, failed: running, readiness: NOT_READY };
  }
  if (watched.length === 0) {
    const readyMs = performance.now() - since;
    return { started, failed: undefined, readiness: { ready: true, listeningMs: undefined, readyMs, status: undefined } };
  }
  const { runsToEnd, ...rest } = outlook(started);
  const readiness = await waitUntilReady(watched, calls, { ...rest, runsToEnd }, signal);
  const isFailed = ({ process: { end } }: ContainerProcess) => end !== undefined && !(runsToEnd && end === ENDED_WELL);
  const failed = readiness.ready ? undefined : watched.find(({ container }) => isFailed(container))?.container;
  return { started, failed, readiness };
}

async function endsWell({ process }: ContainerProcess, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const limit = delay(INIT_LIMIT_MS, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined);
  await Promise.race([process.ended, limit]);
  over.abort();
  signal.throwIfAborted();
  return process.end === ENDED_WELL;
}
