// The one way to Azure of everything that the application reads: one credential for the process, and what each try met, also where tries overlap.
// Nothing here logs or shows a token or an answer.
import { AsyncLocalStorage } from "node:async_hooks";
import { isRestError } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import type { Config } from "./config";
import { createCredential, type Policy } from "./credential";
import { retryAfterMs } from "./retry";
import type { Answer, Goal, Try } from "./source";

/** What one try has met so far. */
interface Progress {
  asksForToken: boolean;
  answer: Answer | undefined;
}

/** What an SDK gave with status 200, but without what was asked for. Told by its name, since every bundle has a class of its own. */
export class UnusableAnswer extends Error {
  override readonly name = "UnusableAnswer";
}

export class AzureAccess {
  /** For every client of the process: each keeps its own token, and all of them the same identity. */
  readonly credential: TokenCredential;
  /** For clients that take it: the status of an answer that the SDK then cannot read is known by it alone. */
  readonly watch: Policy;
  readonly #progress = new AsyncLocalStorage<Progress>();
  /** Errors of the exchange, with Entra ID's answer: tries that wait for the same token end with the same error. */
  readonly #exchangeErrors = new WeakMap<object, { readonly answer: Answer | undefined }>();
  #exchanged = false;

  constructor(config: Config) {
    this.watch = this.#watchAnswers();
    this.credential = this.#watchExchange(createCredential(config, this.watch));
  }

  /** Does the work once and tells what it gave, at the latest when the signal ends it; never throws. */
  async attempt<T>(goal: Goal, signal: AbortSignal, work: () => Promise<T>): Promise<Try<T>> {
    const progress: Progress = { asksForToken: false, answer: undefined };
    try {
      const value = await until(signal, this.#progress.run(progress, work));
      return { exchanged: this.#exchanged, value };
    } catch (error) {
      const exchange = isObject(error) ? this.#exchangeErrors.get(error) : undefined;
      const atExchange = progress.asksForToken || exchange !== undefined;
      const answer = atExchange ? exchange?.answer : (progress.answer ?? answerOf(error));
      return { exchanged: this.#exchanged, failure: { goal, atExchange, error, answer } };
    }
  }

  #watchAnswers(): Policy {
    return {
      position: "perRetry",
      policy: {
        name: "watchAnswers",
        sendRequest: async (request, next) => {
          const progress = this.#progress.getStore();
          if (progress !== undefined) progress.answer = undefined;
          const response = await next(request);
          if (progress !== undefined) progress.answer = toAnswer(response.status, response.headers.get("retry-after"));
          return response;
        },
      },
    };
  }

  #watchExchange(credential: TokenCredential): TokenCredential {
    return {
      getToken: async (scopes, options) => {
        const progress: Progress = this.#progress.getStore() ?? { asksForToken: false, answer: undefined };
        progress.asksForToken = true;
        progress.answer = undefined;
        try {
          const token = await credential.getToken(scopes, options);
          this.#exchanged = true;
          // Entra ID's answer is not the service's.
          progress.answer = undefined;
          return token;
        } catch (error) {
          if (isObject(error)) this.#exchangeErrors.set(error, { answer: progress.answer });
          this.#exchanged = false;
          throw error;
        } finally {
          progress.asksForToken = false;
        }
      },
    };
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function toAnswer(status: number, retryAfter: string | undefined): Answer {
  return { status, retryAfterMs: retryAfterMs(retryAfter, Date.now()) };
}

/** The service's answer as an SDK's error holds it. */
function answerOf(error: unknown): Answer | undefined {
  if (error instanceof Error && error.name === "UnusableAnswer") return { status: 200, retryAfterMs: undefined };
  if (!isRestError(error)) return undefined;
  if (error.response !== undefined) return toAnswer(error.response.status, error.response.headers.get("retry-after"));
  return error.statusCode === undefined ? undefined : { status: error.statusCode, retryAfterMs: undefined };
}

/** Not every step of the SDKs can be aborted: the result is waited for only until the signal. */
function until<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
