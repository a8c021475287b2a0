import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { connect } from "node:net";
import { credentialsOf, send } from "../../support/rawHttp";
import { errorCode, POD, PROGRAM, TestNetwork } from "./testNetwork";

describe("what the network refuses", () => {
  let test: TestNetwork;

  beforeEach(async () => {
    test = await TestNetwork.start();
  });
  afterEach(() => test.network.close());

  describe("a host that is not emulated", () => {
    for (const authority of [
      "example.com:443",
      "a.b.vault.azure.net:443",
      "vault.azure.net:443",
      "kv.vault.azure.net.example.com:443",
      "127.0.0.1:443",
    ]) {
      it(`is refused: ${authority}`, async () => {
        const { status, body } = await test.connect(authority);
        const host = authority.replace(":443", "");
        strictEqual(status, 403);
        deepStrictEqual(JSON.parse(body), {
          error: {
            code: "HostNotInRehearsal",
            message:
              `"${host}" was not reached: a rehearsal reaches nothing outside this machine. ` +
              "This client may reach only emulated hosts, of: *.vault.azure.net, login.microsoftonline.com, 169.254.169.254.",
          },
        });
        deepStrictEqual(test.calls(), [[POD, host, "CONNECT", "", 403, "HostNotInRehearsal"]]);
      });
    }

    it("is refused on another port, over the other scheme and in another client's place", async () => {
      const pod = credentialsOf(test.network, POD);
      for (const [authority, credentials] of [
        ["kv.vault.azure.net:8443", pod],
        ["kv.vault.azure.net:80", pod],
        ["169.254.169.254:443", pod],
        ["kv.vault.azure.net:443", credentialsOf(test.network, PROGRAM)],
      ] as const) {
        const { status, body } = await test.connect(authority, credentials);
        deepStrictEqual([status, errorCode(body)], [403, "HostNotInRehearsal"], authority);
      }
      strictEqual((await test.get("https://login.microsoftonline.com/", PROGRAM)).status, 401);
    });

    it("is refused as plain HTTP too", async () => {
      for (const url of ["http://example.com/", "http://kv.vault.azure.net/", "http://169.254.169.254:8080/"]) {
        const { status, body } = await test.request(`GET ${url} HTTP/1.1`);
        deepStrictEqual([status, errorCode(body)], [403, "HostNotInRehearsal"], url);
      }
      const metadata = await test.request("GET http://169.254.169.254/x HTTP/1.1");
      deepStrictEqual([metadata.status, metadata.body], [200, "GET"]);
    });

    it("is never the metadata service, also in the tunnel to port 80 that some clients open for plain HTTP", async () => {
      const socket = connect(test.network.port, "127.0.0.1");
      const opened = await send(socket, `CONNECT 169.254.169.254:80 HTTP/1.1\r\n${credentialsOf(test.network, POD)}\r\n`);
      strictEqual(opened.status, 200);
      strictEqual((await send(socket, "GET /metadata HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n")).body, "GET");
      socket.destroy();
    });
  });

  describe("a client without its password", () => {
    it("cannot use another one's: each has its own, and keeps it", () => {
      const [one, other] = [new URL(test.network.clientUrl(POD)), new URL(test.network.clientUrl("web/web-1"))];
      strictEqual(one.href, new URL(test.network.clientUrl(POD)).href);
      ok(one.password.length >= 24 && one.password !== other.password);
      deepStrictEqual([one.hostname, one.username], ["127.0.0.1", "web%2Fweb-0"]);
    });

    it("gets 407 with a challenge and a reason", async () => {
      const wrong = `Proxy-Authorization: Basic ${Buffer.from("web/web-0:wrong").toString("base64")}\r\n`;
      for (const credentials of ["", wrong, "Proxy-Authorization: Basic !!\r\n", "Proxy-Authorization: Bearer x\r\n"]) {
        for (const response of [
          await test.connect("kv.vault.azure.net:443", credentials),
          await test.request("GET http://169.254.169.254/ HTTP/1.1", credentials),
        ]) {
          strictEqual(response.status, 407);
          strictEqual(response.headers["proxy-authenticate"], 'Basic realm="rehearsal"');
          strictEqual(errorCode(response.body), "ProxyAuthenticationRequired");
        }
      }
      deepStrictEqual(new Set(test.network.calls.map(({ client }) => client)), new Set(["unauthenticated"]));
    });
  });
});
