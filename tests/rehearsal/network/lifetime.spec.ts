import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { type Call, type Network, startNetwork } from "../../../rehearsal/network/network";
import { tunnel } from "../../support/rawHttp";
import { POD, TestNetwork } from "./testNetwork";

describe("the network", () => {
  let test: TestNetwork;

  beforeEach(async () => {
    test = await TestNetwork.start();
  });
  afterEach(() => test.network.close());

  describe("the log of calls", () => {
    it("holds who asked what and how it was answered, without the query", async () => {
      await test.get("https://kv.vault.azure.net/secrets/a?token=t0ps3cret");
      await test.get("https://login.microsoftonline.com/t/oauth2/v2.0/token", "web/web-1");
      deepStrictEqual(test.calls(), [
        [POD, "kv.vault.azure.net", "GET", "/secrets/a", 200, null],
        ["web/web-1", "login.microsoftonline.com", "GET", "/t/oauth2/v2.0/token", 401, "AADSTS700213"],
      ]);
      ok(test.network.calls.every(({ startedMs, durationMs }) => startedMs > 0 && durationMs >= 0));
      ok(!JSON.stringify(test.network.calls).includes("t0ps3cret"));
    });

    it("tells listeners of every call until they stop", async () => {
      const heard: Call[] = [];
      const stop = test.network.onCall((call) => heard.push(call));
      await test.get("https://kv.vault.azure.net/one");
      stop();
      await test.get("https://kv.vault.azure.net/two");
      deepStrictEqual(
        heard.map(({ path }) => path),
        ["/one"],
      );
    });
  });

  it("listens on 127.0.0.1 only", async () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const others = own.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address);
    // Only Linux routes the whole of 127.0.0.0/8 to itself.
    for (const address of [...others, ...(process.platform === "linux" ? ["127.0.0.2"] : [])]) {
      const [error] = await once(connect(test.network.port, address), "error");
      strictEqual(error.code, "ECONNREFUSED", address);
    }
  });

  it("ends every connection when it closes, also idle ones and those in use", async () => {
    const slow = await startNetwork([{ pattern: "kv.vault.azure.net", handle: () => new Promise(() => undefined) }]);
    const idle = connect(slow.port, "127.0.0.1");
    await once(idle, "connect");
    const waiting = await tunnel(slow, POD, "kv.vault.azure.net");
    waiting.on("error", () => undefined);
    waiting.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const closed = Promise.all([idle, waiting].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
    await slow.close();
    await closed;
    const [error] = await once(connect(slow.port, "127.0.0.1"), "error");
    strictEqual(error.code, "ECONNREFUSED");
  });

  it("tells its hosts once that it runs, so that a host can make requests itself", async () => {
    const started: Network[] = [];
    const own = await startNetwork([
      { pattern: "a.example", handle: () => ({ status: 204 }), started: (running) => started.push(running) },
    ]);
    deepStrictEqual(started, [own]);
    await own.close();
  });

  it("gives the certificate to trust, and never its key", () => {
    match(test.network.caPem, /^-----BEGIN CERTIFICATE-----/);
    ok(!JSON.stringify(test.network).includes("PRIVATE KEY"));
  });
});
