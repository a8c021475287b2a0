// Between the sockets and the routes: headers of every answer, and the count of answers. On Node's own response, where they cost least.
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Route } from "./blobRoute";
import type { RequestCounter } from "./metrics";
import { STYLE_HASH } from "./style";

/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers */
const SECURITY_HEADERS = Object.entries({
  "content-security-policy": `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
});

export interface ListenerOptions {
  readonly app: Hono;
  /** Asked before the routes of `app`. */
  readonly blobs: Route | undefined;
  readonly isDraining: () => boolean;
  readonly requests: RequestCounter;
}

export function listener({ app, blobs, isDraining, requests }: ListenerOptions): RequestListener {
  const answer = getRequestListener(app.fetch);
  return (request, response) => {
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
    // A kept connection would hold up the end of the process.
    if (isDraining()) response.setHeader("connection", "close");
    response.once("finish", () => requests.count(response.statusCode));
    if (blobs?.(request, response) !== true) void answer(request, response);
  };
}
