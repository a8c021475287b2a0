// What a pod may do in the emulated registry with its own token: nothing that a role does not allow.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { type RoleName, roleDefinitionId } from "../../../chain";
import { ASSIGNMENT, IDENTITY, SUBSCRIPTION_ID, TENANT_ID } from "../../support/emulation";
import { DIGEST, IMAGE, LOGIN_SERVER, REGISTRY_ID, RegistryEmulation } from "../../support/registryEmulation";

const AUDIENCE = "https://management.azure.com";
const OTHER_REGISTRY = `${REGISTRY_ID}2`;

describe("a pod's rights in the registry", () => {
  let registry: RegistryEmulation;

  beforeEach(async () => {
    registry = await RegistryEmulation.start();
    registry.azure.images.push(`${LOGIN_SERVER}/app`, "1", DIGEST, IMAGE);
  });
  afterEach(() => registry.azure.close());

  const assign = (role: RoleName, scope: string) =>
    registry.azure.state.roleAssignments.push({ ...ASSIGNMENT, scope, roleDefinitionId: roleDefinitionId(role, scope) });
  const podToken = (audience: string) =>
    registry.azure.signer.issue({
      tenantId: TENANT_ID,
      audience,
      clientId: IDENTITY.clientId,
      principalId: IDENTITY.principalId,
    });
  const call = async (method: "GET" | "POST", rest: string, id = REGISTRY_ID) => {
    const headers = { authorization: `Bearer ${await podToken(AUDIENCE)}` };
    const { status, body } = await registry.request(
      `https://management.azure.com${id}${rest}?api-version=2025-11-01`,
      method,
      headers,
    );
    return { status, error: body === "" ? undefined : JSON.parse(body).error };
  };
  const refused = (action: string, scope: string) =>
    `The client '${IDENTITY.clientId}' with object id '${IDENTITY.principalId}' does not have authorization to perform action 'Microsoft.ContainerRegistry/registries/${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;

  for (const [method, rest, action, below] of [
    ["GET", "", "read", ""],
    ["POST", "/listBuildSourceUploadUrl", "listBuildSourceUploadUrl/action", ""],
    ["POST", "/scheduleRun", "scheduleRun/action", ""],
    ["GET", "/runs/cb1", "runs/read", "/runs/cb1"],
    ["POST", "/runs/cb1/listLogSasUrl", "runs/listLogSasUrl/action", "/runs/cb1"],
    ["POST", "/runs/cb1/cancel", "runs/cancel/action", "/runs/cb1"],
  ] as const) {
    it(`do not go from the vault to ${method} ${rest || "the registry"}`, async () => {
      deepStrictEqual(await call(method, rest), {
        status: 403,
        error: { code: "AuthorizationFailed", message: refused(action, REGISTRY_ID + below) },
      });
    });
  }

  it("do not tell whether a registry exists", async () => {
    deepStrictEqual((await call("GET", "", OTHER_REGISTRY)).error.message, refused("read", OTHER_REGISTRY));
  });

  it("come from a role at the registry or above it, and are no more than the role's", async () => {
    assign("owner", OTHER_REGISTRY);
    strictEqual((await call("GET", "")).status, 403);
    assign("reader", `/subscriptions/${SUBSCRIPTION_ID}`);
    deepStrictEqual([(await call("GET", "")).status, (await call("POST", "/listBuildSourceUploadUrl")).status], [200, 403]);
    assign("owner", REGISTRY_ID);
    strictEqual((await call("POST", "/listBuildSourceUploadUrl")).status, 200);
  });

  const form = async (path: string, fields: Record<string, string>) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = Buffer.from(new URLSearchParams({ service: LOGIN_SERVER, ...fields }).toString());
    const answer = await registry.request(`https://${LOGIN_SERVER}${path}`, "POST", headers, body);
    return { status: answer.status, body: JSON.parse(answer.body) };
  };
  const accessToken = async (scope: string) => {
    const { body } = await form("/oauth2/exchange", { grant_type: "access_token", access_token: await podToken(AUDIENCE) });
    return form("/oauth2/token", { grant_type: "refresh_token", scope, refresh_token: body.refresh_token });
  };

  it("to read a tag come from AcrPull, and are refused as Azure does without it", async () => {
    const { status, body } = await accessToken("repository:app:metadata_read");
    deepStrictEqual([status, body.errors[0].code], [401, "UNAUTHORIZED"]);
    assign("acrPull", REGISTRY_ID);
    const { access_token: token } = (await accessToken("repository:app:metadata_read,pull")).body;
    const headers = { authorization: `Bearer ${token}` };
    match((await registry.request(`https://${LOGIN_SERVER}/acr/v1/app/_tags/1`, "GET", headers)).body, new RegExp(DIGEST));
    for (const actions of ["push", "pull,push", "constructor", "*"])
      strictEqual((await accessToken(`repository:app:${actions}`)).status, 401);
  });

  it("to read a tag come from another role where the registry permits by repository", async () => {
    const roleAssignmentMode = "AbacRepositoryPermissions";
    registry.azure.state.registries = [{ id: REGISTRY_ID, loginServer: LOGIN_SERVER, roleAssignmentMode }];
    assign("acrPull", REGISTRY_ID);
    assign("owner", REGISTRY_ID);
    strictEqual((await accessToken("repository:app:metadata_read")).status, 401);
    assign("containerRegistryRepositoryReader", REGISTRY_ID);
    strictEqual((await accessToken("repository:app:metadata_read,pull")).status, 200);
  });
});
