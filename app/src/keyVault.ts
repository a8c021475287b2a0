// The secret, through Key Vault's SDK. What leaves this file proves that it was read and does not hold it.
import { createHash } from "node:crypto";
import { SecretClient } from "@azure/keyvault-secrets";
import { type AzureAccess, UnusableAnswer } from "./azureAccess";
import type { Config } from "./config";
import { NO_RETRIES } from "./credential";
import type { Source, Try } from "./source";

/** Shows that the secret was read without showing it. */
export interface SecretProof {
  readonly name: string;
  readonly version: string;
  /** In UTF-16 code units. */
  readonly length: number;
  /** The first eight hexadecimal digits of the value's SHA-256. */
  readonly fingerprint: string;
}

export class KeyVaultSource implements Source<SecretProof> {
  readonly #access: AzureAccess;
  readonly #client: SecretClient;
  readonly #name: string;

  constructor({ vaultUri, secretName }: Config, access: AzureAccess) {
    this.#access = access;
    this.#client = new SecretClient(vaultUri, access.credential, {
      retryOptions: NO_RETRIES,
      additionalPolicies: [access.watch],
    });
    this.#name = secretName;
  }

  read(signal: AbortSignal): Promise<Try<SecretProof>> {
    return this.#access.attempt("secret", signal, async () => {
      const { value, properties } = await this.#client.getSecret(this.#name, { abortSignal: signal });
      if (value === undefined || properties.version === undefined) throw new UnusableAnswer();
      return proofOf(this.#name, properties.version, value);
    });
  }
}

function proofOf(name: string, version: string, value: string): SecretProof {
  return { name, version, length: value.length, fingerprint: createHash("sha256").update(value).digest("hex").slice(0, 8) };
}
