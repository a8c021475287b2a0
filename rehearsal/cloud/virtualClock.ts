// A clock that stands still until somebody moves it: hours of Azure in no time, and the same order in every run.
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "./operations";

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

export interface VirtualClockOptions {
  /** What it shows first, in milliseconds since 1970. */
  readonly startMs?: number;
  /**
   * Goes on to the next sleeper by itself, once nobody has begun to sleep and nobody has woken for so many real milliseconds: whoever works
   * meanwhile without sleeping must be quicker. Undefined: it moves by `advance` and `next` alone.
   */
  readonly autoAdvanceAfterMs?: number;
}

export class VirtualClock implements Clock {
  #nowMs: number;
  /** By time, and for one time in the order in which they went to sleep. */
  readonly #sleepers: Sleeper[] = [];
  readonly #autoAdvanceAfterMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ startMs = Date.UTC(2026, 0, 1), autoAdvanceAfterMs }: VirtualClockOptions = {}) {
    this.#nowMs = startMs;
    this.#autoAdvanceAfterMs = autoAdvanceAfterMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** How many sleep. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return Promise.resolve();
    const untilMs = this.#nowMs + milliseconds;
    return new Promise((wake) => {
      const later = this.#sleepers.findIndex((other) => other.untilMs > untilMs);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, { untilMs, wake });
      this.#soon();
    });
  }

  /** Moves on, and wakes whoever's time comes, one after another; whoever goes to sleep again meanwhile is woken too when that is due. */
  async advance(milliseconds: number): Promise<void> {
    // Whoever has just begun goes to sleep now, and not when the time has passed.
    await turn();
    const endMs = this.#nowMs + milliseconds;
    while ((this.#sleepers[0]?.untilMs ?? Number.POSITIVE_INFINITY) <= endMs) await this.next();
    this.#nowMs = endMs;
  }

  /** Moves on to the next sleeper and wakes it. False: nobody sleeps. */
  async next(): Promise<boolean> {
    const sleeper = this.#sleepers.shift();
    if (sleeper === undefined) return false;
    this.#nowMs = sleeper.untilMs;
    sleeper.wake();
    this.#soon();
    // What it does until it sleeps again is done before anybody else wakes.
    await turn();
    return true;
  }

  #soon(): void {
    if (this.#autoAdvanceAfterMs === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = this.sleeping === 0 ? undefined : setTimeout(() => void this.next(), this.#autoAdvanceAfterMs);
  }
}
