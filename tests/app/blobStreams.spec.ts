import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { send } from "../support/rawHttp";
import { type ServedStore, serveStore } from "./storeInMemory";

describe("A blob on its way through the application", () => {
  let served: ServedStore;
  beforeEach(async () => {
    served = await serveStore();
    served.store.blobs.set("hello.txt", { text: "0123456789", etag: '"v1"' });
  });
  afterEach(async () => {
    await served.close();
    deepStrictEqual(served.errors, []);
  });
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${served.port}/api/stweb/documents/${path}`, init);

  /** A response whose body nobody reads yet. */
  async function unread(path: string): Promise<IncomingMessage> {
    const request = get(`http://127.0.0.1:${served.port}/api/stweb/documents/${path}`, { agent: false });
    const [response] = await once(request, "response");
    return response;
  }

  it("reads no more of a blob than its client takes, and no longer than that stays", async () => {
    const chunk = Buffer.alloc(65_536);
    let produced = 0;
    const { promise: cancelled, resolve } = Promise.withResolvers<void>();
    served.store.blobs.set("large", { text: "", etag: '"v1"', size: 2 ** 40 });
    served.store.body = () =>
      new Readable({
        read() {
          produced += chunk.length;
          this.push(chunk);
        },
        destroy(error, callback) {
          resolve();
          callback(error);
        },
      });
    const response = await unread("large");
    await once(response, "readable");
    // What fits into the buffers of both sockets; without a limit the loop of the body would never have let go.
    ok(produced < 32_000_000, `${produced} bytes`);
    response.destroy();
    await cancelled;
  });

  it("ends as broken where the blob ends too early, never as a complete shorter one", async () => {
    served.store.body = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from("0123");
          throw Object.assign(new Error("what Azure said"), { code: "ECONNRESET" });
        })(),
        { objectMode: false },
      );
    const response = await unread("hello.txt");
    strictEqual(response.headers["content-length"], "10");
    await rejects(response.resume().toArray());
    deepStrictEqual(served.logged, [["blob broke off", { link: "blobs", code: "ServiceUnavailable" }]]);
  });

  it("asks Azure no longer if the client goes before the answer", async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<void>();
    const leaving = new AbortController();
    served.store.beforeAnswer = (_, signal) => {
      signal.addEventListener("abort", () => resolve());
      leaving.abort();
      return cancelled;
    };
    await rejects(ask("hello.txt", { signal: leaving.signal }));
    await cancelled;
    deepStrictEqual(served.logged, []);
  });
});

