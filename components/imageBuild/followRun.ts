// Waits for the end of a run, and passes its log on line by line.
import { BuildError } from "./buildError";
import type { Registry } from "./registry";
import type { EndState, RunState } from "./registryTasks";

export interface RunWatch {
  readonly signal: AbortSignal;
  log(line: string): void;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

export type EndedRun = RunState & { readonly end: EndState; readonly lastLines: readonly string[] };

/** How much longer than the run's own time-out it is waited for: it begins when an agent takes the run, which may stand in a queue. */
export const GRACE_SECONDS = 300;

/** How long Azure may not tell the state of a run before it is given up: the run itself goes on through such an outage. */
const OUTAGE_LIMIT_MINUTES = 5;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const PAUSE_GROWTH = 1.5;
/** Enough to see which step failed, and why. */
const LAST_LINES = 20;
/** The end of the log may come a little later than the end of the run. */
const LOG_END_TRIES = 5;
const LOG_END_PAUSE_MS = 1_000;

/** Undefined: the run did not end in time. A log that cannot be read is no reason to give up the build. */
export async function followRun(
  registry: Registry,
  runId: string,
  timeoutSeconds: number,
  watch: RunWatch,
): Promise<EndedRun | undefined> {
  const { signal, wait, now } = watch;
  const deadline = now() + (timeoutSeconds + GRACE_SECONDS) * 1000;
  const states = new RunStates(registry, runId, deadline, watch);
  const log = new LogPrinter(registry, runId, watch);
  for (let pause = FIRST_PAUSE_MS; ; ) {
    const state = await states.next();
    if (state !== undefined) {
      const { end } = state;
      const hasNew = await log.print();
      if (end !== undefined) {
        for (let tries = 0; !log.complete && tries < LOG_END_TRIES; tries += 1) {
          await wait(LOG_END_PAUSE_MS, signal);
          await log.print();
        }
        return { ...state, end, lastLines: log.lastLines };
      }
      if (now() >= deadline) return undefined;
      if (hasNew) pause = FIRST_PAUSE_MS;
    }
    await wait(pause, signal);
    pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS);
  }
}

class RunStates {
  readonly #ask: () => Promise<RunState>;
  readonly #runId: string;
  readonly #deadlineMs: number;
  readonly #watch: RunWatch;
  #answeredMs: number;
  #outage = false;

  constructor(registry: Registry, runId: string, deadlineMs: number, watch: RunWatch) {
    this.#ask = () => registry.run(runId, watch.signal);
    this.#runId = runId;
    this.#deadlineMs = deadlineMs;
    this.#watch = watch;
    this.#answeredMs = watch.now();
  }

  /** Undefined: Azure does not tell, but that may pass. */
  async next(): Promise<RunState | undefined> {
    try {
      const state = await this.#ask();
      this.#answeredMs = this.#watch.now();
      this.#outage = false;
      return state;
    } catch (error) {
      const limit = Math.min(this.#deadlineMs, this.#answeredMs + OUTAGE_LIMIT_MINUTES * 60_000);
      if (!(error instanceof BuildError && error.temporary) || this.#watch.now() >= limit) throw error;
      if (!this.#outage) {
        const what = `Azure does not tell how the run ${this.#runId} is, which goes on meanwhile`;
        this.#watch.log(`${what}; it is asked again for up to ${OUTAGE_LIMIT_MINUTES} minutes. ${error.message}`);
      }
      this.#outage = true;
      return undefined;
    }
  }
}

class LogPrinter {
  complete = false;
  readonly lastLines: string[] = [];
  readonly #read: () => Promise<{ readonly lines: readonly string[]; readonly complete: boolean }>;
  readonly #watch: RunWatch;

  constructor(registry: Registry, runId: string, watch: RunWatch) {
    const log = registry.log(runId);
    this.#read = () => log.read(watch.signal);
    this.#watch = watch;
  }

  /** Whether there was anything to print. */
  async print(): Promise<boolean> {
    if (this.complete) return false;
    try {
      const { lines, complete } = await this.#read();
      this.complete = complete;
      for (const line of lines) this.#watch.log(line);
      this.lastLines.push(...lines);
      this.lastLines.splice(0, this.lastLines.length - LAST_LINES);
      return lines.length > 0;
    } catch (error) {
      this.#watch.signal.throwIfAborted();
      this.complete = true;
      this.#watch.log(`The build goes on without its log. ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
