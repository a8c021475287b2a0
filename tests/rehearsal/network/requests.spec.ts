import { deepStrictEqual, strictEqual } from "node:assert";
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { credentialsOf, send, tunnel } from "../../support/rawHttp";
import { POD, TestNetwork } from "./testNetwork";

describe("a request in a tunnel of the network", () => {
  let test: TestNetwork;

  beforeEach(async () => {
    test = await TestNetwork.start();
  });
  afterEach(() => test.network.close());

  it("reaches the host with its production URL", async () => {
    deepStrictEqual(await test.get("https://kv.vault.azure.net/secrets/a?x=1"), { status: 200, body: '{"path":"/secrets/a"}' });
    strictEqual(test.seen[0]?.url.href, "https://kv.vault.azure.net/secrets/a?x=1");
    strictEqual(test.seen[0]?.client, POD);
  });

  it("arrives with repeated slashes of its path collapsed, those of its query kept", async () => {
    const socket = await tunnel(test.network, POD, "kv.vault.azure.net");
    const response = await send(
      socket,
      "GET //subscriptions///x?api%2Dversion=1&next=https://a//b HTTP/1.1\r\nHost: kv.vault.azure.net\r\n\r\n",
    );
    strictEqual(response.status, 200);
    strictEqual(test.seen[0]?.url.href, "https://kv.vault.azure.net/subscriptions/x?api%2Dversion=1&next=https://a//b");
    strictEqual(test.seen[0]?.url.searchParams.get("api-version"), "1");
    socket.destroy();
  });

  it("arrives with method, body and header names in lower case", async () => {
    const socket = await tunnel(test.network, POD, "kv.vault.azure.net");
    await send(socket, "PUT /x HTTP/1.1\r\nHost: kv.vault.azure.net\r\nX-Thing: A\r\nContent-Length: 3\r\n\r\na=b");
    deepStrictEqual([test.seen[0]?.method, test.seen[0]?.headers["x-thing"], test.seen[0]?.body], ["PUT", "A", "a=b"]);
    socket.destroy();
  });

  it("is answered with the handler's status, headers and text", async () => {
    const socket = await tunnel(test.network, POD, "login.microsoftonline.com");
    const { status, headers, body } = await send(socket, "GET / HTTP/1.1\r\nHost: login.microsoftonline.com\r\n\r\n");
    deepStrictEqual([status, headers["x-a"], headers["content-type"], body], [401, "b", "text/plain; charset=utf-8", "refused"]);
    socket.destroy();
  });

  it("goes to the host of the tunnel, whatever its Host header says", async () => {
    const socket = await tunnel(test.network, POD, "kv.vault.azure.net");
    await send(socket, "GET /x HTTP/1.1\r\nHost: login.microsoftonline.com\r\n\r\n");
    strictEqual(test.seen[0]?.url.host, "kv.vault.azure.net");
    socket.destroy();
  });

  it("is not trusted without the network's own certificate authority", async () => {
    const socket = connect(test.network.port, "127.0.0.1");
    await send(socket, `CONNECT kv.vault.azure.net:443 HTTP/1.1\r\n${credentialsOf(test.network, POD)}\r\n`);
    const inner = connectTls({ socket, servername: "kv.vault.azure.net" });
    const [error] = await once(inner, "error");
    strictEqual(error.code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    deepStrictEqual(await test.get("https://kv.vault.azure.net/after"), { status: 200, body: '{"path":"/after"}' });
  });
});
