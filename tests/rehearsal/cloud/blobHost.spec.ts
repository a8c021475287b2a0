// Blob storage as an application sees it, through the unmodified SDK with the token of the pod's identity.
import { deepStrictEqual, match, rejects, strictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { TokenCredential } from "@azure/core-auth";
import { AnonymousCredential, StorageSharedKeyCredential } from "@azure/storage-blob";
import { z } from "zod";
import { roleDefinitionId } from "../../../chain";
import { DEPLOYER } from "../../../rehearsal/cloud/deployer";
import { type BlobCredential, blobServiceClient } from "../../support/blobClient";
import {
  BLOB_ASSIGNMENT,
  CONTAINER,
  type Emulation,
  IDENTITY,
  STORAGE_ACCOUNT,
  startEmulation,
  TENANT_ID,
} from "../../support/emulation";
import { all, PodCalls } from "../../support/podCalls";

const { account, name: container, endpoint } = CONTAINER;
const WRITES = { ...BLOB_ASSIGNMENT, roleDefinitionId: roleDefinitionId("storageBlobDataContributor", CONTAINER.id) };

const bytesOf = async (stream: NodeJS.ReadableStream = Readable.from([])) => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const IN_HEADER = z.looseObject({ statusCode: z.number(), details: z.looseObject({ errorCode: z.string() }) });
/** An answer without a body: the code stands in a header only. */
const inHeader = (status: number, code: string) => (error: unknown) => {
  const { statusCode, details } = IN_HEADER.parse(error);
  deepStrictEqual([statusCode, details.errorCode], [status, code]);
  return true;
};

describe("blob storage, through the real SDK", () => {
  let azure: Emulation;
  let pod: PodCalls;

  before(async () => {
    azure = await startEmulation();
    pod = new PodCalls(azure);
  });
  beforeEach(() => {
    azure.reset();
    azure.state.roleAssignments = [BLOB_ASSIGNMENT];
    azure.blobs.put({ account, container, name: "hello.txt", content: "hello", headers: { "content-type": "text/plain" } });
  });
  after(() => azure.close());

  const service = (credential: BlobCredential = pod.credential, url = endpoint) =>
    blobServiceClient(azure.network, credential, url);
  const documents = (credential?: BlobCredential, name = container) => service(credential).getContainerClient(name);
  const text = async (name = "hello.txt", credential?: BlobCredential) =>
    (await bytesOf((await documents(credential).getBlobClient(name).download()).readableStreamBody)).toString();
  const tokenOf = (token: () => Promise<string>): TokenCredential => ({
    getToken: async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  });
  const names = async (options: { readonly prefix?: string } = {}) =>
    (await all(documents().listBlobsFlat(options))).map(({ name }) => name);

  it("is read by a pod that signs in with its ServiceAccount's token", async () => {
    strictEqual(await text("hello.txt", await pod.signedIn()), "hello");
    const { clientId, result } = azure.exchanges.at(-1) ?? {};
    deepStrictEqual([clientId, result], [IDENTITY.clientId, "ok"]);
  });

  it("keeps blobs apart whose names differ by a slash", async () => {
    for (const name of ["a/b", "a//b"]) azure.blobs.put({ account, container, name, content: name });
    deepStrictEqual([await text("a/b"), await text("a//b")], ["a/b", "a//b"]);
    await rejects(text("/hello.txt"), inHeader(404, "BlobNotFound"));
  });

  it("gives a blob with its headers", async () => {
    const metadata = { language: "en" };
    azure.blobs.put({
      account,
      container,
      name: "a b/ü.csv",
      content: "1,2",
      headers: { "content-type": "text/csv", "content-language": "en", "cache-control": "no-store" },
      metadata,
    });
    const found = await documents().getBlobClient("a b/ü.csv").getProperties();
    const { contentType, contentLength, contentLanguage, cacheControl, blobType, etag, lastModified } = found;
    deepStrictEqual(
      { contentType, contentLength, contentLanguage, cacheControl, blobType, metadata: found.metadata },
      {
        contentType: "text/csv",
        contentLength: 3,
        contentLanguage: "en",
        cacheControl: "no-store",
        blobType: "BlockBlob",
        metadata,
      },
    );
    match(etag ?? "", /^"0x[0-9A-F]{15}"$/);
    strictEqual(lastModified instanceof Date, true);
    strictEqual(await text("a b/ü.csv"), "1,2");
  });

  it("gives a part of a blob", async () => {
    const { contentRange, contentLength, readableStreamBody } = await documents().getBlobClient("hello.txt").download(1, 3);
    deepStrictEqual([contentRange, contentLength], ["bytes 1-3/5", 3]);
    strictEqual((await bytesOf(readableStreamBody)).toString(), "ell");
  });

  it("gives a blob that is made while it is read, piece by piece", async () => {
    const piece = Buffer.alloc(1 << 20, "0123456789abcdef");
    const sizeBytes = 32 * piece.length + 5;
    const read = async function* (start: number, end: number) {
      for (let at = start; at < end; at += piece.length) yield piece.subarray(0, Math.min(piece.length, end - at));
    };
    azure.blobs.put({ account, container, name: "large.bin", content: { sizeBytes, read } });
    const { readableStreamBody = Readable.from([]), contentLength } = await documents().getBlobClient("large.bin").download();
    const hash = createHash("sha256");
    let received = 0;
    for await (const chunk of readableStreamBody) {
      received += chunk.length;
      hash.update(chunk);
    }
    const expected = createHash("sha256");
    for (let index = 0; index < 32; index += 1) expected.update(piece);
    deepStrictEqual([contentLength, received], [sizeBytes, sizeBytes]);
    strictEqual(hash.digest("hex"), expected.update(piece.subarray(0, 5)).digest("hex"));
    strictEqual((await documents().getBlobClient("large.bin").getProperties()).contentLength, sizeBytes);
    strictEqual(
      (
        await documents()
          .getBlobClient("large.bin")
          .downloadToBuffer(2 * piece.length, 4)
      ).toString(),
      "0123",
    );
  });

  it("lists blobs in the order of their names, by prefix and page by page", async () => {
    for (const name of ["b/2", "b/1", "a & <b>"]) azure.blobs.put({ account, container, name, content: name });
    deepStrictEqual(await names(), ["a & <b>", "b/1", "b/2", "hello.txt"]);
    deepStrictEqual(await names({ prefix: "b/" }), ["b/1", "b/2"]);
    const pages = await all(documents().listBlobsFlat().byPage({ maxPageSize: 3 }));
    deepStrictEqual(
      pages.map(({ segment, maxPageSize }) => [segment.blobItems.map(({ name }) => name), maxPageSize]),
      [
        [["a & <b>", "b/1", "b/2"], 3],
        [["hello.txt"], 3],
      ],
    );
    const [first] = await all(documents().listBlobsFlat({ prefix: "hello" }));
    const { contentLength, contentType, etag } = first?.properties ?? {};
    const found = await documents().getBlobClient("hello.txt").getProperties();
    deepStrictEqual([contentLength, contentType, `"${etag}"`], [5, "text/plain", found.etag]);
  });

  it("sees nothing in an empty container, and knows the container", async () => {
    azure.blobs.clear();
    deepStrictEqual(await names(), []);
    strictEqual((await documents().getProperties()).leaseState, "available");
  });

  it("takes a blob and gives it back, with a role that writes", async () => {
    azure.state.roleAssignments = [WRITES];
    const blob = documents().getBlockBlobClient("new.json");
    const options = { blobHTTPHeaders: { blobContentType: "application/json" }, metadata: { by: "pod" } };
    const { etag, contentMD5 } = await blob.upload("{}", 2, options);
    const found = await blob.getProperties();
    deepStrictEqual([found.contentType, found.metadata, found.etag], ["application/json", { by: "pod" }, etag]);
    deepStrictEqual(contentMD5 && Buffer.from(contentMD5), createHash("md5").update("{}").digest());
    strictEqual(await text("new.json"), "{}");
    await blob.delete();
    await rejects(text("new.json"), { statusCode: 404, code: "BlobNotFound" });
  });

  it("answers a condition: 304 for what the client has, 412 for what has changed, 409 for what is there", async () => {
    azure.state.roleAssignments = [WRITES];
    const blob = documents().getBlockBlobClient("hello.txt");
    const { etag = "", lastModified = new Date(0) } = await blob.getProperties();
    const get = (conditions: object) => blob.download(0, undefined, { conditions });
    const unmet = { code: "ConditionNotMet" };
    const notModified = inHeader(304, "ConditionNotMet");
    await get({ ifMatch: etag, ifModifiedSince: new Date(0) });
    await rejects(get({ ifNoneMatch: etag }), notModified);
    await rejects(get({ ifModifiedSince: lastModified }), notModified);
    await rejects(get({ ifMatch: '"0x0"' }), { ...unmet, statusCode: 412 });
    await rejects(get({ ifUnmodifiedSince: new Date(0) }), { ...unmet, statusCode: 412 });
    await rejects(blob.upload("x", 1, { conditions: { ifMatch: '"0x0"' } }), { ...unmet, statusCode: 412 });
    await rejects(blob.upload("x", 1, { conditions: { ifNoneMatch: "*" } }), { statusCode: 409, code: "BlobAlreadyExists" });
    const changed = await blob.upload("hullo", 5, { conditions: { ifMatch: etag } });
    strictEqual(changed.etag === etag, false);
    await rejects(get({ ifMatch: etag }), { ...unmet, statusCode: 412 });
  });

  it("refuses a range that begins behind the end: 416 InvalidRange", async () => {
    await rejects(documents().getBlobClient("hello.txt").download(5), { statusCode: 416, code: "InvalidRange" });
  });

  const MISMATCH = {
    name: "RestError",
    statusCode: 403,
    code: "AuthorizationPermissionMismatch",
    message: /^This request is not authorized to perform this operation using this permission\./,
  };
  const refusing: Readonly<Record<string, readonly Partial<typeof BLOB_ASSIGNMENT>[]>> = {
    "no role": [],
    "Storage Account Contributor, which manages accounts": [
      { roleDefinitionId: roleDefinitionId("storageAccountContributor", CONTAINER.id) },
    ],
    Owner: [{ roleDefinitionId: roleDefinitionId("owner", CONTAINER.id) }],
    "a role on another container": [{ scope: `${CONTAINER.id}2` }],
    "a role for the client id in place of the principal id": [{ principalId: IDENTITY.clientId }],
  };
  for (const [what, changes] of Object.entries(refusing)) {
    it(`refuses with ${what}: 403 AuthorizationPermissionMismatch`, async () => {
      azure.state.roleAssignments = changes.map((change) => ({ ...BLOB_ASSIGNMENT, ...change }));
      await rejects(text(), MISMATCH);
      await rejects(names(), MISMATCH);
    });
  }

  it("does not tell a caller without a role whether container or blob exists", async () => {
    azure.state.roleAssignments = [];
    await rejects(text("other"), MISMATCH);
    await rejects(documents(undefined, "other").getBlobClient("hello.txt").download(), MISMATCH);
    const head = documents(undefined, "other").getBlobClient("hello.txt").getProperties();
    await rejects(head, inHeader(403, "AuthorizationPermissionMismatch"));
  });

  it("refuses to write and delete with a role that reads", async () => {
    await rejects(documents().getBlockBlobClient("hello.txt").upload("x", 1), MISMATCH);
    await rejects(documents().getBlobClient("hello.txt").delete(), MISMATCH);
    strictEqual(await text(), "hello");
  });

  it("counts a role on the account, and a custom one", async () => {
    azure.state.roleAssignments = [{ ...BLOB_ASSIGNMENT, scope: STORAGE_ACCOUNT.id }];
    strictEqual(await text(), "hello");
    const id = "99999999-9999-4999-8999-999999999999";
    const dataActions = ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"];
    const role = { resource: "r", id, name: "Blobs", actions: [], assignableScopes: [STORAGE_ACCOUNT.id] };
    const held = [{ ...BLOB_ASSIGNMENT, roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${id}` }];
    Object.assign(azure.state, { roleAssignments: held, customRoles: [{ ...role, dataActions }] });
    strictEqual(await text(), "hello");
    azure.state.customRoles = [{ ...role, dataActions, notDataActions: ["*/blobs/read"] }];
    await rejects(text(), MISMATCH);
  });

  it("knows no other blob and no other container: 404", async () => {
    azure.state.roleAssignments = [{ ...BLOB_ASSIGNMENT, scope: STORAGE_ACCOUNT.id }];
    await rejects(text("other"), { statusCode: 404, code: "BlobNotFound" });
    await rejects(text("HELLO.txt"), { statusCode: 404, code: "BlobNotFound" });
    const missing = documents(undefined, "other");
    await rejects(missing.getBlobClient("hello.txt").download(), { statusCode: 404, code: "ContainerNotFound" });
    await rejects(all(missing.listBlobsFlat()), { statusCode: 404, code: "ContainerNotFound" });
  });

  it("sees a role that is taken away at the next request of the same client", async () => {
    const blob = documents().getBlobClient("hello.txt");
    await blob.getProperties();
    azure.state.roleAssignments = [];
    await rejects(blob.download(), MISMATCH);
  });

  it("takes a token for storage and for the account, and none for the vault", async () => {
    const issued = (audience: string) => tokenOf(() => pod.token(audience));
    for (const audience of ["https://storage.azure.com", "https://storage.azure.com/", "https://stweb.blob.core.windows.net"])
      strictEqual(await text("hello.txt", issued(audience)), "hello");
    const refused = text("hello.txt", issued("https://vault.azure.net"));
    await rejects(refused, { statusCode: 401, code: "InvalidAuthenticationInfo" });
    await rejects(text("hello.txt", issued("https://stother.blob.core.windows.net")), { statusCode: 401 });
  });

  it("refuses a token that has expired, one of another tenant and none at all with 401", async () => {
    const old = await pod.token("https://storage.azure.com");
    const foreign = () => pod.token("https://storage.azure.com", "99999999-9999-4999-8999-999999999999");
    await rejects(text("hello.txt", tokenOf(foreign)), { statusCode: 401, code: "InvalidAuthenticationInfo" });
    await rejects(
      text(
        "hello.txt",
        tokenOf(async () => "garbage"),
      ),
      { statusCode: 401, code: "InvalidAuthenticationInfo" },
    );
    azure.state.clockOffsetMs = 3_700_000;
    await rejects(
      text(
        "hello.txt",
        tokenOf(async () => old),
      ),
      { statusCode: 401, code: "InvalidAuthenticationInfo" },
    );
  });

  it("refuses a shared key where keys are off, and a wrong one where they are on", async () => {
    const keyed = new StorageSharedKeyCredential(account, Buffer.from("key").toString("base64"));
    const off = { statusCode: 403, code: "KeyBasedAuthenticationNotPermitted" };
    await rejects(text("hello.txt", keyed), off);
    azure.state.storageAccounts = [{ ...STORAGE_ACCOUNT, sharedKeys: true }];
    await rejects(text("hello.txt", keyed), { statusCode: 403, code: "AuthenticationFailed" });
  });

  it("refuses everybody who brings nothing", async () => {
    await rejects(text("hello.txt", new AnonymousCredential()), { statusCode: 409, code: "PublicAccessNotPermitted" });
    azure.state.storageAccounts = [{ ...STORAGE_ACCOUNT, publicAccess: true }];
    await rejects(text("hello.txt", new AnonymousCredential()), { statusCode: 401, code: "NoAuthenticationInformation" });
  });

  it("names an account that does not exist", async () => {
    const other = service(pod.credential, "https://stother.blob.core.windows.net").getContainerClient(container);
    await rejects(other.getBlobClient("hello.txt").download(), {
      statusCode: 403,
      message:
        /no storage account of this rehearsal has the host name stother\.blob\.core\.windows\.net\. In Azure the name would/,
    });
    strictEqual(azure.network.calls.at(-1)?.code, "HostNotFound");
  });

  it("lets whoever deploys do everything, as everywhere", async () => {
    azure.state.roleAssignments = [];
    const audience = "https://storage.azure.com";
    const token = () => azure.signer.issue({ tenantId: TENANT_ID, audience, ...DEPLOYER });
    strictEqual(await text("hello.txt", tokenOf(token)), "hello");
  });

  it("says of what it does not do that it is not in the rehearsal", async () => {
    azure.state.roleAssignments = [{ ...WRITES, scope: STORAGE_ACCOUNT.id }];
    const blob = documents().getBlockBlobClient("hello.txt");
    const absent = { statusCode: 501, code: "NotInRehearsal" };
    await rejects(all(documents().listBlobsByHierarchy("/")), absent);
    await rejects(blob.stageBlock("AAAA", "x", 1), absent);
    await rejects(blob.setTags({ a: "b" }), absent);
    await rejects(documents().create(), absent);
    await rejects(all(service().listContainers()), absent);
  });
});
