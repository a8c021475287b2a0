// Key Vault through the SDKs: one credential and one client for the process, and what each try met. Nothing here logs or shows a token or a value.
import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import type { Config } from "./config";
import { createCredential, NO_RETRIES, type Policy } from "./credential";
import { retryAfterMs } from "./retry";
import { type Answer, proofOf, type SecretSource, type Try } from "./secretSource";

/** What one try has met so far. */
interface Progress {
  asksForToken: boolean;
  tokenError: unknown;
  answer: Answer | undefined;
}

export class KeyVaultSource implements SecretSource {
  readonly #client: SecretClient;
  readonly #name: string;
  #exchanged = false;
  #progress: Progress = { asksForToken: false, tokenError: undefined, answer: undefined };

  constructor(config: Config) {
    const watch = this.#watchAnswers();
    const credential = this.#watchExchange(createCredential(config, watch));
    this.#client = new SecretClient(config.vaultUri, credential, { retryOptions: NO_RETRIES, additionalPolicies: [watch] });
    this.#name = config.secretName;
  }

  async read(signal: AbortSignal): Promise<Try> {
    this.#progress = { asksForToken: false, tokenError: undefined, answer: undefined };
    const progress = this.#progress;
    try {
      const { value, properties } = await until(signal, this.#client.getSecret(this.#name, { abortSignal: signal }));
      if (value === undefined || properties.version === undefined) throw new Error("the answer holds no secret");
      return { exchanged: this.#exchanged, secret: proofOf(this.#name, properties.version, value) };
    } catch (error) {
      const atExchange = progress.asksForToken || error === progress.tokenError;
      const step = atExchange ? "token exchange" : "secret";
      return { exchanged: this.#exchanged, failure: { step, error, answer: progress.answer } };
    }
  }

  #watchAnswers(): Policy {
    return {
      position: "perRetry",
      policy: {
        name: "watchAnswers",
        sendRequest: async (request, next) => {
          const progress = this.#progress;
          progress.answer = undefined;
          const response = await next(request);
          const wait = retryAfterMs(response.headers.get("retry-after"), Date.now());
          progress.answer = { status: response.status, retryAfterMs: wait };
          return response;
        },
      },
    };
  }

  #watchExchange(credential: TokenCredential): TokenCredential {
    return {
      getToken: async (scopes, options) => {
        const progress = this.#progress;
        progress.asksForToken = true;
        // The vault's challenge is not an answer to the exchange.
        progress.answer = undefined;
        try {
          const token = await credential.getToken(scopes, options);
          this.#exchanged = true;
          return token;
        } catch (error) {
          progress.tokenError = error;
          this.#exchanged = false;
          throw error;
        } finally {
          progress.asksForToken = false;
        }
      },
    };
  }
}

/** Not every step of the SDKs can be aborted: the result is waited for only until the signal. */
function until<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
