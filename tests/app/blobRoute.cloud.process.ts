import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import type { EmulatedRequest } from "../../rehearsal/network/handler";
import { ASSIGNMENT, BLOB_ASSIGNMENT, CONTAINER, IDENTITY, STORAGE_ACCOUNT, TENANT_ID } from "../support/emulation";
import { emulatedAzure } from "./cloudPod";

const { account, name: container, endpoint } = CONTAINER;
const ROUTE = { BLOB_ENDPOINT: endpoint, BLOB_CONTAINER: container, BLOB_ROUTE: "on" };
const PATH = `/api/${account}/${container}`;

const isStorage = ({ url }: EmulatedRequest) => url.hostname.endsWith(".blob.core.windows.net");

describe("Blobs that are served, against the emulated Azure", () => {
  const azure = emulatedAzure();
  beforeEach(() => {
    azure.cloud.state.roleAssignments = [ASSIGNMENT, BLOB_ASSIGNMENT];
  });
  const put = (name: string, content: string, headers: Record<string, string> = {}) =>
    azure.cloud.blobs.put({ account, container, name, content, headers });

  it("are served with what they are made of", async () => {
    put("reports/a b+ü?.csv", "1,2\n", { "content-type": "text/csv", "content-language": "en", "content-disposition": "inline" });
    const { app } = await azure.start({ env: ROUTE });
    await app.blobsRead();
    const response = await app.get(`${PATH}/reports/a%20b+%C3%BC%3F.csv`);
    const sent = (name: string) => response.headers.get(name);
    deepStrictEqual([response.status, await response.text()], [200, "1,2\n"]);
    deepStrictEqual(
      [
        sent("content-type"),
        sent("content-language"),
        sent("content-disposition"),
        sent("content-length"),
        sent("accept-ranges"),
      ],
      ["text/csv", "en", "inline", "4", "bytes"],
    );
    deepStrictEqual([sent("cache-control"), sent("x-content-type-options")], ["no-cache", "nosniff"]);
    const again = await fetch(response.url, { headers: { "if-none-match": sent("etag") ?? "" } });
    deepStrictEqual([again.status, again.headers.get("etag"), await again.text()], [304, sent("etag"), ""]);
    const part = await fetch(response.url, { headers: { range: "bytes=-2" } });
    deepStrictEqual([part.status, part.headers.get("content-range"), await part.text()], [206, "bytes 2-3/4", "2\n"]);
  });

  it("are of one version in head and body, also if replaced between the two questions to Storage", async () => {
    put("hello.txt", "0123456789");
    const { app } = await azure.start({ env: { ...ROUTE, REFRESH_MS: "60000" } });
    await app.blobsRead();
    let replaced = false;
    azure.cloud.fault = (request) => {
      if (isStorage(request) && request.method === "GET" && !replaced) {
        replaced = true;
        put("hello.txt", "abcdefghijkl");
      }
      return undefined;
    };
    const url = `http://127.0.0.1:${await app.port()}${PATH}/hello.txt`;
    const part = await fetch(url, { headers: { range: "bytes=-2" } });
    deepStrictEqual(
      [replaced, part.status, part.headers.get("content-range"), await part.text()],
      [true, 206, "bytes 10-11/12", "kl"],
    );
  });

  it("that are empty are served too", async () => {
    put("empty", "");
    const { app } = await azure.start({ env: ROUTE });
    await app.blobsRead();
    const whole = await app.get(`${PATH}/empty`);
    deepStrictEqual([whole.status, whole.headers.get("content-length"), await whole.text()], [200, "0", ""]);
    const part = await fetch(whole.url, { headers: { range: "bytes=0-" } });
    deepStrictEqual([part.status, part.headers.get("content-range")], [416, "bytes */0"]);
  });

  const refusals: readonly (readonly [
    cause: string,
    change: () => void,
    status: number,
    error: string,
    retryAfter: string | null,
    code: string | null,
  ])[] = [
    ["a blob that is not there", () => azure.cloud.blobs.clear(), 404, "not found", null, null],
    [
      "no role any more",
      () => {
        azure.cloud.state.roleAssignments = [ASSIGNMENT];
      },
      502,
      "the blob cannot be read",
      null,
      "AuthorizationPermissionMismatch",
    ],
    [
      "a container that is gone",
      () => {
        azure.cloud.state.blobContainers = [];
      },
      404,
      "not found",
      null,
      "ContainerNotFound",
    ],
    [
      "throttling",
      () => {
        azure.cloud.fault = (request) =>
          isStorage(request) ? { status: 429, headers: { "retry-after": "7" }, body: "" } : undefined;
      },
      503,
      "try again later",
      "7",
      "Throttled",
    ],
    [
      "a refusal that nobody can read",
      () => {
        azure.cloud.fault = (request) =>
          isStorage(request) ? { status: 403, headers: { "content-type": "application/xml" }, body: "<Err" } : undefined;
      },
      502,
      "the blob cannot be read",
      null,
      "ServiceUnavailable",
    ],
  ];
  for (const [cause, change, status, error, retryAfter, code] of refusals) {
    for (const method of ["GET", "HEAD"] as const) {
      it(`answer ${method} with ${status} for ${cause}, and tell nothing of Azure`, async () => {
        put("hello.txt", "hello");
        // One read at the start is enough here.
        const { app } = await azure.start({ env: { ...ROUTE, REFRESH_MS: "60000" } });
        await app.blobsRead();
        change();
        const from = app.lines.length;
        const response = await fetch(`http://127.0.0.1:${await app.port()}${PATH}/hello.txt`, { method });
        const body = await response.text();
        deepStrictEqual([response.status, body], [status, method === "HEAD" ? "" : `${JSON.stringify({ error })}\n`]);
        deepStrictEqual([response.headers.get("retry-after"), response.headers.get("cache-control")], [retryAfter, "no-store"]);
        const shown = JSON.stringify([...response.headers]) + body;
        for (const hidden of [
          account,
          TENANT_ID,
          IDENTITY.clientId,
          IDENTITY.principalId,
          STORAGE_ACCOUNT.id,
          "x-ms",
          "RequestId",
        ])
          strictEqual(shown.includes(hidden), false, hidden);
        const lines = app.lines.slice(from).filter(({ event }) => event === "blob not served");
        deepStrictEqual(
          lines.map((line) => line.code),
          code === null ? [] : [code],
        );
      });
    }
  }

  it("are refused where Storage sends another range than it was asked for", async () => {
    put("hello.txt", "0123456789");
    const { app } = await azure.start({ env: { ...ROUTE, REFRESH_MS: "60000" } });
    await app.blobsRead();
    const head = { etag: '"v1"', "last-modified": "Mon, 02 Nov 2026 08:00:00 GMT", "content-range": "bytes 2-4/10" };
    azure.cloud.fault = (request) =>
      isStorage(request) && request.method === "GET" ? { status: 206, headers: head, body: "234" } : undefined;
    const url = `http://127.0.0.1:${await app.port()}${PATH}/hello.txt`;
    strictEqual((await fetch(url, { headers: { range: "bytes=2-4" } })).status, 206);
    strictEqual((await fetch(url, { headers: { range: "bytes=2-5" } })).status, 503);
  });

  it("end broken if the download from Azure does", async () => {
    const sizeBytes = 1_000_000;
    azure.cloud.blobs.put({
      account,
      container,
      name: "large",
      content: {
        sizeBytes,
        async *read() {
          yield Buffer.alloc(100_000);
          throw new Error("broken off, as the test wants it");
        },
      },
    });
    const { app, client } = await azure.start({ env: ROUTE });
    await app.blobsRead();
    const response = await app.get(`${PATH}/large`);
    deepStrictEqual([response.status, response.headers.get("content-length")], [200, String(sizeBytes)]);
    await rejects(response.arrayBuffer());
    strictEqual((await app.line(({ event }) => event === "blob broke off")).code, "ServiceUnavailable");
    // The rest is the client's to ask for.
    strictEqual(azure.cloud.network.calls.filter((call) => call.client === client && call.path.endsWith("/large")).length, 1);
    strictEqual((await app.get("/healthz")).status, 200);
  });

  it("are asked of Azure no longer once the client has gone", async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<void>();
    azure.cloud.blobs.put({
      account,
      container,
      name: "endless",
      content: {
        sizeBytes: 2 ** 40,
        async *read() {
          try {
            for (;;) yield Buffer.alloc(65_536);
          } finally {
            resolve();
          }
        },
      },
    });
    const { app } = await azure.start({ env: ROUTE });
    await app.blobsRead();
    const leaving = new AbortController();
    const response = await fetch(`http://127.0.0.1:${await app.port()}${PATH}/endless`, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await cancelled;
    deepStrictEqual(
      app.lines.filter(({ level }) => level !== "info"),
      [],
    );
  });
});
