import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { send } from "../support/rawHttp";
import { CHANGED_AT, type ServedStore, serveStore } from "./storeInMemory";

describe("The route to blobs", () => {
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
  const withHeaders = async (headers: Record<string, string>, method = "GET") => {
    const response = await ask("hello.txt", { headers, method });
    return [response.status, response.headers.get("content-range"), await response.text()] as const;
  };

  it("gives a blob in one question, with validators and the security headers of every answer", async () => {
    const response = await ask("hello.txt");
    deepStrictEqual([response.status, await response.text()], [200, "0123456789"]);
    const { headers } = response;
    deepStrictEqual(
      Object.fromEntries([...headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name)).sort()),
      {
        "accept-ranges": "bytes",
        "cache-control": "no-cache",
        "content-length": "10",
        "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
        "content-type": "text/plain",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        etag: '"v1"',
        "last-modified": CHANGED_AT.toUTCString(),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      },
    );
    match(headers.get("content-security-policy") ?? "", /^default-src 'none'; /);
    deepStrictEqual(served.store.asked, ["open hello.txt"]);
  });

  it("gives what is stored compressed as it is stored", async () => {
    served.store.blobs.set("a.gz", { text: "not really gzip", etag: '"v1"', headers: { "content-encoding": "gzip" } });
    const { headers, body } = await send(served.port, "GET /api/stweb/documents/a.gz HTTP/1.1\r\nHost: x\r\n\r\n");
    deepStrictEqual([headers["content-encoding"], headers["content-length"], body], ["gzip", "15", "not really gzip"]);
  });

  it("answers HEAD as GET, without the body and without opening the blob", async () => {
    const response = await ask("hello.txt", { method: "HEAD", headers: { range: "bytes=0-1" } });
    deepStrictEqual(
      [response.status, response.headers.get("content-length"), response.headers.get("etag"), await response.text()],
      [200, "10", '"v1"', ""],
    );
    deepStrictEqual(served.store.asked, ["version hello.txt"]);
  });

  for (const [headers, expected] of [
    [{ range: "bytes=2-4" }, [206, "bytes 2-4/10", "234"]],
    [{ range: "bytes=7-" }, [206, "bytes 7-9/10", "789"]],
    [{ range: "bytes=-2" }, [206, "bytes 8-9/10", "89"]],
    [{ range: "bytes=0-1,3-4" }, [200, null, "0123456789"]],
    [{ range: "lines=1-2" }, [200, null, "0123456789"]],
    [{ range: "bytes=10-" }, [416, "bytes */10", '{"error":"no such range"}\n']],
    [{ range: "bytes=2-4", "if-range": '"v1"' }, [206, "bytes 2-4/10", "234"]],
    [{ range: "bytes=2-4", "if-range": '"v0"' }, [200, null, "0123456789"]],
    [{ range: "bytes=99-", "if-range": '"v0"' }, [200, null, "0123456789"]],
    [{ range: "bytes=2-4", "if-range": CHANGED_AT.toUTCString() }, [206, "bytes 2-4/10", "234"]],
    [{ "if-none-match": '"v1"' }, [304, null, ""]],
    [{ "if-none-match": '"v1"', range: "bytes=2-4" }, [304, null, ""]],
    [{ "if-none-match": '"v0"', range: "bytes=2-4" }, [206, "bytes 2-4/10", "234"]],
    [{ "if-match": '"v0"' }, [412, null, '{"error":"the blob is another version"}\n']],
    [{ "if-match": '"v1"' }, [200, null, "0123456789"]],
    [{ "if-modified-since": CHANGED_AT.toUTCString() }, [304, null, ""]],
    [{ "if-unmodified-since": "Mon, 02 Nov 2026 07:00:00 GMT" }, [412, null, '{"error":"the blob is another version"}\n']],
  ] as const) {
    it(`answers ${JSON.stringify(headers)} with ${expected[0]}`, async () => {
      deepStrictEqual(await withHeaders(headers), [...expected]);
    });
  }

  it("tells with 304 which version it is, and lets caches ask again", async () => {
    const { headers } = await ask("hello.txt", { headers: { "if-none-match": "*" } });
    deepStrictEqual(
      [headers.get("etag"), headers.get("last-modified"), headers.get("cache-control"), headers.get("content-length")],
      ['"v1"', CHANGED_AT.toUTCString(), "no-cache", null],
    );
  });

  it("sends a range of the version that its headers tell, also if the blob is replaced in between", async () => {
    let questions = 0;
    served.store.beforeAnswer = () => {
      questions += 1;
      if (questions === 2) served.store.blobs.set("hello.txt", { text: "abcdefghijkl", etag: '"v2"' });
    };
    const response = await ask("hello.txt", { headers: { range: "bytes=-2" } });
    deepStrictEqual(
      [response.status, response.headers.get("etag"), response.headers.get("content-range"), await response.text()],
      [206, '"v2"', "bytes 10-11/12", "kl"],
    );
    deepStrictEqual(served.store.asked, ["version hello.txt", 'open hello.txt "v1"', "version hello.txt", 'open hello.txt "v2"']);
  });

  it("gives up with 503 on a blob that is replaced again and again", async () => {
    let version = 0;
    served.store.beforeAnswer = () => {
      version += 1;
      served.store.blobs.set("hello.txt", { text: "0123456789", etag: `"v${version}"` });
    };
    deepStrictEqual(await withHeaders({ range: "bytes=-2" }), [503, null, '{"error":"try again later"}\n']);
    strictEqual(served.store.asked.length, 6);
  });

  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    it(`allows no ${method}`, async () => {
      const response = await ask("hello.txt", { method });
      deepStrictEqual([response.status, response.headers.get("allow")], [405, "GET, HEAD"]);
      deepStrictEqual(served.store.asked, []);
    });
  }

  it("answers the same for another account, another container and a blob that is not there", async () => {
    const seen = new Set<string>();
    for (const path of [
      "stweb/documents/other",
      "stother/documents/hello.txt",
      "stweb/private/hello.txt",
      "STWEB/documents/hello.txt",
    ]) {
      const { status, headers, body } = await send(served.port, `GET /api/${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const { date, ...others } = headers;
      ok(date !== undefined);
      seen.add(JSON.stringify([status, others, body]));
    }
    strictEqual(seen.size, 1);
    match([...seen].join(), /^\[404,.*"\{\\"error\\":\\"not found\\"\}\\n"\]$/);
    deepStrictEqual(served.store.asked, ["open other"]);
  });

  for (const [target, status, asked] of [
    ["/api/stweb/documents/a%20b/%C3%BC+%3F", 404, ["open a b/ü+?"]],
    ["/api/stweb/documents/a//b/", 404, ["open a//b/"]],
    ["http://elsewhere/api/stweb/documents/hello.txt", 200, ["open hello.txt"]],
    ["/api/stweb/documents/hello.txt?sig=x&/../y", 200, ["open hello.txt"]],
    ["/api/stweb/documents/a/../hello.txt", 400, []],
    ["/api/stweb/documents/%2e%2e/hello.txt", 400, []],
    ["/api/stweb/documents/a%2Fb", 400, []],
    ["/api/stweb/documents/a%5cb", 400, []],
    ["/api/stweb/documents/%00", 400, []],
    ["/api/stweb/documents/%zz", 400, []],
    ["/api/stweb/documents/\xff", 400, []],
    ["/api/stweb/documents/", 400, []],
    ["/api/stweb/documents", 404, []],
  ] as const) {
    it(`takes ${JSON.stringify(target)} as it was sent: ${status}`, async () => {
      strictEqual((await send(served.port, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).status, status);
      deepStrictEqual(served.store.asked, [...asked]);
    });
  }
});
