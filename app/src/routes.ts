// What the application answers. https://hono.dev
import { Hono } from "hono";
import type { RequestCounter } from "./metrics";
import { page } from "./page";
import type { Status } from "./status";
import { STYLE_HASH } from "./style";

export interface RouteOptions {
  readonly status: () => Status;
  /** Whether the chain has worked since the start: an outage of Azure does not take a pod out of service that has its secret. */
  readonly hasWorked: () => boolean;
  readonly isDraining: () => boolean;
  readonly requests: RequestCounter;
  /** Called with what a handler threw; the client learns nothing of it. */
  readonly onError: (error: unknown) => void;
}

const SECURITY_HEADERS = {
  "content-security-policy": `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

export function routes({ status, hasWorked, isDraining, requests, onError }: RouteOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    // A kept connection would hold up the end of the process.
    if (isDraining()) context.header("connection", "close");
    requests.count(context.res.status);
  });
  app.get("/", (context) => context.html(page(status())));
  app.get("/api/status", (context) => context.json(status()));
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) => {
    if (isDraining()) return context.text("ending\n", 503);
    return hasWorked() ? context.text("ready\n") : context.text("the secret has not been read yet\n", 503);
  });
  app.notFound((context) => context.text("not found\n", 404));
  app.onError((error, context) => {
    onError(error);
    return context.text("internal error\n", 500);
  });
  return app;
}
