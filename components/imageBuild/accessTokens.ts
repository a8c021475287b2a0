// The sign-in that the registry's clients are handed: somebody else's tokens, asked for again and again.
import type { AccessToken, TokenCredential } from "@azure/core-auth";
import { BuildError, sayingOf } from "./buildError";

/** How long a token is used before the next one is asked for, whatever its own lifetime: whoever gives them out knows when they must be renewed. */
const KEPT_MS = 2 * 60 * 1000;

export class AccessTokens implements TokenCredential {
  readonly #ask: (audience: string) => Promise<string>;
  readonly #kept = new Map<string, { readonly token: string; readonly askedMs: number }>();
  readonly #held = new AbortController();

  constructor(ask: (audience: string) => Promise<string>) {
    this.#ask = ask;
  }

  /** A token is handed out as expired, so that the clients ask for each request: they would renew it in the background, where a failure ends the process. */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const [scope = ""] = [scopes].flat();
    return { token: await this.#token(scope.replace(/\/\.default$/, "")), expiresOnTimestamp: Date.now() };
  }

  /** From now on the tokens that are there must do, also for whoever waits for a new one: nobody gives out tokens any more. */
  hold(): void {
    this.#held.abort();
  }

  async #token(audience: string): Promise<string> {
    const kept = this.#kept.get(audience);
    if (kept !== undefined && (this.#held.signal.aborted || Date.now() - kept.askedMs < KEPT_MS)) return kept.token;
    const fresh = this.#ask(audience).then((token) => {
      this.#kept.set(audience, { token, askedMs: Date.now() });
      return token;
    });
    if (kept !== undefined) return Promise.race([fresh.catch(() => kept.token), aborted(this.#held.signal, kept.token)]);
    return fresh.catch((error: unknown) => {
      throw new BuildError(`There is no sign-in to Azure for ${audience}: ${sayingOf(error)}.`);
    });
  }
}

function aborted<T>(signal: AbortSignal, value: T): Promise<T> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(value), { once: true }));
}
