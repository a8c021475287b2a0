// Starts the application and ends it as Kubernetes asks: the listeners, the chain, signals.
import { createServer, type Server } from "node:http";
import { blobRoute } from "./blobRoute";
import type { BlobStore } from "./blobs";
import { Chain } from "./chain";
import { neverRead } from "./chainState";
import { type Config, ConfigError, readConfig } from "./config";
import { plainText } from "./errorTexts";
import { explainFailure } from "./explain";
import { listener } from "./listener";
import { createLog, type Log, type LogFields } from "./log";
import { metricsText, RequestCounter } from "./metrics";
import { routes } from "./routes";
import { snapshots } from "./snapshot";
import type { Failure } from "./source";
import { openSources } from "./sources";

/** How long requests may take to end after SIGTERM. Kubernetes kills the process after 30 seconds by default. */
const DRAIN_LIMIT_MS = 10_000;

const SERVER_LIMITS = { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Only which and where: the message of an SDK's error may hold a whole answer. */
function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const at = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at ")) ?? "";
  const code = "code" in error && typeof error.code === "string" ? { code: plainText(error.code) } : {};
  return { error: error.name, ...code, at: plainText(at) };
}

async function start(config: Config, log: Log): Promise<void> {
  const requests = new RequestCounter();
  let store: BlobStore | undefined;
  const open = () =>
    openSources(config, (opened) => {
      store = opened;
    });
  const chain = new Chain({ config, log, open });
  const onError = (error: unknown) => log("error", "request failed", errorFields(error));
  let draining = false;
  const app = routes({
    freshen: () => chain.freshen(),
    snapshot: snapshots(config, chain),
    neverRead: () => neverRead(chain.state),
    isDraining: () => draining,
    onError,
  });
  const explain = (failure: Failure) => explainFailure(config, failure, chain.state.blobs?.refusal);
  const settings = config.blobs;
  const blobs = settings?.route ? blobRoute({ settings, store: () => store, explain, log, onError }) : undefined;
  const server = createServer(SERVER_LIMITS, listener({ app, blobs, isDraining: () => draining, requests }));
  const metrics = createServer(SERVER_LIMITS, (request, response) => {
    const found = request.method === "GET" && request.url === "/metrics";
    response.writeHead(found ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(found ? metricsText(chain, requests, Date.now()) : "not found\n");
  });

  const drain = (signal: string) => {
    if (draining) process.exit(1);
    draining = true;
    log("info", "ending", { signal });
    chain.stop();
    metrics.close();
    metrics.closeAllConnections();
    server.close(() => log("info", "ended"));
    setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS).unref();
  };
  process.on("SIGTERM", drain);
  process.on("SIGINT", drain);

  const port = await listen(server, config.port, config.host);
  const metricsPort = await listen(metrics, config.metricsPort, config.host).catch((error: unknown) => {
    // Pods have their own ports; elsewhere two may meet, and numbers for a dashboard are no reason not to serve.
    log("warn", "no metrics: the port cannot be listened on", { port: config.metricsPort, ...errorFields(error) });
    return null;
  });
  log("info", "listening", { host: config.host, port, metricsPort, inCluster: config.inCluster });
  await chain.run();
}

async function main(): Promise<void> {
  const log = createLog();
  const fail = (event: string) => (error: unknown) => {
    log("error", event, errorFields(error));
    process.exit(1);
  };
  process.on("uncaughtException", fail("uncaught exception"));
  process.on("unhandledRejection", fail("unhandled rejection"));
  try {
    await start(readConfig(process.env), log);
  } catch (error) {
    if (!(error instanceof ConfigError)) return fail("start failed")(error);
    log("error", "configuration refused", { message: error.message });
    process.exitCode = 2;
  }
}

void main();
