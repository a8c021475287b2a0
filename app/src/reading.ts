// One thing that the application reads of Azure: read at once, again while it works, again and again while it does not. Keeps the last good result.
import type { Clock } from "./clock";
import type { Log, LogFields } from "./log";
import type { Refusal } from "./refusal";
import { type RetrySettings, waitMs } from "./retry";
import type { Failure, Source, Try } from "./source";

export interface ReadingState<T> {
  /** Whether the latest try read it. */
  readonly working: boolean;
  /** Why the latest try did not; undefined also before the first answer. */
  readonly refusal: Refusal | undefined;
  /** The last good read, kept through an outage. */
  readonly last: (T & { readonly readAt: number }) | undefined;
  /** Milliseconds since 1970; undefined before the first answer, and where nothing but another pod can help. */
  readonly nextTryAt: number | undefined;
}

export const NOT_YET: ReadingState<never> = { working: false, refusal: undefined, last: undefined, nextTryAt: undefined };

export interface ReadingOptions<T> {
  readonly settings: RetrySettings;
  readonly clock: Clock;
  readonly log: Log;
  /** What the log calls a good read; told again only when the facts change. */
  readonly event: string;
  readonly facts: (value: T) => LogFields;
  readonly explain: (failure: Failure, previous: Refusal | undefined) => Refusal;
  /** Called after every try, with `ok` or the code of its refusal, once the state is the new one. */
  readonly onTry: (result: string, tried: Try<T> | undefined) => void;
  /** The longest that one try may take. */
  readonly tryLimitMs: number;
}

export class Reading<T extends object> {
  #state: ReadingState<T> = NOT_YET;
  readonly #options: ReadingOptions<T>;
  #source: Source<T> | undefined;
  #failures = 0;
  #told = "";
  #startedAt = 0;
  #pending: Promise<void> | undefined;
  #stop: AbortSignal | undefined;
  /** Ends the sleep before the next try, since another try has moved it. */
  #moved = new AbortController();

  constructor(options: ReadingOptions<T>) {
    this.#options = options;
  }

  get state(): ReadingState<T> {
    return this.#state;
  }

  /** Reads until the signal. */
  async run(source: Source<T>, stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    this.#source = source;
    this.#stop = stop;
    while (!stop.aborted) {
      await this.#try(source, stop);
      for (let ms = this.#waitMs(); ms > 0 && !stop.aborted; ms = this.#waitMs())
        await clock.wait(ms, AbortSignal.any([stop, this.#moved.signal]));
    }
  }

  /** For who is about to show the result: reads anew what is older, unless a refusal says to wait, and waits for that only so long. */
  async freshen(maxAgeMs: number, patienceMs: number): Promise<void> {
    const source = this.#source;
    const stop = this.#stop;
    if (source === undefined || stop === undefined || stop.aborted) return;
    const { clock } = this.#options;
    // The list is as old as the question for it, not as its answer; a clock that was set back makes it old as well.
    const fresh = this.#state.working && Math.abs(clock.now() - this.#startedAt) < maxAgeMs;
    const backsOff = this.#state.refusal !== undefined && this.#waitMs() > 0;
    if (fresh || (backsOff && this.#pending === undefined)) return;
    const answered = new AbortController();
    const patience = clock.wait(patienceMs, AbortSignal.any([stop, answered.signal]));
    await Promise.race([this.#try(source, stop), patience]);
    answered.abort();
  }

  /** For what no try can change. */
  refuse(refusal: Refusal): void {
    this.#refused(refusal, undefined, undefined);
  }

  /** One try at a time: who asks during one gets that one's result. */
  #try(source: Source<T>, stop: AbortSignal): Promise<void> {
    this.#pending ??= this.#tryOnce(source, stop).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #tryOnce(source: Source<T>, stop: AbortSignal): Promise<void> {
    const { settings, clock, explain, tryLimitMs } = this.#options;
    const startedAt = clock.now();
    const tried = await source.read(AbortSignal.any([stop, AbortSignal.timeout(tryLimitMs)]));
    if (stop.aborted) return;
    this.#startedAt = startedAt;
    if ("value" in tried) {
      this.#failures = 0;
      this.#read(tried.value, tried);
    } else {
      this.#failures += 1;
      const ms = waitMs(settings, this.#failures, tried.failure.answer?.retryAfterMs);
      this.#refused(explain(tried.failure, this.#state.refusal), ms, tried);
    }
    this.#moved.abort();
    this.#moved = new AbortController();
  }

  #waitMs(): number {
    return (this.#state.nextTryAt ?? 0) - this.#options.clock.now();
  }

  #read(value: T, tried: Try<T>): void {
    const { settings, clock, log, event, facts, onTry } = this.#options;
    const now = clock.now();
    const text = JSON.stringify(facts(value));
    if (!this.#state.working || text !== this.#told) log("info", event, facts(value));
    this.#told = text;
    this.#state = {
      working: true,
      refusal: undefined,
      last: { ...value, readAt: now },
      nextTryAt: now + waitMs(settings, 0, undefined),
    };
    onTry("ok", tried);
  }

  #refused(refusal: Refusal, ms: number | undefined, tried: Try<T> | undefined): void {
    const { clock, log, onTry } = this.#options;
    const nextTryAt = ms === undefined ? undefined : clock.now() + ms;
    this.#state = { ...this.#state, working: false, refusal, nextTryAt };
    onTry(refusal.code, tried);
    const { link, code, found = null } = refusal;
    log("warn", "link broken", { link, code, found, nextTryInMs: ms ?? null });
  }
}
