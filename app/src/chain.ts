// The state of the chain: what the pod was configured to read, at the end of one exchange of its token.
import type { BlobProof } from "./blobs";
import type { ChainState } from "./chainState";
import { type Clock, SYSTEM_CLOCK } from "./clock";
import type { Config } from "./config";
import { plainText } from "./errorTexts";
import { explainFailure, podRefusal } from "./explain";
import type { SecretProof } from "./keyVault";
import type { Log, LogFields } from "./log";
import { NOT_YET, Reading } from "./reading";
import type { LinkName, Refusal } from "./refusal";
import type { RoleList } from "./roles";
import type { Goal, Source, Try } from "./source";

/** What reads; undefined for what the pod was not configured to read. What only some pods need is opened while the secret is being read. */
export interface Sources {
  readonly secret: Source<SecretProof>;
  readonly blobs: (() => Promise<Source<BlobProof>>) | undefined;
  readonly roles: (() => Promise<Source<RoleList>>) | undefined;
}

export interface ChainOptions {
  readonly config: Config;
  readonly log: Log;
  /** Asked once, and not at all for a pod that cannot work. */
  readonly open: () => Promise<Sources>;
  readonly clock?: Clock;
  /** The longest that one try may take. Default 30000. */
  readonly tryLimitMs?: number;
}

/** A list of roles is as old as this at most when it is shown, and who asks for it waits so long at most. */
const ROLES_MAX_AGE_MS = 1000;
const ROLES_PATIENCE_MS = 2000;

export class Chain {
  readonly #options: Required<ChainOptions>;
  readonly #secret: Reading<SecretProof>;
  readonly #blobs: Reading<BlobProof> | undefined;
  readonly #roles: Reading<RoleList> | undefined;
  readonly #tries = new Map<string, number>();
  readonly #stopping = new AbortController();
  /** Until the first token nothing else is tried: one try shows what is wrong as well as three. */
  readonly #firstToken = Promise.withResolvers<void>();
  #state: ChainState;

  constructor(options: ChainOptions) {
    this.#options = { clock: SYSTEM_CLOCK, tryLimitMs: 30_000, ...options };
    const { blobs, roleList } = options.config;
    this.#secret = this.#reading("secret", (proof) => ({ ...proof }));
    this.#blobs = blobs && this.#reading("blobs", ({ container }) => ({ container }));
    this.#roles = roleList && this.#reading("roles", ({ roles }) => ({ roles: roles.map(({ name }) => name).join(", ") }));
    this.#state = { exchanged: false, secret: NOT_YET, blobs: blobs && NOT_YET, roles: roleList && NOT_YET };
  }

  /** The same object until something changes. */
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
    if (refusal !== undefined) return this.#secret.refuse(refusal);
    let sources: Sources;
    try {
      sources = await open();
    } catch (error) {
      return this.#secret.refuse(notOpened("token exchange", error));
    }
    // An emulator takes no token.
    const blobsAfter = config.blobs?.emulator === undefined ? this.#firstToken.promise : undefined;
    await Promise.all([
      this.#secret.run(sources.secret, this.#stopping.signal),
      this.#join("blobs", this.#blobs, sources.blobs, blobsAfter),
      this.#join("roles", this.#roles, sources.roles, this.#firstToken.promise),
    ]);
  }

  async #join<T extends object>(
    goal: Goal,
    reading: Reading<T> | undefined,
    open: (() => Promise<Source<T>>) | undefined,
    after: Promise<void> | undefined,
  ): Promise<void> {
    if (reading === undefined || open === undefined) return;
    let source: Source<T>;
    try {
      source = await open();
    } catch (error) {
      return reading.refuse(notOpened(goal, error));
    }
    await after;
    await reading.run(source, this.#stopping.signal);
  }

  /** Brings up to date what must never be shown late. */
  async freshen(): Promise<void> {
    await this.#roles?.freshen(ROLES_MAX_AGE_MS, ROLES_PATIENCE_MS);
  }

  stop(): void {
    this.#stopping.abort();
    this.#firstToken.resolve();
  }

  #reading<T extends object>(goal: Goal, facts: (value: T) => LogFields): Reading<T> {
    const { config, clock, log, tryLimitMs } = this.#options;
    return new Reading<T>({
      settings: config,
      clock,
      log,
      event: `${goal} read`,
      facts,
      explain: (failure, previous) => explainFailure(config, failure, previous),
      onTry: (result, tried) => this.#tried(result, tried),
      tryLimitMs,
    });
  }

  #tried(result: string, tried: Try<object> | undefined): void {
    this.#tries.set(result, (this.#tries.get(result) ?? 0) + 1);
    this.#state = {
      exchanged: tried?.exchanged ?? false,
      secret: this.#secret.state,
      blobs: this.#blobs?.state,
      roles: this.#roles?.state,
    };
    if (tried !== undefined && ("value" in tried || !tried.failure.atExchange)) this.#firstToken.resolve();
  }
}

/** Settings that an SDK refuses. */
function notOpened(link: LinkName, error: unknown): Refusal {
  return { link, code: "Unexplained", found: plainText(error instanceof Error ? error.message : "") };
}
