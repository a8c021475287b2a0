// Reading and writing HTTP for the proxy: targets, bodies with a limit, responses.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { type Duplex, pipeline, Readable } from "node:stream";
import type { EmulatedResponse } from "./handler";

/** The largest request body that is read, for a host that names no other limit. Token requests and Key Vault's have a few kilobytes. */
export const BODY_LIMIT_BYTES = 1_048_576;

export interface Target {
  readonly host: string;
  readonly scheme: "http" | "https";
}

/** The authority of a CONNECT request; undefined for text that is none. Some clients tunnel plain HTTP too, so the port tells the scheme. */
export function parseTarget(authority: string): Target | undefined {
  const { host, port } = /^(?<host>[^\s/?#@:]+):(?<port>\d{1,5})$/.exec(authority.toLowerCase())?.groups ?? {};
  if (host === undefined || port === undefined) return undefined;
  if (port === "443") return { host, scheme: "https" };
  if (port === "80") return { host, scheme: "http" };
  // No emulated host listens on another port: with the port in its name it matches none.
  return { host: `${host}:${port}`, scheme: "https" };
}

/** The production URL of a request: its path in a tunnel, or the absolute form that plain HTTP takes through a proxy. */
export function requestUrl(target: string, tunnel: Target | undefined): URL | undefined {
  const absolute = tunnel === undefined ? target : `${tunnel.scheme}://${tunnel.host}${target}`;
  if (tunnel === undefined ? !/^http:/i.test(target) : !target.startsWith("/")) return undefined;
  const parts = /^(https?:\/\/[^/?#]+)([^?#]*)(.*)$/i.exec(absolute);
  if (parts === null) return undefined;
  const [, origin = "", path = "", rest = ""] = parts;
  // Azure's services take several slashes for one; in a blob's name each of them counts.
  const kept = /\.blob\.core\.windows\.net$/i.test(origin);
  const text = `${origin}${kept ? path : path.replace(/\/{2,}/g, "/")}${rest}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** The whole body. What exceeds the limit is read and thrown away: a client that is cut off while it writes reads no answer. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | "too large" | "aborted"> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return "aborted";
  }
  return size > limitBytes ? "too large" : Buffer.concat(chunks);
}

export function flatHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const flat = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return Object.fromEntries(flat);
}

export function sendResponse(response: ServerResponse, made: EmulatedResponse): void {
  response.on("error", () => response.destroy());
  if (isStream(made.body)) {
    response.writeHead(made.status, { "content-type": "application/octet-stream", ...made.headers });
    // As fast as the client reads. A client that goes away, and bytes that cannot be made, end it: both see a body that is cut off.
    pipeline(Readable.from(made.body), response, () => undefined);
    return;
  }
  const { bytes, headers } = encoded(made);
  response.writeHead(made.status, headers).end(bytes);
}

function isStream(body: EmulatedResponse["body"]): body is AsyncIterable<Buffer> {
  return typeof body === "object" && Symbol.asyncIterator in body;
}

/** A whole response on a bare socket, which it ends. */
export function sendRaw(socket: Duplex, made: EmulatedResponse): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { bytes, headers } = encoded({ ...made, headers: { ...made.headers, connection: "close" } });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${made.status} ${STATUS_CODES[made.status] ?? ""}\r\n${lines.join("")}\r\n`;
  // In one piece: the proxy agent of the Azure SDKs may wait for ever for a refusal whose body comes after its head.
  socket.end(Buffer.concat([Buffer.from(head), bytes]));
}

function encoded({ body, headers }: EmulatedResponse): { readonly bytes: Buffer; readonly headers: Record<string, string> } {
  const { bytes, type } = content(body ?? "");
  return { bytes, headers: { "content-type": type, "content-length": String(bytes.length), ...headers } };
}

function content(body: string | Buffer | object): { readonly bytes: Buffer; readonly type: string } {
  if (Buffer.isBuffer(body)) return { bytes: body, type: "application/octet-stream" };
  if (typeof body === "string") return { bytes: Buffer.from(body), type: "text/plain; charset=utf-8" };
  return { bytes: Buffer.from(JSON.stringify(body)), type: "application/json; charset=utf-8" };
}
