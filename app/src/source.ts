// What reading something of Azure once can give: the shapes between the SDKs and the state of the chain.

/** What a pod may be configured to read, each at the end of the same chain. */
export type Goal = "secret" | "blobs" | "roles";

/** The last HTTP answer of a try. */
export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

export interface Failure {
  readonly goal: Goal;
  /** Whether the try ended while it asked for a token, before the service itself was asked. */
  readonly atExchange: boolean;
  readonly error: unknown;
  /** Undefined where the last request got no answer, or none was sent. */
  readonly answer: Answer | undefined;
}

/** What one try gave; `exchanged` tells whether Entra ID's last answer was a token. */
export type Try<T> = { readonly exchanged: boolean } & ({ readonly value: T } | { readonly failure: Failure });

export interface Source<T> {
  /** Reads once; never throws. */
  read(signal: AbortSignal): Promise<Try<T>>;
}
