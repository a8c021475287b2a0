import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
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
