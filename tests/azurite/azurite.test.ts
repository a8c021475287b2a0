// The route to blobs against a storage emulator that is not ours, with keys: what the emulated Azure may have wrong in the same way as the application.
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { AppProcess, buildApp } from "../app/appProcess";
import { send } from "../support/rawHttp";

const AZURITE = join(__dirname, "node_modules", "azurite", "dist", "src", "blob", "main.js");
const ACCOUNT = "devstoreaccount1";
/** Not the public key of all emulators: a test has its own. */
const KEY = Buffer.from("a key of this test only, which nothing else uses").toString("base64");
const LARGE_BYTES = 300 * 2 ** 20;
/** What the application may grow by while it streams: buffers, and what the collector has not freed yet, which was seen to be 125 MiB. Holding the blob takes it all. */
const GROWTH_LIMIT_BYTES = 200 * 2 ** 20;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

if (!existsSync(AZURITE)) {
  console.error("Azurite is not installed: npm --prefix tests/azurite ci");
  process.exit(1);
}

describe("The route to blobs against Azurite", () => {
  let azurite: ChildProcess;
  let app: AppProcess;
  let container: ContainerClient;
  let base: string;

  before(async function () {
    this.timeout(20_000);
    const port = await freePort();
    const address = ["--blobHost", "127.0.0.1", "--blobPort", String(port)];
    const memory = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"];
    azurite = spawn(process.execPath, [AZURITE, ...address, ...memory], {
      env: { AZURITE_ACCOUNTS: `${ACCOUNT}:${KEY}` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    ok(azurite.stdout);
    for await (const line of createInterface({ input: azurite.stdout })) if (line.includes("successfully listens")) break;
    azurite.stdout.resume();
    const endpoint = `http://127.0.0.1:${port}/${ACCOUNT}`;
    const connection = `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${endpoint};`;
    container = BlobServiceClient.fromConnectionString(connection).getContainerClient("documents");
    await container.create();
    buildApp();
    app = new AppProcess({
      KEY_VAULT_URI: "https://kv-web.vault.azure.net/",
      SECRET_NAME: "greeting",
      HOST: "127.0.0.1",
      PORT: "0",
      METRICS_PORT: "0",
      BLOB_CONTAINER: "documents",
      BLOB_ROUTE: "on",
      AZURE_STORAGE_CONNECTION_STRING: `"${connection}"`,
      // No sign-in of whoever runs this may be found.
      PATH: "",
      HOME: __dirname,
    });
    base = `http://127.0.0.1:${await app.port()}/api/${ACCOUNT}/documents`;
    await app.blobsRead();
  });
  after(async () => {
    await app?.stop();
    if (azurite?.exitCode === null) {
      azurite.kill("SIGKILL");
      await once(azurite, "close");
    }
  });

  const put = (name: string, text: string, headers: Record<string, string> = {}) =>
    container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), { blobHTTPHeaders: headers });
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${base}/${path}`, { headers, method });

  it("lists the container with the emulator's key, and shows neither key nor connection", async () => {
    const { links, blobs } = await app.status();
    deepStrictEqual([links.at(-1)?.name, links.at(-1)?.ok, blobs?.container, blobs?.route], ["blobs", true, "documents", true]);
    strictEqual(((await app.text("/")) + app.output).includes(KEY), false);
  });

  it("gives content, type, language, disposition and encoding as they were stored", async () => {
    await put("notes/a b+ü?.txt", "Grüße", {
      blobContentType: "text/plain; charset=utf-8",
      blobContentLanguage: "de",
      blobContentDisposition: 'attachment; filename="a.txt"',
    });
    const response = await ask("notes/a%20b+%C3%BC%3F.txt");
    deepStrictEqual([response.status, await response.text()], [200, "Grüße"]);
    const sent = ["content-type", "content-language", "content-disposition", "content-length", "accept-ranges", "cache-control"];
    deepStrictEqual(
      sent.map((name) => response.headers.get(name)),
      ["text/plain; charset=utf-8", "de", 'attachment; filename="a.txt"', "7", "bytes", "no-cache"],
    );
    await put("a.gz", "not really gzip", { blobContentEncoding: "gzip" });
    const { headers, body } = await send(await app.port(), `GET /api/${ACCOUNT}/documents/a.gz HTTP/1.1\r\nHost: x\r\n\r\n`);
    deepStrictEqual([headers["content-encoding"], headers["content-length"], body], ["gzip", "15", "not really gzip"]);
  });

  it("knows ranges, ETags and dates", async () => {
    await put("digits", "0123456789");
    const whole = await ask("digits");
    const etag = whole.headers.get("etag") ?? "";
    const date = whole.headers.get("last-modified") ?? "";
    deepStrictEqual([await whole.text(), whole.headers.get("content-type")], ["0123456789", "application/octet-stream"]);
    for (const [headers, status, range, text] of [
      [{ range: "bytes=2-4" }, 206, "bytes 2-4/10", "234"],
      [{ range: "bytes=7-" }, 206, "bytes 7-9/10", "789"],
      [{ range: "bytes=-3" }, 206, "bytes 7-9/10", "789"],
      [{ range: "bytes=10-" }, 416, "bytes */10", '{"error":"no such range"}\n'],
      [{ range: "bytes=-3", "if-range": '"other"' }, 200, null, "0123456789"],
      [{ "if-none-match": etag }, 304, null, ""],
      [{ "if-modified-since": date }, 304, null, ""],
      [{ "if-match": '"other"' }, 412, null, '{"error":"the blob is another version"}\n'],
    ] as const) {
      const response = await ask("digits", headers);
      deepStrictEqual([response.status, response.headers.get("content-range"), await response.text()], [status, range, text]);
    }
    const head = await ask("digits", {}, "HEAD");
    deepStrictEqual([head.status, head.headers.get("content-length"), head.headers.get("etag")], [200, "10", etag]);
  });

  it("gives empty blobs, and 416 for a part of one", async () => {
    await put("empty", "");
    const [whole, part] = [await ask("empty"), await ask("empty", { range: "bytes=0-" })];
    deepStrictEqual(
      [whole.status, await whole.text(), part.status, part.headers.get("content-range")],
      [200, "", 416, "bytes */0"],
    );
  });

  it("answers 404 for what is not there and 400 for what is no name", async () => {
    for (const [path, status, body] of [
      ["missing", 404, '{"error":"not found"}\n'],
      ["a%2Fb", 400, '{"error":"the blob\'s name is malformed"}\n'],
      ["%00", 400, '{"error":"the blob\'s name is malformed"}\n'],
      ["%2e%2e/documents/digits", 400, '{"error":"the blob\'s name is malformed"}\n'],
    ] as const) {
      const target = `/api/${ACCOUNT}/documents/${path}`;
      const response = await send(await app.port(), `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
      deepStrictEqual([response.status, response.body], [status, body]);
    }
    strictEqual((await ask("missing", {}, "HEAD")).status, 404);
  });

  it(`streams ${LARGE_BYTES / 2 ** 20} MiB without holding them, and a range of its end`, async function () {
    this.timeout(30_000);
    const block = Buffer.alloc(8 * 2 ** 20, "x");
    const blocks = Readable.from(Array.from({ length: LARGE_BYTES / block.length + 1 }, () => block));
    await container.getBlockBlobClient("large").uploadStream(blocks, block.length, 2);
    const size = (Math.floor(LARGE_BYTES / block.length) + 1) * block.length;
    const residentBytes = async () => Number(/^process_resident_memory_bytes (\d+)$/m.exec(await app.metrics())?.[1]);
    const before = await residentBytes();
    const response = await ask("large");
    strictEqual(response.headers.get("content-length"), String(size));
    let received = 0;
    let peak = before;
    let measuredAt = 0;
    for await (const chunk of response.body ?? []) {
      received += chunk.length;
      if (received - measuredAt < 2 ** 25) continue;
      measuredAt = received;
      peak = Math.max(peak, await residentBytes());
    }
    strictEqual(received, size);
    ok(peak - before < GROWTH_LIMIT_BYTES, `grew by ${Math.round((peak - before) / 2 ** 20)} MiB`);
    const end = await ask("large", { range: "bytes=-5" });
    deepStrictEqual(
      [end.status, end.headers.get("content-range"), await end.text()],
      [206, `bytes ${size - 5}-${size - 1}/${size}`, "xxxxx"],
    );
  });
});
