// What the application answers. https://hono.dev
import { Hono } from "hono";
import type { Snapshot } from "./snapshot";
import type { Goal } from "./source";

export interface RouteOptions {
  /** Brings up to date what must not be shown late. */
  readonly freshen: () => Promise<void>;
  readonly snapshot: () => Snapshot;
  /** What has never been read since the start: an outage of Azure does not take a pod out of service that had what it needs. */
  readonly neverRead: () => readonly Goal[];
  readonly isDraining: () => boolean;
  /** Called with what a handler threw; the client learns nothing of it. */
  readonly onError: (error: unknown) => void;
}

const NEVER_READ: Readonly<Record<Goal, string>> = {
  secret: "the secret has not been read yet\n",
  blobs: "the blobs have not been read yet\n",
  roles: "the roles have not been read yet\n",
};

export function routes({ freshen, snapshot, neverRead, isDraining, onError }: RouteOptions): Hono {
  const app = new Hono();
  app.get("/", async (context) => {
    await freshen();
    return context.body(snapshot().page, 200, { "content-type": "text/html; charset=UTF-8" });
  });
  app.get("/api/status", async (context) => {
    await freshen();
    return context.body(snapshot().json, 200, { "content-type": "application/json" });
  });
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) => {
    if (isDraining()) return context.text("ending\n", 503);
    const [goal] = neverRead();
    return goal === undefined ? context.text("ready\n") : context.text(NEVER_READ[goal], 503);
  });
  app.notFound((context) => context.text("not found\n", 404));
  app.onError((error, context) => {
    onError(error);
    return context.text("internal error\n", 500);
  });
  return app;
}
