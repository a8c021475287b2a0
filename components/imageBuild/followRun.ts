// Waits for the end of a run, and passes its log on line by line.
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
  const log = new Shown(registry, runId, watch);
  for (let pause = FIRST_PAUSE_MS; ; ) {
    const { end, ...state } = await registry.run(runId, signal);
    const hasNew = await log.show();
    if (end !== undefined) {
      for (let tries = 0; !log.complete && tries < LOG_END_TRIES; tries += 1) {
        await wait(LOG_END_PAUSE_MS, signal);
        await log.show();
      }
      return { ...state, end, lastLines: log.lastLines };
    }
    if (now() >= deadline) return undefined;
    if (hasNew) pause = FIRST_PAUSE_MS;
    await wait(pause, signal);
    pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS);
  }
}

class Shown {
  complete = false;
  readonly lastLines: string[] = [];
  readonly #read: () => Promise<{ readonly lines: readonly string[]; readonly complete: boolean }>;
  readonly #watch: RunWatch;

  constructor(registry: Registry, runId: string, watch: RunWatch) {
    const log = registry.log(runId);
    this.#read = () => log.read(watch.signal);
    this.#watch = watch;
  }

  /** Whether there was anything to show. */
  async show(): Promise<boolean> {
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
