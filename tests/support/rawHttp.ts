// HTTP written by hand, for what no client library sends: broken requests, cut connections, wrong passwords.
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Network } from "../../rehearsal/network/network";

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The header line that a registered client sends. */
export function credentialsOf(network: Network, client: string): string {
  const { username, password } = new URL(network.clientUrl(client));
  const text = `${decodeURIComponent(username)}:${password}`;
  return `Proxy-Authorization: Basic ${Buffer.from(text).toString("base64")}\r\n`;
}

/** Sends text as it is, and gives the first response to it. */
export async function send(target: number | Socket, text: string): Promise<RawResponse> {
  const socket = typeof target === "number" ? connect(target, "127.0.0.1") : target;
  socket.on("error", () => socket.destroy());
  socket.write(text);
  const response = await firstResponse(socket);
  if (typeof target === "number") socket.destroy();
  return response;
}

/** A TLS connection to an emulated host through the proxy, and what the certificate check said. */
export async function tunnel(network: Network, client: string, host: string): Promise<TLSSocket> {
  const socket = connect(network.port, "127.0.0.1");
  const opened = await send(socket, `CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n${credentialsOf(network, client)}\r\n`);
  if (opened.status !== 200) throw new Error(`No tunnel: ${opened.status} ${opened.body}`);
  return new Promise((resolve, reject) => {
    const inner = connectTls({ socket, servername: host, ca: network.caPem }, () => resolve(inner));
    inner.once("error", reject);
  });
}

function firstResponse(socket: Socket): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    let received = "";
    const settle = (response: RawResponse) => {
      socket.off("data", onData);
      resolve(response);
    };
    const onData = (chunk: Buffer) => {
      received += chunk.toString("latin1");
      const response = parsed(received);
      if (response !== undefined) settle(response);
    };
    socket.on("data", onData);
    socket.once("close", () => reject(new Error(`The connection ended without a whole response: ${JSON.stringify(received)}`)));
  });
}

function parsed(text: string): RawResponse | undefined {
  const border = text.indexOf("\r\n\r\n");
  if (border < 0) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, border).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
  const body = text.slice(border + 4);
  if (body.length < Number(headers["content-length"] ?? 0)) return undefined;
  return { status: Number(statusLine.split(" ")[1]), headers, body };
}
