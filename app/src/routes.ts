// What the application answers. https://hono.dev
import { Hono } from "hono";
import type { Snapshot } from "./snapshot";

export interface RouteOptions {
  readonly snapshot: () => Snapshot;
  /** Whether the chain has worked since the start: an outage of Azure does not take a pod out of service that has its secret. */
  readonly hasWorked: () => boolean;
  readonly isDraining: () => boolean;
  /** Called with what a handler threw; the client learns nothing of it. */
  readonly onError: (error: unknown) => void;
}

export function routes({ snapshot, hasWorked, isDraining, onError }: RouteOptions): Hono {
  const app = new Hono();
  app.get("/", (context) => context.body(snapshot().page, 200, { "content-type": "text/html; charset=UTF-8" }));
  app.get("/api/status", (context) => context.body(snapshot().json, 200, { "content-type": "application/json" }));
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
