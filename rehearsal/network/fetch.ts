// One request through the loopback proxy from this process: how emulated Entra ID reads an issuer's documents, over HTTP and TLS as in production.
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";

export interface FetchedDocument {
  readonly status: number;
  readonly body: string;
}

/** GETs an https URL through a CONNECT proxy. A refused tunnel gives the proxy's own status; rejects when no answer comes at all. */
export async function fetchThrough(proxyUrl: string, caPem: string, address: string): Promise<FetchedDocument> {
  const url = new URL(address);
  if (url.protocol !== "https:") throw new Error(`${address} is not an https URL`);
  const opened = await openTunnel(new URL(proxyUrl), `${url.hostname}:${url.port === "" ? 443 : url.port}`);
  if (opened.socket === undefined) return { status: opened.status, body: "" };
  const { socket } = opened;
  return new Promise((resolve, reject) => {
    // No `agent`, not even `false`: with one Node ignores createConnection and dials the name itself.
    const createConnection = () => tlsConnect({ socket, servername: url.hostname, ca: caPem });
    const request = httpsRequest(url, { createConnection }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
    });
    request.once("error", reject).end();
  });
}

/** Asks a proxy for a tunnel to `host:port`; without a socket where it was refused. */
export function openTunnel(
  proxy: URL,
  authority: string,
): Promise<{ readonly status: number; readonly socket: Socket | undefined }> {
  const credentials = Buffer.from(`${decodeURIComponent(proxy.username)}:${proxy.password}`).toString("base64");
  return new Promise((resolve, reject) => {
    httpRequest({
      host: proxy.hostname,
      port: proxy.port,
      method: "CONNECT",
      path: authority,
      headers: { "proxy-authorization": `Basic ${credentials}` },
      agent: false,
    })
      .once("connect", (response, socket) => {
        const status = response.statusCode ?? 0;
        if (status !== 200) socket.destroy();
        resolve({ status, socket: status === 200 ? socket : undefined });
      })
      .once("error", reject)
      .end();
  });
}
