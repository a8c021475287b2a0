// The state of the chain: reads the secret, reads it again while it works, tries again while it does not, and keeps the last good proof.
import { setTimeout as delay } from "node:timers/promises";
import { type Config, podVariables } from "./config";
import type { Log } from "./log";
import { plainText, type Refusal, refusalOf } from "./refusal";
import { waitMs } from "./retry";
import type { Failure, SecretProof, SecretSource } from "./secretSource";
import { readTokenFile } from "./token";

export interface ChainState {
  /** Whether the latest try read the secret. */
  readonly working: boolean;
  /** Why the latest try did not; undefined also before the first answer. */
  readonly refusal: Refusal | undefined;
  /** Whether Entra ID's last answer was a token. */
  readonly exchanged: boolean;
  /** The last good read, kept through an outage. */
  readonly secret: (SecretProof & { readonly readAt: number }) | undefined;
  /** Milliseconds since 1970; undefined before the first answer, and where nothing but another pod can help. */
  readonly nextTryAt: number | undefined;
}

export interface Clock {
  now(): number;
  /** Resolves after the time or, at once, when the signal ends the wait. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};

export interface ChainOptions {
  readonly config: Config;
  readonly log: Log;
  /** Opens what reads the secret; asked once, and not at all for a pod that cannot work. */
  readonly open: () => Promise<SecretSource>;
  readonly clock?: Clock;
  /** The longest that one try may take. Default 30000. */
  readonly tryLimitMs?: number;
}

export class Chain {
  #state: ChainState = { working: false, refusal: undefined, exchanged: false, secret: undefined, nextTryAt: undefined };
  readonly #tries = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #options: Required<ChainOptions>;

  constructor(options: ChainOptions) {
    this.#options = { clock: SYSTEM_CLOCK, tryLimitMs: 30_000, ...options };
  }

  get state(): ChainState {
    return this.#state;
  }

  /** How many tries ended with `ok` or with each code, since the start. */
  get tries(): ReadonlyMap<string, number> {
    return this.#tries;
  }

  /** Runs until `stop`, or until only another pod can help. */
  async run(): Promise<void> {
    const { config, open } = this.#options;
    const refusal = podRefusal(config);
    if (refusal !== undefined) return this.#refused({ refusal, exchanged: false });
    let source: SecretSource;
    try {
      source = await open();
    } catch (error) {
      const found = plainText(error instanceof Error ? error.message : "");
      return this.#refused({ refusal: { link: "token exchange", code: "Unexplained", found }, exchanged: false });
    }
    await this.#loop(source);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #loop(source: SecretSource): Promise<void> {
    const { config, clock, tryLimitMs } = this.#options;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const result = await source.read(AbortSignal.any([signal, AbortSignal.timeout(tryLimitMs)]));
      if (signal.aborted) return;
      const { exchanged } = result;
      if ("secret" in result) {
        failures = 0;
        this.#read(result.secret, exchanged, waitMs(config, failures, undefined));
      } else {
        failures += 1;
        const wait = waitMs(config, failures, result.failure.answer?.retryAfterMs);
        this.#refused({ refusal: this.#explain(result.failure), exchanged, waitMs: wait });
      }
      await clock.wait((this.#state.nextTryAt ?? 0) - clock.now(), signal);
    }
  }

  #explain(failure: Failure): Refusal {
    const { inCluster, tokenFile } = this.#options.config;
    // Where Entra ID was not heard, the reason may lie before it.
    if (failure.step === "token exchange" && failure.answer === undefined) {
      if (!inCluster)
        return { link: "token exchange", code: "Unexplained", found: "no local sign-in: run az login or azd auth login" };
      const file = tokenFile === undefined ? undefined : readTokenFile(tokenFile);
      if (file !== undefined && "problem" in file && file.unreadable)
        return { link: "pod", code: "TokenFileMissing", found: file.problem };
    }
    return refusalOf(failure, this.#state.refusal);
  }

  #read(secret: SecretProof, exchanged: boolean, waitMs: number): void {
    const { clock, log } = this.#options;
    const now = clock.now();
    const { working, secret: last } = this.#state;
    this.#count("ok");
    this.#state = { working: true, refusal: undefined, exchanged, secret: { ...secret, readAt: now }, nextTryAt: now + waitMs };
    if (!working || last?.version !== secret.version) log("info", "secret read", { ...secret });
  }

  #refused({ refusal, exchanged, waitMs }: { refusal: Refusal; exchanged: boolean; waitMs?: number }): void {
    const { clock, log } = this.#options;
    this.#count(refusal.code);
    const nextTryAt = waitMs === undefined ? undefined : clock.now() + waitMs;
    this.#state = { ...this.#state, working: false, refusal, exchanged, nextTryAt };
    const { link, code, found = null } = refusal;
    log("warn", "link broken", { link, code, found, nextTryInMs: waitMs ?? null });
  }

  #count(result: string): void {
    this.#tries.set(result, (this.#tries.get(result) ?? 0) + 1);
  }
}

/** Why this pod cannot work, whatever Azure says. Nothing is asked then: the SDKs would go on to the node's own identity. */
function podRefusal(config: Config): Refusal | undefined {
  if (!config.inCluster) return undefined;
  const missing = podVariables(config).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 0) return undefined;
  const onlyClientId = missing.length === 1 && config.clientId === undefined;
  return { link: "pod", code: onlyClientId ? "ClientIdNotInjected" : "PodNotMutated", found: `not set: ${missing.join(", ")}` };
}
