import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { once } from "node:events";
import { connect } from "node:net";
import { credentialsOf, send, tunnel } from "../../support/rawHttp";
import { errorCode, POD, TestNetwork } from "./testNetwork";

describe("what goes wrong on the network", () => {
  let test: TestNetwork;

  beforeEach(async () => {
    test = await TestNetwork.start();
  });
  afterEach(() => test.network.close());

  it("is answered with 500, host and reason when a handler throws", async () => {
    const { status, body } = await test.get("https://kv.vault.azure.net/broken");
    strictEqual(status, 500);
    deepStrictEqual(JSON.parse(body).error, {
      code: "EmulationError",
      message: "The emulation of kv.vault.azure.net failed: no such thing",
    });
    strictEqual(test.network.calls[0]?.code, "EmulationError");
  });

  it("can be made by a fault, which stands before the handler", async () => {
    deepStrictEqual(await test.get("https://kv.vault.azure.net/throttled"), { status: 429, body: "slow" });
    deepStrictEqual([test.seen.length, test.network.calls[0]?.code], [0, "Throttled"]);
  });

  it("is answered with 413 when a body exceeds 1 MiB, and the connection goes on", async () => {
    const socket = await tunnel(test.network, POD, "kv.vault.azure.net");
    const request = (length: number) => `POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${"a".repeat(length)}`;
    const { status, body } = await send(socket, request(1_048_577));
    deepStrictEqual([status, errorCode(body)], [413, "RequestEntityTooLarge"]);
    strictEqual((await send(socket, request(1_048_576))).status, 200);
    deepStrictEqual(
      test.seen.map((request) => request.body.length),
      [1_048_576],
    );
    socket.destroy();
  });

  const malformed: Readonly<Record<string, string>> = {
    "no HTTP at all": "\u0016\u0003\u0001 hello\r\n\r\n",
    "a header without a colon": "GET http://169.254.169.254/ HTTP/1.1\r\nbroken\r\n\r\n",
    "a header of 100 kB": `GET http://169.254.169.254/ HTTP/1.1\r\nx: ${"a".repeat(100_000)}\r\n\r\n`,
  };
  for (const [what, text] of Object.entries(malformed)) {
    it(`is answered with 400 when a client sends ${what}`, async () => {
      const { status, body } = await send(test.network.port, text);
      deepStrictEqual([status, errorCode(body)], [400, "BadRequest"]);
      strictEqual((await test.get("https://kv.vault.azure.net/after")).status, 200);
    });
  }

  it("is answered with 400 when the target is no host and no http URL", async () => {
    for (const line of [
      "GET / HTTP/1.1",
      "GET http:// HTTP/1.1",
      "GET http://[::1 HTTP/1.1",
      "OPTIONS * HTTP/1.1",
      "GET ftp://a/ HTTP/1.1",
      "GET https://kv.vault.azure.net/ HTTP/1.1",
    ]) {
      const { status, body } = await test.request(line);
      deepStrictEqual([status, errorCode(body)], [400, "BadRequest"], line);
    }
    for (const authority of ["kv.vault.azure.net", "a:b:c", "https://kv.vault.azure.net", ":443"]) {
      const { status, body } = await test.connect(authority);
      deepStrictEqual([status, errorCode(body)], [400, "BadRequest"], authority);
    }
  });

  it("stays in its tunnel: a second CONNECT, an absolute target, no TLS", async () => {
    const credentials = credentialsOf(test.network, POD);
    for (const text of ["CONNECT kv.vault.azure.net:443 HTTP/1.1", "GET https://kv.vault.azure.net/ HTTP/1.1"]) {
      const socket = await tunnel(test.network, POD, "kv.vault.azure.net");
      strictEqual((await send(socket, `${text}\r\nHost: x\r\n${credentials}\r\n`)).status, 400, text);
      socket.destroy();
    }
    const socket = connect(test.network.port, "127.0.0.1");
    await send(socket, `CONNECT kv.vault.azure.net:443 HTTP/1.1\r\n${credentials}\r\n`);
    await rejects(send(socket, "GET / HTTP/1.1\r\n\r\n"), /The connection ended without a whole response/);
    strictEqual((await test.get("https://kv.vault.azure.net/after")).status, 200);
  });

  it("does not disturb others when clients go away in the middle", async () => {
    for (const [authority, status] of [
      ["kv.vault.azure.net:443", 200],
      ["169.254.169.254:80", 200],
      ["example.com:443", 403],
    ] as const) {
      const cut = connect(test.network.port, "127.0.0.1");
      const opened = await send(cut, `CONNECT ${authority} HTTP/1.1\r\n${credentialsOf(test.network, POD)}\r\n`);
      strictEqual(opened.status, status);
      cut.resetAndDestroy();
    }
    const uploading = await tunnel(test.network, POD, "kv.vault.azure.net");
    uploading.write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart");
    uploading.destroy();
    await once(uploading, "close");
    strictEqual((await test.get("https://kv.vault.azure.net/after")).status, 200);
    deepStrictEqual(
      test.seen.map(({ url }) => url.pathname),
      ["/after"],
    );
  });
});
