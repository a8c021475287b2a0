// The log of everything that was asked of the emulated Azure. It holds no query, header or body: those carry tokens and secrets.
import type { EmulatedResponse } from "./handler";

export interface Call {
  /** As registered with `Network.clientUrl`; `"unauthenticated"` without a valid password. */
  readonly client: string;
  readonly host: string;
  /** `CONNECT` for a tunnel that was refused. Tunnels that open are not logged, the requests in them are. */
  readonly method: string;
  /** Without the query; empty for `CONNECT`. */
  readonly path: string;
  readonly status: number;
  readonly code: string | null;
  /** Milliseconds since 1970 by the machine's clock, whatever the emulated one shows. */
  readonly startedMs: number;
  readonly durationMs: number;
}

export class Journal {
  readonly calls: Call[] = [];
  readonly #listeners = new Set<(call: Call) => void>();

  onCall(listener: (call: Call) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the clock of a call; the returned function ends and logs it. */
  begin(client: string, method: string): (host: string, path: string, response: EmulatedResponse) => void {
    const startedMs = Date.now();
    const started = performance.now();
    return (host, path, { status, code = null }) => {
      const call: Call = { client, host, method, path, status, code, startedMs, durationMs: performance.now() - started };
      this.calls.push(call);
      for (const listener of this.#listeners) listener(call);
    };
  }
}
