// A virtual clock: what runs when, if everything starts as soon as nothing holds it back any more.

export interface Step {
  readonly id: string;
  /** How long its own work takes. */
  readonly seconds: number;
}

/** One step that another one waits for. */
export interface Wait {
  /** The step that is waited for. */
  readonly on: string;
  /** The step that waits. */
  readonly step: string;
  /** Whether it waits with its start, or starts and cannot end before: a rollout whose pods become ready later. */
  readonly holds: "start" | "end";
  /** Seconds after the other's end that it still waits. Defaults to 0. */
  readonly lagSeconds?: number;
  /** Who says so. */
  readonly why: "data" | "azure" | "order";
}

export interface Graph {
  readonly steps: readonly Step[];
  readonly waits: readonly Wait[];
}

export interface Interval {
  readonly id: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** What it waited for last, with its start or its end; undefined for one that nothing held back. */
  readonly heldBy: Wait | undefined;
}

export interface Timeline {
  readonly makespanSeconds: number;
  readonly intervals: ReadonlyMap<string, Interval>;
  /** Most steps whose work was under way at the same moment. */
  readonly peak: number;
}

interface Run {
  readonly step: Step;
  /** Waits that have not come to pass yet. */
  start: number;
  end: number;
  startedAt: number | undefined;
  worked: boolean;
  heldBy: Wait | undefined;
  heldUntil: number;
}

/** Runs the graph with as much at once as it allows. Throws where steps wait for each other. */
export function simulate({ steps, waits }: Graph): Timeline {
  const runs = new Map<string, Run>(
    steps.map((step) => [
      step.id,
      { step, start: 0, end: 0, startedAt: undefined, worked: false, heldBy: undefined, heldUntil: -1 },
    ]),
  );
  const run = (id: string): Run => {
    const found = runs.get(id);
    if (found === undefined) throw new Error(`a wait names the step ${id}, which does not exist`);
    return found;
  };
  const waitsOn = new Map<string, Wait[]>();
  for (const wait of waits) {
    run(wait.step)[wait.holds] += 1;
    waitsOn.set(run(wait.on).step.id, [...(waitsOn.get(wait.on) ?? []), wait]);
  }

  const clock = new Clock();
  const intervals = new Map<string, Interval>();
  let working = 0;
  let peak = 0;
  const start = (at: Run) => {
    if (at.start > 0 || at.startedAt !== undefined) return;
    at.startedAt = clock.seconds;
    if (at.step.seconds > 0) working += 1;
    peak = Math.max(peak, working);
    clock.after(at.step.seconds, () => {
      if (at.step.seconds > 0) working -= 1;
      at.worked = true;
      end(at);
    });
  };
  const end = (at: Run) => {
    if (!at.worked || at.end > 0 || at.startedAt === undefined || intervals.has(at.step.id)) return;
    const { id } = at.step;
    intervals.set(id, { id, startSeconds: at.startedAt, endSeconds: clock.seconds, heldBy: at.heldBy });
    for (const wait of waitsOn.get(id) ?? []) {
      clock.after(wait.lagSeconds ?? 0, () => {
        const waiting = run(wait.step);
        waiting[wait.holds] -= 1;
        // Of two that end in the same moment, what is forced is the reason, whichever comes last.
        const second = wait.why === "order" && waiting.heldUntil === clock.seconds;
        if ((wait.holds === "start" || waiting.worked) && !second) {
          waiting.heldBy = wait;
          waiting.heldUntil = clock.seconds;
        }
        if (wait.holds === "start") start(waiting);
        else end(waiting);
      });
    }
  };

  for (const at of runs.values()) start(at);
  clock.run();
  const stuck = steps.filter(({ id }) => !intervals.has(id)).map(({ id }) => id);
  if (stuck.length > 0) throw new Error(`these steps wait for each other: ${stuck.join(", ")}`);
  return { makespanSeconds: Math.max(0, ...[...intervals.values()].map(({ endSeconds }) => endSeconds)), intervals, peak };
}

/** The chain of steps, first to last, each of which began or ended no later than what it waited for let it. */
export function criticalPath({ makespanSeconds, intervals }: Timeline): Interval[] {
  const path: Interval[] = [];
  let at = [...intervals.values()].findLast(({ endSeconds }) => endSeconds === makespanSeconds);
  while (at !== undefined) {
    path.unshift(at);
    at = at.heldBy && intervals.get(at.heldBy.on);
  }
  return path;
}

/** Events in the order of their time, and of their announcement where that is the same. */
class Clock {
  seconds = 0;
  readonly #events: { at: number; action: () => void }[] = [];

  after(seconds: number, action: () => void): void {
    const at = this.seconds + seconds;
    const index = this.#events.findLastIndex((event) => event.at <= at);
    this.#events.splice(index + 1, 0, { at, action });
  }

  run(): void {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      this.seconds = event.at;
      event.action();
    }
  }
}
