// Requests to blob storage that no SDK makes, and the form of its refusals.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { BLOB_ASSIGNMENT, CONTAINER, type Emulation, startEmulation, TENANT_ID } from "../../support/emulation";
import { PodCalls } from "../../support/podCalls";

const CONTAINER_URL = `${CONTAINER.endpoint}${CONTAINER.name}`;
const VERSION = { "x-ms-version": "2024-11-04" };

describe("the emulated blob storage", () => {
  let azure: Emulation;
  let pod: PodCalls;

  before(async () => {
    azure = await startEmulation();
    pod = new PodCalls(azure);
  });
  beforeEach(() => {
    azure.reset();
    azure.state.roleAssignments = [BLOB_ASSIGNMENT];
    azure.blobs.put({ account: CONTAINER.account, container: CONTAINER.name, name: "a.txt", content: "hello" });
  });
  after(() => azure.close());

  const get = async (path: string, headers: Record<string, string> = VERSION) => {
    const authorization = `Bearer ${await pod.token("https://storage.azure.com")}`;
    const answer = await pod.request(`${CONTAINER_URL}${path}`, { authorization, ...headers });
    return { ...answer, code: /<Code>(\w+)<\/Code>/.exec(answer.body)?.[1] };
  };

  it("refuses in XML, with the code in a header too, and says where to get a token", async () => {
    const { status, headers, body } = await pod.request(`${CONTAINER_URL}/a.txt`, {
      ...VERSION,
      authorization: `Bearer ${await pod.token("https://vault.azure.net")}`,
    });
    deepStrictEqual(
      [status, headers["x-ms-error-code"], headers["content-type"], headers["www-authenticate"]],
      [
        401,
        "InvalidAuthenticationInfo",
        "application/xml",
        `Bearer authorization_uri=https://login.microsoftonline.com/${TENANT_ID}/oauth2/authorize resource_id=https://storage.azure.com`,
      ],
    );
    match(
      body,
      /<Error><Code>InvalidAuthenticationInfo<\/Code><Message>Server failed to authenticate the request\. .*\nRequestId:[0-9a-f-]{36}\nTime:.*Z<\/Message><AuthenticationErrorDetail>Audience validation failed\. Audience did not match\.<\/AuthenticationErrorDetail><\/Error>$/,
    );
    strictEqual(azure.network.calls.at(-1)?.code, "InvalidAuthenticationInfo");
  });

  it("takes a token only with a version of its interface, as Azure does", async () => {
    const { status, code, body } = await get("/a.txt", {});
    deepStrictEqual([status, code], [403, "AuthenticationFailed"]);
    match(body, /<AuthenticationErrorDetail>Authentication scheme Bearer is not supported in this version\./);
    deepStrictEqual((await get("/a.txt", { "x-ms-version": "1" })).code, "InvalidHeaderValue");
  });

  it("refuses signatures of keys, and of delegated ones: it gives out neither", async () => {
    const signed = async (query: string) => {
      const { status, body } = await pod.request(`${CONTAINER_URL}/a.txt?${query}`, VERSION);
      return [status, /<Code>(\w+)<\/Code>/.exec(body)?.[1]];
    };
    deepStrictEqual(await signed("sv=2024-11-04&sig=AAAA"), [403, "KeyBasedAuthenticationNotPermitted"]);
    deepStrictEqual(await signed("sv=2024-11-04&skoid=x&sig=AAAA"), [403, "AuthenticationFailed"]);
  });

  it("lists pages of 1 to 5000, and goes on only where it said", async () => {
    const list = (query: string) => get(`?restype=container&comp=list${query}`);
    strictEqual((await list("&maxresults=0")).code, "OutOfRangeQueryParameterValue");
    strictEqual((await list("&maxresults=x")).code, "InvalidQueryParameterValue");
    strictEqual((await list("&marker=%20")).code, "InvalidQueryParameterValue");
    strictEqual((await list("&maxresults=9999")).status, 200);
    deepStrictEqual([(await list("&delimiter=/")).status, (await list("&include=metadata")).code], [501, "NotInRehearsal"]);
  });

  it("leaves a range in another form out of account, and answers x-ms-range before range", async () => {
    strictEqual((await get("/a.txt", { ...VERSION, range: "bytes=-2" })).body, "hello");
    strictEqual((await get("/a.txt", { ...VERSION, range: "bytes=3-1" })).code, "InvalidRange");
    const { status, body, headers } = await get("/a.txt", { ...VERSION, range: "bytes=0-0", "x-ms-range": "bytes=1-99" });
    deepStrictEqual([status, body, headers["content-range"]], [206, "ello", "bytes 1-4/5"]);
    deepStrictEqual([headers["content-md5"], headers["x-ms-blob-content-md5"]], [undefined, "XUFAKrxLKna5cZ2REBfFkg=="]);
  });

  it("knows no path that cannot be decoded, no other verb and no other question", async () => {
    strictEqual((await get("/%ff")).code, "NotInRehearsal");
    strictEqual((await get("/a.txt?comp=metadata")).code, "NotInRehearsal");
    strictEqual((await get("")).code, "NotInRehearsal");
  });

  it("leaves the builds' own storage to the registry", async () => {
    const url = "https://acrtaskprodrehearsal.blob.core.windows.net/container/source/x";
    const { status, body } = await pod.request(url, VERSION);
    deepStrictEqual([status, /<Code>(\w+)<\/Code>/.exec(body)?.[1]], [401, "NoAuthenticationInformation"]);
  });
});
