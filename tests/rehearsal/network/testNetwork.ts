// A network with three small hosts, for tests of the network itself.
import { z } from "zod";
import { fetchThrough } from "../../../rehearsal/network/fetch";
import type { EmulatedHost, EmulatedRequest } from "../../../rehearsal/network/handler";
import { type Network, startNetwork } from "../../../rehearsal/network/network";
import { credentialsOf, type RawResponse, send } from "../../support/rawHttp";

export const POD = "web/web-0";
/** May reach Entra ID only. */
export const PROGRAM = "program";

const ERROR = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** The code in a JSON error body. */
export function errorCode(body: string): string {
  return ERROR.parse(JSON.parse(body)).error.code;
}

export class TestNetwork {
  private constructor(
    readonly network: Network,
    /** What reached the vault's handler. */
    readonly seen: readonly EmulatedRequest[],
  ) {}

  static async start(): Promise<TestNetwork> {
    const seen: EmulatedRequest[] = [];
    const network = await startNetwork(hosts(seen), {
      allow: (client, host) => client !== PROGRAM || host === "login.microsoftonline.com",
      faults: ({ url }) =>
        url.pathname === "/throttled"
          ? { status: 429, headers: { "retry-after": "1" }, body: "slow", code: "Throttled" }
          : undefined,
    });
    return new TestNetwork(network, seen);
  }

  get(url: string, client = POD) {
    return fetchThrough(this.network.clientUrl(client), this.network.caPem, url);
  }

  /** Asks for a tunnel, with the pod's password or other header lines. */
  connect(authority: string, headerLines = credentialsOf(this.network, POD)): Promise<RawResponse> {
    return send(this.network.port, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${headerLines}\r\n`);
  }

  /** Sends a request line to the proxy itself, outside any tunnel. */
  request(line: string, headerLines = credentialsOf(this.network, POD)): Promise<RawResponse> {
    return send(this.network.port, `${line}\r\nHost: x\r\n${headerLines}\r\n`);
  }

  calls() {
    return this.network.calls.map(({ client, host, method, path, status, code }) => [client, host, method, path, status, code]);
  }
}

function hosts(seen: EmulatedRequest[]): EmulatedHost[] {
  return [
    {
      pattern: "*.vault.azure.net",
      handle(request) {
        if (request.url.pathname === "/broken") throw new Error("no such thing");
        seen.push(request);
        return { status: 200, body: { path: request.url.pathname } };
      },
    },
    {
      pattern: "login.microsoftonline.com",
      handle: () => ({ status: 401, body: "refused", code: "AADSTS700213", headers: { "x-a": "b" } }),
    },
    { pattern: "169.254.169.254", scheme: "http", handle: ({ method }) => ({ status: 200, body: method }) },
  ];
}
