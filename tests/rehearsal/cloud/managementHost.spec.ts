// What the emulated Resource Manager refuses, as the SDK's client reads it.
import { deepStrictEqual, match, rejects, strictEqual } from "node:assert";
import type { TokenCredential } from "@azure/core-auth";
import { SUBSCRIPTION_ID } from "../../support/emulation";
import {
  faultAt,
  LOGIN_SERVER,
  REGISTRY_ID,
  REGISTRY_NAME,
  RESOURCE_GROUP,
  RegistryEmulation,
  throttled,
} from "../../support/registryEmulation";

const AUDIENCE = "https://management.azure.com";
const OTHER = "99999999-9999-4999-8999-999999999999";

describe("the emulated Resource Manager over HTTP", () => {
  let registry: RegistryEmulation;

  beforeEach(async () => {
    registry = await RegistryEmulation.start();
  });
  afterEach(() => registry.azure.close());

  const withToken = (make: () => Promise<string>): TokenCredential => ({
    getToken: async () => ({ token: await make(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  });
  const upload = (client = registry.management()) => client.registries.getBuildSourceUploadUrl(RESOURCE_GROUP, REGISTRY_NAME);
  const post = async (path: string, body: string | undefined, token?: string) => {
    const headers = { authorization: `Bearer ${token ?? (await registry.token(AUDIENCE))}`, "content-type": "application/json" };
    const url = `https://management.azure.com${path}?api-version=2019-06-01-preview`;
    const answer = await registry.request(url, "POST", headers, body === undefined ? undefined : Buffer.from(body));
    return { ...answer, error: JSON.parse(answer.body).error };
  };

  it("shows a registry, and its mode from the version of the API on that has it", async () => {
    registry.azure.state.registries = [{ id: REGISTRY_ID, loginServer: LOGIN_SERVER, location: "westeurope", sku: "Basic" }];
    const { name, location, sku, loginServer } = await registry.management().registries.get(RESOURCE_GROUP, REGISTRY_NAME);
    deepStrictEqual([name, location, sku.name, loginServer], [REGISTRY_NAME, "westeurope", "Basic", LOGIN_SERVER]);
    const mode = async (apiVersion: string) => {
      const headers = { authorization: `Bearer ${await registry.token(AUDIENCE)}` };
      const url = `https://management.azure.com${REGISTRY_ID}?api-version=${apiVersion}`;
      return JSON.parse((await registry.request(url, "GET", headers)).body).properties.roleAssignmentMode;
    };
    strictEqual(await mode("2023-01-01-preview"), undefined);
    // No program of azure-native's version says it, so what a program states is neither confirmed nor denied.
    strictEqual(await mode("2025-11-01"), undefined);
    const roleAssignmentMode = "AbacRepositoryPermissions";
    registry.azure.state.registries = [{ id: REGISTRY_ID, loginServer: LOGIN_SERVER, roleAssignmentMode }];
    strictEqual(await mode("2023-01-01-preview"), undefined);
    strictEqual(await mode("2025-11-01"), roleAssignmentMode);
  });

  it("finds a registry in any case of its id", async () => {
    strictEqual((await post(`${REGISTRY_ID.toUpperCase()}/listBuildSourceUploadUrl`, undefined)).status, 200);
  });

  it("gives every answer the ids by which Azure's support finds it", async () => {
    for (const path of [`${REGISTRY_ID}/listBuildSourceUploadUrl`, "/nothing"]) {
      const { headers } = await post(path, undefined);
      match(headers["x-ms-request-id"] ?? "", /^[0-9a-f-]{36}$/);
      strictEqual(headers["x-ms-correlation-request-id"], headers["x-ms-request-id"]);
    }
  });

  const tokens: readonly (readonly [what: string, token: () => Promise<string>, code: string, message: string | RegExp])[] = [
    ["garbage", async () => "garbage", "InvalidAuthenticationToken", "The access token is invalid."],
    [
      "a token for the vault",
      () => registry.token("https://vault.azure.net"),
      "InvalidAuthenticationTokenAudience",
      /wrong audience or resource 'https:\/\/vault\.azure\.net'/,
    ],
    [
      "a token of another tenant",
      async () => registry.azure.signer.issue({ tenantId: OTHER, audience: AUDIENCE, clientId: "c", principalId: "p" }),
      "InvalidAuthenticationTokenTenant",
      /^The access token is from the wrong issuer/,
    ],
    [
      "a token that has expired",
      async () => {
        const token = await registry.token(AUDIENCE);
        registry.azure.state.clockOffsetMs = 3_700_000;
        return token;
      },
      "ExpiredAuthenticationToken",
      "The access token has expired.",
    ],
  ];
  for (const [what, token, code, message] of tokens) {
    it(`refuses ${what} with 401 and says why`, async () => {
      await rejects(upload(registry.management(withToken(token))), { statusCode: 401, code, message });
    });
  }

  it("refuses a request without a token with 401, and says where to get one", async () => {
    const url = `https://management.azure.com${REGISTRY_ID}?api-version=2025-11-01`;
    const { status, headers, body } = await registry.request(url);
    deepStrictEqual([status, JSON.parse(body).error.code], [401, "AuthenticationFailed"]);
    match(headers["www-authenticate"] ?? "", /^Bearer authorization_uri="https:\/\/login\.windows\.net\/[0-9a-f-]{36}", error=/);
  });

  it("knows no other subscription, registry or version", async () => {
    await rejects(upload(registry.management(registry.credential, 0, OTHER)), { statusCode: 404, code: "SubscriptionNotFound" });
    await rejects(registry.management().registries.get(RESOURCE_GROUP, "other"), { statusCode: 404, code: "ResourceNotFound" });
    const headers = { authorization: `Bearer ${await registry.token(AUDIENCE)}` };
    const { status, body } = await registry.request(`https://management.azure.com${REGISTRY_ID}`, "GET", headers);
    deepStrictEqual([status, JSON.parse(body).error.code], [400, "MissingApiVersionParameter"]);
  });

  it("says of what it does not emulate that it is not in the rehearsal", async () => {
    const paths = [
      "/providers",
      REGISTRY_ID.replace("registries", "others"),
      `${REGISTRY_ID}/importImage`,
      `${REGISTRY_ID}/runs`,
      `${REGISTRY_ID}/runs/cb1/other`,
    ];
    for (const path of paths) {
      const { status, error } = await post(path, undefined);
      deepStrictEqual([status, error.code], [501, "NotInRehearsal"]);
      strictEqual(error.message, `The rehearsal's Resource Manager has no POST ${path}.`);
    }
  });

  it("runs nothing for a subscription on free credits, with Azure's words", async () => {
    const source = await registry.upload(Buffer.from("archive"));
    registry.azure.state.tasksAllowed = false;
    await rejects(registry.schedule(source), {
      statusCode: 400,
      code: "TasksOperationsNotAllowed",
      message: `ACR Tasks requests for the registry acrweb and ${SUBSCRIPTION_ID} are not permitted. Please file an Azure support request at http://aka.ms/azuresupport for assistance.`,
    });
  });

  it("refuses to run what was not uploaded", async () => {
    await rejects(registry.schedule("source/202601010000/none.tar.gz"), {
      statusCode: 400,
      message:
        "The provided source location 'source/202601010000/none.tar.gz' is invalid or doesn't exists. Please use 'GetBuildSourceUploadUrl' to get a valid location to upload the source.",
    });
  });

  const good = {
    type: "DockerBuildRequest",
    dockerFilePath: "Dockerfile",
    platform: { os: "Linux", architecture: "amd64" },
    imageNames: ["app:1"],
    sourceLocation: "source/x.tar.gz",
  };
  const requests: Readonly<Record<string, readonly [body: string, status: number, named: string]>> = {
    "that is no JSON": ["{", 400, "not JSON"],
    "without a type": ["{}", 400, "'type'"],
    "of another type": [JSON.stringify({ ...good, type: "FileTaskRunRequest" }), 501, "FileTaskRunRequest"],
    "without a Dockerfile": [JSON.stringify({ ...good, dockerFilePath: "" }), 400, "dockerFilePath"],
    "without a source": [JSON.stringify({ ...good, sourceLocation: undefined }), 400, "sourceLocation"],
    "for another system": [JSON.stringify({ ...good, platform: { os: "Plan9" } }), 400, "platform.os"],
    "for another processor": [JSON.stringify({ ...good, platform: { os: "Linux", architecture: "mips" } }), 400, "architecture"],
    "that may take less than 300 seconds": [JSON.stringify({ ...good, timeout: 299 }), 400, "timeout"],
    "that may take more than 28,800 seconds": [JSON.stringify({ ...good, timeout: 28_801 }), 400, "timeout"],
    "with an argument without a value": [JSON.stringify({ ...good, arguments: [{ name: "A" }] }), 400, "arguments.0.value"],
  };
  for (const [what, [body, status, named]] of Object.entries(requests)) {
    it(`refuses a run request ${what}`, async () => {
      const { status: found, error } = await post(`${REGISTRY_ID}/scheduleRun`, body);
      strictEqual(found, status);
      strictEqual(error.message.includes(named), true, error.message);
    });
  }

  it("can be throttled for a while: the SDK waits as long as it is told and tries again", async () => {
    registry.azure.fault = faultAt("/listBuildSourceUploadUrl", throttled(0), 2);
    match((await upload(registry.management(registry.credential, 2))).relativePath ?? "", /^source\//);
    deepStrictEqual(
      registry.azure.network.calls.map(({ status, code }) => [status, code]),
      [
        [429, "TooManyRequests"],
        [429, "TooManyRequests"],
        [200, null],
      ],
    );
    registry.azure.fault = faultAt("/listBuildSourceUploadUrl", throttled(1));
    await rejects(upload(), { statusCode: 429, code: "TooManyRequests" });
  });
});
