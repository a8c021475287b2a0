import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert";
import { connect, createServer } from "node:net";
import { send } from "../support/rawHttp";
import { AppProcess, buildApp } from "./appProcess";

/** A pod that the webhook did not touch: the whole server, and no call to Azure. */
const ENV = {
  KEY_VAULT_URI: "https://kv-web.vault.azure.net/",
  SECRET_NAME: "greeting",
  KUBERNETES_SERVICE_HOST: "10.0.0.1",
  HOST: "127.0.0.1",
  PORT: "0",
  METRICS_PORT: "0",
};

describe("The application's server", () => {
  let app: AppProcess;
  before(() => {
    buildApp();
    app = new AppProcess(ENV);
  });
  after(() => app.stop());

  it("serves the page of a pod that cannot work, and says why", async () => {
    const response = await app.get("/");
    strictEqual(response.status, 200);
    match(await response.text(), /Broken at pod: PodNotMutated\. .+ Only a new pod can help\./);
  });

  it("serves the same facts as JSON", async () => {
    const { ok: works, links } = await app.status();
    strictEqual(works, false);
    deepStrictEqual(
      links.map((link) => link.code),
      ["PodNotMutated", null, null, null, null, null],
    );
  });

  it("is alive but not ready", async () => {
    strictEqual((await app.get("/healthz")).status, 200);
    const response = await app.get("/readyz");
    deepStrictEqual([response.status, await response.text()], [503, "the secret has not been read yet\n"]);
  });

  it("sends headers that forbid script, framing, sniffing and caching with every answer", async () => {
    for (const path of ["/", "/api/status", "/healthz", "/nothing"]) {
      const { headers } = await app.get(path);
      match(
        headers.get("content-security-policy") ?? "",
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      strictEqual(headers.get("x-content-type-options"), "nosniff");
      strictEqual(headers.get("referrer-policy"), "no-referrer");
      strictEqual(headers.get("cache-control"), "no-store");
    }
  });

  it("has nothing else", async () => {
    for (const path of ["/nothing", "/metrics", "/api/status/", "/%2e%2e/%2e%2e/etc/passwd", "/server.js", "/?x=1/../../"]) {
      const { status } = await app.get(path);
      strictEqual(status, path.startsWith("/?") ? 200 : 404, path);
    }
    strictEqual((await fetch(`http://127.0.0.1:${await app.port()}/`, { method: "POST", body: "x" })).status, 404);
  });

  for (const [what, text, statuses] of [
    ["an absolute URL that is none", "GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", [400]],
    ["a bad escape", "GET /%zz%ff HTTP/1.1\r\nHost: x\r\n\r\n", [404]],
    ["two slashes", "GET // HTTP/1.1\r\nHost: x\r\n\r\n", [200, 400, 404]],
    ["a path of bytes", "GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]],
    ["a host that is none", "GET / HTTP/1.1\r\nHost: a b@c:99999/\r\n\r\n", [400]],
    ["no host", "GET / HTTP/1.1\r\n\r\n", [400]],
    ["an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", [400]],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\r\n\r\n", [400]],
    ["a header without a name", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", [400]],
    ["a length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", [400]],
    ["a header of 32 KiB", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(32_768)}\r\n\r\n`, [431]],
    ["a method that is none", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", [400]],
    ["a request for the whole server", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404]],
  ] as const) {
    it(`answers ${what} and lives on`, async () => {
      const allowed: readonly number[] = statuses;
      const { status } = await send(await app.port(), text);
      ok(allowed.includes(status), `status ${status}`);
      strictEqual((await app.get("/healthz")).status, 200);
    });
  }

  it("logs nothing about bad requests but JSON lines of its own", () => {
    ok(app.lines.length >= 2);
    deepStrictEqual(new Set(app.lines.map(({ event }) => event)), new Set(["listening", "link broken"]));
  });

  it("has its metrics on a port of their own", async () => {
    const text = await app.metrics();
    match(text, /^app_chain_working 0$/m);
    match(text, /^app_chain_tries_total\{result="PodNotMutated"\} 1$/m);
    match(text, /^app_http_requests_total\{status="200"\} \d+$/m);
    for (const line of text.trimEnd().split("\n")) match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="\w+"\})? [\d.e+]+)$/);
  });
});

describe("The application's process", () => {
  before(buildApp);

  it("ends with code 2 and one line for a configuration that cannot be", async () => {
    const app = new AppProcess({ ...ENV, KEY_VAULT_URI: "http://kv-web.vault.azure.net/", SECRET_NAME: "a secret" });
    strictEqual(await app.exitCode(), 2);
    strictEqual(app.lines.length, 1);
    const [line] = app.lines;
    deepStrictEqual(line, {
      time: line?.time,
      level: "error",
      event: "configuration refused",
      message:
        "KEY_VAULT_URI must be the https address of the vault, such as https://name.vault.azure.net/, got 30 characters, not shown as they may be a secret; " +
        "SECRET_NAME must be the name of a secret: 1 to 127 letters, digits and -, got 8 characters, not shown as they may be a secret",
    });
  });

  it("ends with code 1 if its port is taken", async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, "127.0.0.1", () => {
        const address = other.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      }),
    );
    const app = new AppProcess({ ...ENV, PORT: String(port) });
    strictEqual(await app.exitCode(), 1);
    deepStrictEqual([app.lines.at(-1)?.event, app.lines.at(-1)?.code], ["start failed", "EADDRINUSE"]);
    const served = new AppProcess({ ...ENV, METRICS_PORT: String(port) });
    const line = await served.line(({ event }) => event.startsWith("no metrics"));
    deepStrictEqual([line.port, line.code], [port, "EADDRINUSE"]);
    strictEqual((await served.get("/healthz")).status, 200);
    await served.stop();
    other.close();
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`answers on ${signal} what it has begun, takes nothing new, and ends with code 0`, async () => {
      const app = new AppProcess(ENV);
      const port = await app.port();
      const socket = connect(port, "127.0.0.1");
      await send(socket, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      socket.write("GET /healthz HTTP/1.1\r\n");
      // The server has read the half request when it has answered a later one.
      await app.get("/healthz");
      app.signal(signal);
      await app.line(({ event }) => event === "ending");
      await rejects(fetch(`http://127.0.0.1:${port}/healthz`));
      const { status, headers } = await send(socket, "Host: x\r\n\r\n");
      deepStrictEqual([status, headers.connection], [200, "close"]);
      strictEqual(await app.exitCode(), 0);
      strictEqual(app.lines.at(-1)?.event, "ended");
    });
  }

  it("ends at once on a second signal", async () => {
    const app = new AppProcess(ENV);
    const socket = connect(await app.port(), "127.0.0.1");
    socket.write("GET /healthz HTTP/1.1\r\n");
    await app.get("/healthz");
    app.signal("SIGTERM");
    await app.line(({ event }) => event === "ending");
    app.signal("SIGTERM");
    strictEqual(await app.exitCode(), 1);
    socket.destroy();
  });
});