describe("Downloads of which there are too many", () => {
  const PATH = "/api/stweb/documents/large";
  let served: ServedStore;
  /** How many bodies are open now. */
  let open: number;
  const sockets: Socket[] = [];
  async function serve(limits: Parameters<typeof serveStore>[0]) {
    open = 0;
    served = await serveStore(limits);
    served.store.blobs.set("large", { text: "", etag: '"v1"', size: 2 ** 40 });
    served.store.blobs.set("small", { text: "x", etag: '"v1"' });
    served.store.body = (text) => {
      if (text !== "") return Readable.from([Buffer.from(text)], { objectMode: false });
      open += 1;
      return new Readable({
        read() {
          this.push(Buffer.alloc(65_536));
        },
        destroy(error, callback) {
          open -= 1;
          callback(error);
        },
      });
    };
  }
  /** A client that sends the requests at once and reads nothing but what the test reads. */
  function client(...requests: readonly string[]): Socket {
    const socket = connect(served.port, "127.0.0.1").on("error", () => undefined);
    socket.write(requests.map((request) => `${request} HTTP/1.1\r\nHost: x\r\n\r\n`).join(""));
    sockets.push(socket);
    return socket;
  }
  const until = async (reached: () => boolean) => {
    while (!reached()) await setTimeout(2);
  };
  const status = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${served.port}/api/stweb/documents/${path}`, { method });
    return [response.status, response.headers.get("retry-after"), await response.text()];
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await served.close();
    deepStrictEqual([served.errors, served.logged], [[], []]);
  });

  it("are refused with 503 above the limit, which a HEAD does not count for, and served again once others have ended", async () => {
    await serve({ maxDownloads: 2 });
    const first = client(`GET ${PATH}`);
    client(`GET ${PATH}`);
    await until(() => open === 2);
    deepStrictEqual(await status("small"), [503, "1", '{"error":"try again later"}\n']);
    deepStrictEqual(await status("small", "HEAD"), [200, null, ""]);
    first.destroy();
    await until(() => open === 1);
    deepStrictEqual(await status("small"), [200, null, "x"]);
    // What ended by itself, or was no blob, has left its place as well.
    deepStrictEqual(
      [await status("none"), await status("small")].map(([code]) => code),
      [404, 200],
    );
    strictEqual(served.store.asked.filter((call) => call === "open large").length, 2);
  });

  it("are 64 by default", async () => {
    await serve({});
    for (let count = 0; count < 70; count += 1) client(`GET ${PATH}`);
    await until(() => open === 64);
    strictEqual((await status("small"))[0], 503);
    strictEqual(served.store.asked.length, 64);
  });

  it("are one for each socket, however many are asked for at once", async () => {
    await serve({});
    client(...Array.from({ length: 400 }, () => `GET ${PATH}`));
    await until(() => open === 1);
    strictEqual((await status("small"))[0], 200);
    deepStrictEqual(served.store.asked, ["open large", "open small"]);
  });

  it("end with their socket also where they wait for another answer on it", async () => {
    await serve({});
    const { promise: never } = Promise.withResolvers<void>();
    served.store.beforeAnswer = (name) => (name === "slow" ? never : undefined);
    const waiting = client("HEAD /api/stweb/documents/slow", `GET ${PATH}`);
    await until(() => open === 1);
    waiting.destroy();
    await until(() => open === 0);
  });

  it("end when their client takes next to nothing", async () => {
    await serve({ stallLimitMs: 200 });
    const socket = client(`GET ${PATH}`);
    await until(() => open === 1);
    // A byte now and then is no progress: what the socket could take without a reader was taken at once.
    const bytes = setInterval(() => socket.read(1), 20);
    await until(() => open === 0);
    clearInterval(bytes);
  });

  it("leave their connection as it was", async () => {
    await serve({ stallLimitMs: 20 });
    const socket = connect(served.port, "127.0.0.1");
    sockets.push(socket);
    const ask = async () => (await send(socket, "GET /api/stweb/documents/small HTTP/1.1\r\nHost: x\r\n\r\n")).status;
    strictEqual(await ask(), 200);
    await setTimeout(100);
    strictEqual(await ask(), 200);
  });

  it("go on as long as they get on", async () => {
    await serve({ stallLimitMs: 50 });
    const socket = client(`GET ${PATH}`).resume();
    await until(() => socket.bytesRead > 0);
    await setTimeout(300);
    strictEqual(open, 1);
  });
});

describe("The route to blobs that waits in vain", () => {
  it("answers 503 when Azure has not answered in time", async () => {
    const served = await serveStore({ answerLimitMs: 5 });
    served.store.beforeAnswer = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const response = await fetch(`http://127.0.0.1:${served.port}/api/stweb/documents/hello.txt`);
    deepStrictEqual([response.status, response.headers.get("retry-after")], [503, "1"]);
    deepStrictEqual(served.logged, [
      ["blob not served", { link: "blobs", code: "ServiceUnavailable", found: "no answer in time" }],
    ]);
    await served.close();
  });

  it("ends as broken when the blob stands still", async () => {
    const served = await serveStore({ stallLimitMs: 20 });
    served.store.blobs.set("hello.txt", { text: "0123456789", etag: '"v1"' });
    served.store.body = () => new Readable({ read: () => undefined });
    await rejects(fetch(`http://127.0.0.1:${served.port}/api/stweb/documents/hello.txt`).then((response) => response.text()));
    await served.close();
  });

  it("logs each reason once, however often somebody asks for it, and again after ten seconds", async () => {
    const served = await serveStore();
    const now = Date.now;
    const ask = async (code: string) => {
      served.store.beforeAnswer = () => Promise.reject(Object.assign(new Error(code), { details: { errorCode: code } }));
      const response = await fetch(`http://127.0.0.1:${served.port}/api/stweb/documents/hello.txt`);
      await response.text();
    };
    try {
      for (let count = 0; count < 10; count += 1) {
        await ask("AuthorizationPermissionMismatch");
        await ask("BlobArchived");
      }
      const codes = () => served.logged.map(([, { code }]) => code);
      deepStrictEqual(codes(), ["AuthorizationPermissionMismatch", "BlobArchived"]);
      Date.now = () => now() + 10_001;
      await ask("BlobArchived");
      deepStrictEqual(codes(), ["AuthorizationPermissionMismatch", "BlobArchived", "BlobArchived"]);
    } finally {
      Date.now = now;
      await served.close();
    }
  });

  it("answers 503 in a pod that may ask nobody", async () => {
    const served = await serveStore({ closed: true });
    const response = await fetch(`http://127.0.0.1:${served.port}/api/stweb/documents/hello.txt`);
    deepStrictEqual(
      [response.status, response.headers.get("retry-after"), await response.json()],
      [503, "1", { error: "try again later" }],
    );
    await served.close();
  });
});
