// How the Azure SDKs of this process reach the emulated Azure: through its proxy, over TLS, with its own certificate authority.
import { Agent, type RequestOptions } from "node:https";
import { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import { openTunnel } from "../../rehearsal/network/fetch";
import type { Network } from "../../rehearsal/network/network";

/** The SDKs' own HTTP client on connections that all go to the network. Their own way to set a proxy leaves out the certificate authority. */
export function loopbackHttpClient(network: Network, client: string): HttpClient {
  const inner = createDefaultHttpClient();
  const agent = tunnelAgent(network, client);
  return {
    sendRequest(request) {
      request.agent = agent;
      return inner.sendRequest(request);
    },
  };
}

/** Connections of one client of the network, each through a tunnel of its own. */
export function tunnelAgent(network: Network, client: string): Agent {
  return new TunnelAgent(new URL(network.clientUrl(client)), network.caPem);
}

class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #caPem: string;

  constructor(proxy: URL, caPem: string) {
    super({ keepAlive: false });
    this.#proxy = proxy;
    this.#caPem = caPem;
  }

  override createConnection({ host, port }: RequestOptions, done?: (error: Error | null, socket: Duplex) => void): undefined {
    const name = host ?? "";
    openTunnel(this.#proxy, `${name}:${port ?? 443}`)
      .then(({ status, socket }) => {
        if (socket === undefined) throw new Error(`The proxy refused ${name} with ${status}`);
        const inner = tlsConnect({ socket, servername: name, ca: this.#caPem });
        inner.once("error", (error) => done?.(error, inner)).once("secureConnect", () => done?.(null, inner));
      })
      .catch((error: Error) => done?.(error, new Duplex()));
  }
}
