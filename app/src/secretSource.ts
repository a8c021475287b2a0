// What reading the secret once can give: the shapes between the SDKs and the state of the chain.
import { createHash } from "node:crypto";

/** Shows that the secret was read without showing it. */
export interface SecretProof {
  readonly name: string;
  readonly version: string;
  /** In UTF-16 code units. */
  readonly length: number;
  /** The first eight hexadecimal digits of the value's SHA-256. */
  readonly fingerprint: string;
}

/** The last HTTP answer of a try. */
export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

export type Step = "token exchange" | "secret";

export interface Failure {
  readonly step: Step;
  readonly error: unknown;
  /** Undefined where the last request of the step got no answer, or none was sent. */
  readonly answer: Answer | undefined;
}

/** What one read of the secret gave; `exchanged` tells whether Entra ID's last answer was a token. */
export type Try = { readonly exchanged: boolean } & ({ readonly secret: SecretProof } | { readonly failure: Failure });

export interface SecretSource {
  /** Reads the secret once; never throws. */
  read(signal: AbortSignal): Promise<Try>;
}

export function proofOf(name: string, version: string, value: string): SecretProof {
  return { name, version, length: value.length, fingerprint: createHash("sha256").update(value).digest("hex").slice(0, 8) };
}
