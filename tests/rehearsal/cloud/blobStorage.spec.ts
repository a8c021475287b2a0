// The storage that a registry lends to builds: addresses that expire, archives that are put, logs that grow.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { createHash } from "node:crypto";
import type { HttpMethods } from "@azure/core-rest-pipeline";
import { LedBuilder, REGISTRY_NAME, RESOURCE_GROUP, RegistryEmulation } from "../../support/registryEmulation";

const BLOCK = { "x-ms-blob-type": "BlockBlob" };

describe("the emulated storage of builds", () => {
  let registry: RegistryEmulation;

  beforeEach(async () => {
    registry = await RegistryEmulation.start();
  });
  afterEach(() => registry.azure.close());

  const uploadUrl = async () =>
    (await registry.management().registries.getBuildSourceUploadUrl(RESOURCE_GROUP, REGISTRY_NAME)).uploadUrl ?? "";
  const put = (url: string, headers: Record<string, string> = BLOCK, method: HttpMethods = "PUT") =>
    registry.request(url, method, headers, Buffer.from("archive"));
  const code = (body: string) => /<Code>(\w+)<\/Code>/.exec(body)?.[1];

  it("takes an archive as it is, with or without its MD5", async () => {
    const url = await uploadUrl();
    match(
      url,
      /^https:\/\/acrtaskprodrehearsal\.blob\.core\.windows\.net\/container-[0-9a-f]{32}\/source\/\d{8}0000\/[^/?]+\?sv=/,
    );
    const md5 = createHash("md5").update("archive").digest("base64");
    const { status, headers, body } = await put(url, { ...BLOCK, "content-md5": md5 });
    deepStrictEqual([status, headers["content-md5"], body], [201, md5, ""]);
    match(headers.etag ?? "", /^"0x[0-9A-F]{15}"$/);
    strictEqual((await put(url)).status, 201);
  });

  it("takes a body beyond the limit of other hosts, byte for byte", async () => {
    const archive = Buffer.alloc(3_000_000, 0xfe);
    let received: Buffer | undefined;
    registry.azure.state.builder = async (input) => {
      received = input.archive;
      return { failure: "seen" };
    };
    await registry.schedule(await registry.upload(archive));
    strictEqual((await registry.run()).status, "Failed");
    strictEqual(received?.equals(archive), true);
  });

  it("refuses an address that has expired, and says since when", async () => {
    const url = await uploadUrl();
    registry.azure.state.clockOffsetMs = 3_600_000;
    const { status, headers, body } = await put(url);
    deepStrictEqual(
      [status, headers["x-ms-error-code"], headers["content-type"]],
      [403, "AuthenticationFailed", "application/xml"],
    );
    match(body, /^\uFEFF?<\?xml version="1\.0" encoding="utf-8"\?><Error><Code>AuthenticationFailed<\/Code>/);
    match(
      body,
      /<AuthenticationErrorDetail>Signature not valid in the specified time frame: Start \[.*\] - Expiry \[.* GMT\] - Current/,
    );
  });

  it("refuses an address that was changed, for another blob, or to do something else", async () => {
    const url = await uploadUrl();
    const changed = (name: string, value: string) => {
      const other = new URL(url);
      other.searchParams.set(name, value);
      return other.href;
    };
    for (const other of [
      changed("sig", "AAAA"),
      changed("se", "2099-01-01T00:00:00Z"),
      changed("sp", "racwd"),
      url.replace("/source/", "/logs/"),
    ]) {
      const { status, body } = await put(other);
      deepStrictEqual([status, code(body)], [403, "AuthenticationFailed"]);
    }
    const { status, body } = await registry.request(url);
    deepStrictEqual([status, code(body)], [403, "AuthorizationPermissionMismatch"]);
    strictEqual((await put(url.replace(/\?.*/, ""))).status, 401);
  });

  it("refuses an upload without its kind, of another kind, or with another MD5", async () => {
    const url = await uploadUrl();
    const found = [];
    for (const headers of [{}, { "x-ms-blob-type": "AppendBlob" }, { ...BLOCK, "content-md5": "AAAA" }]) {
      const { status, body } = await put(url, headers);
      found.push([status, code(body)]);
    }
    deepStrictEqual(found, [
      [400, "MissingRequiredHeader"],
      [400, "InvalidHeaderValue"],
      [400, "Md5Mismatch"],
    ]);
    strictEqual((await put(url, BLOCK, "POST")).status, 405);
  });

  it("has a log that is not there, then grows line by line, and is marked when it is whole", async () => {
    const builder = new LedBuilder();
    registry.azure.state.builder = builder.build;
    await registry.schedule(await registry.upload(Buffer.from("archive")));
    const { log } = await builder.started;
    const link = await registry.logLink();
    const read = (first: number, last: number | "" = "") => registry.request(link, "GET", { range: `bytes=${first}-${last}` });
    const missing = await read(0);
    deepStrictEqual([missing.status, code(missing.body)], [404, "BlobNotFound"]);

    log("first");
    const begun = await read(0);
    deepStrictEqual([begun.status, begun.body, begun.headers["content-range"]], [206, "first\r\n", "bytes 0-6/7"]);
    deepStrictEqual([begun.headers["x-ms-blob-type"], begun.headers["x-ms-meta-complete"]], ["AppendBlob", undefined]);
    const nothing = await read(7);
    deepStrictEqual([nothing.status, code(nothing.body), nothing.headers["content-range"]], [416, "InvalidRange", "bytes */7"]);

    log("sécond");
    strictEqual((await read(7)).body, "sécond\r\n");
    strictEqual((await read(0, 4)).body, "first");
    const head = await registry.request(link, "HEAD");
    deepStrictEqual([head.status, head.headers["content-length"], head.body], [200, "16", ""]);

    builder.finish();
    const whole = await registry.request(link);
    deepStrictEqual([whole.status, whole.headers["x-ms-meta-complete"]], [200, "successful"]);
    match(whole.body, /^first\r\nsécond\r\n\r\nRun ID: cb1 was successful/);
  });

  it("answers x-ms-range before range, and leaves a range in another form out of account", async () => {
    await registry.schedule(await registry.upload(Buffer.from("archive")));
    const link = await registry.logLink();
    strictEqual((await registry.request(link, "GET", { range: "bytes=0-0", "x-ms-range": "bytes=0-3" })).body, "Step");
    strictEqual((await registry.request(link, "GET", { range: "bytes=-4" })).status, 200);
  });
});
