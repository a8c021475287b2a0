// The loopback Azure's front: a CONNECT proxy that ends TLS for production host names and refuses every other host. It dials nothing itself.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { ProxyClients } from "./clients";
import { type EmulatedHost, type EmulatedResponse, emulatedRequest } from "./handler";
import { HostTable, type HostTableOptions } from "./hostTable";
import { type Call, Journal } from "./journal";
import { createPki } from "./pki";
import { badRequest, proxyPasswordNeeded, tooLarge } from "./refusals";
import { flatHeaders, parseTarget, readBody, requestUrl, sendRaw, sendResponse, type Target } from "./wire";

export type { Call } from "./journal";

export interface Network {
  readonly port: number;
  /** The certificate that a client has to trust (`NODE_EXTRA_CA_CERTS`), in PEM form. */
  readonly caPem: string;
  /** Every answered request, oldest first. */
  readonly calls: readonly Call[];
  /** The proxy's URL for one client, with the client's own password in it. */
  clientUrl(name: string): string;
  /** Tells of every further call; the returned function ends it. */
  onCall(listener: (call: Call) => void): () => void;
  /** Ends every socket at once. */
  close(): Promise<void>;
}

interface Tunnel extends Target {
  readonly client: string;
}

const UNKNOWN_CLIENT = "unauthenticated";

/** Starts the network on a free port of 127.0.0.1. */
export async function startNetwork(hosts: readonly EmulatedHost[], options: HostTableOptions = {}): Promise<Network> {
  const pki = await createPki(hosts.filter(({ scheme }) => scheme !== "http").map(({ pattern }) => pattern));
  const front = new Front(new HostTable(hosts, options), createSecureContext({ key: pki.keyPem, cert: pki.certPem }));
  const port = await listen(front.server);
  const network: Network = {
    port,
    caPem: pki.caPem,
    calls: front.journal.calls,
    clientUrl: (name) => `http://${encodeURIComponent(name)}:${front.clients.passwordOf(name)}@127.0.0.1:${port}`,
    onCall: (listener) => front.journal.onCall(listener),
    close: () => front.close(),
  };
  for (const host of hosts) host.started?.(network);
  return network;
}

/** One HTTP server for everything: it gets plain requests from its own port, and the requests in a tunnel by being handed the tunnel's socket. */
class Front {
  readonly server: Server = createServer();
  readonly journal = new Journal();
  readonly clients = new ProxyClients();
  readonly #table: HostTable;
  readonly #secureContext: SecureContext;
  readonly #sockets = new Set<Duplex>();
  readonly #tunnels = new WeakMap<Duplex, Tunnel>();

  constructor(table: HostTable, secureContext: SecureContext) {
    this.#table = table;
    this.#secureContext = secureContext;
    this.server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.server.on("clientError", (_error, socket) => sendRaw(socket, badRequest("This is not an HTTP request.")));
    this.server.on("connect", (request, socket, head) => this.#openTunnel(request, socket, head));
    this.server.on("request", (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    return closed;
  }

  #openTunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const target = parseTarget(request.url ?? "");
    const client = this.#clientOf(request);
    const log = this.journal.begin(client ?? UNKNOWN_CLIENT, "CONNECT");
    const tunnel = this.#admit(client, target, this.#tunnels.has(socket));
    if ("status" in tunnel) {
      log(target?.host ?? "", "", tunnel);
      sendRaw(socket, tunnel);
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    const inner = tunnel.scheme === "https" ? this.#endTls(socket) : socket;
    this.#tunnels.set(inner, tunnel);
    this.server.emit("connection", inner);
  }

  #admit(client: string | undefined, target: Target | undefined, nested: boolean): Tunnel | EmulatedResponse {
    if (client === undefined) return proxyPasswordNeeded();
    if (target === undefined || nested) return badRequest("CONNECT takes host:port, and not inside another tunnel.");
    return this.#table.refusal(client, target) ?? { ...target, client };
  }

  #endTls(socket: Duplex): Duplex {
    // Node hands a net.Socket to "connect"; its declared type is wider.
    if (!(socket instanceof Socket)) throw new Error("A CONNECT request came without a network socket");
    const options = { isServer: true, secureContext: this.#secureContext, ALPNProtocols: ["http/1.1"] };
    const inner = new TLSSocket(socket, options);
    inner.on("error", () => socket.destroy());
    return inner;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const tunnel = this.#tunnels.get(request.socket);
    const client = tunnel?.client ?? this.#clientOf(request);
    const url = requestUrl(request.url ?? "", tunnel);
    const log = this.journal.begin(client ?? UNKNOWN_CLIENT, method);
    const reply = (made: EmulatedResponse): void => {
      log(url?.host ?? "", url?.pathname ?? "", made);
      sendResponse(response, made);
    };
    const limitBytes = this.#table.bodyLimitBytes(url?.host ?? "");
    const body = await readBody(request, limitBytes);
    if (body === "aborted") return;
    if (client === undefined) return reply(proxyPasswordNeeded());
    if (url === undefined) return reply(badRequest("This is a proxy: a request outside a tunnel must name a whole http URL."));
    const refusal = this.#table.refusal(client, tunnel ?? { host: url.host, scheme: "http" });
    if (refusal !== undefined) return reply(refusal);
    if (body === "too large") return reply(tooLarge(limitBytes));
    reply(await this.#table.answer(emulatedRequest({ client, method, url, headers: flatHeaders(request) }, body)));
  }

  #clientOf(request: IncomingMessage): string | undefined {
    return this.clients.nameIn(request.headers["proxy-authorization"]);
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The network got no port"));
      else resolve(address.port);
    });
  });
}
