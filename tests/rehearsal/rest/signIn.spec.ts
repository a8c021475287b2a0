// Signing in to the emulated cloud as a pipeline does, and the documents of Entra ID that lead there.
import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ResourceManagementClient } from "@azure/arm-resources";
import { WorkloadIdentityCredential } from "@azure/identity";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { Operations } from "../../../rehearsal/cloud/operations";
import { GROUP, RestClients } from "../../support/restClients";

const HOST = "https://login.microsoftonline.com";
const OTHER = "99999999-9999-4999-8999-999999999999";

describe("Signing in to the emulated cloud", () => {
  let azure: RestClients;
  let folder: string;

  before(async () => {
    // By this machine's time: the SDK and jose look at it too.
    azure = await RestClients.start({ operations: new Operations() });
    folder = await mkdtemp(join(tmpdir(), "sign-in-"));
  });
  after(async () => {
    await azure.close();
    await rm(folder, { recursive: true });
  });

  const client = async (token: string) => {
    const tokenFilePath = join(folder, "token");
    await writeFile(tokenFilePath, token);
    const { tenantId, clientId } = azure.served.deployer;
    const credential = new WorkloadIdentityCredential({ tenantId, clientId, tokenFilePath, httpClient: azure.http });
    return new ResourceManagementClient(credential, azure.subscriptionId, { httpClient: azure.http });
  };

  it("takes the deployer's token, and no credential", async () => {
    const resources = await client(await azure.served.deployer.token());
    strictEqual((await resources.resourceGroups.get(GROUP)).name, GROUP);
  });

  it("takes no token of another issuer for the same subject", async () => {
    const issuer = azure.served.issuer(`https://westeurope.oic.prod-aks.azure.com/${OTHER}/${OTHER}/`);
    const audience = "api://AzureADTokenExchange";
    const subject = "system:serviceaccount:pipelines:deployer";
    const claims = { subject, audience, namespace: "pipelines", serviceAccount: "deployer", lifetimeSeconds: 3600 };
    const resources = await client(await issuer.mint(claims));
    await rejects(resources.resourceGroups.get(GROUP), /AADSTS700211/);
  });

  it("takes no token whose claims were edited", async () => {
    const [header, , signature] = (await azure.served.deployer.token()).split(".");
    const claims = Buffer.from(JSON.stringify({ sub: "system:serviceaccount:pipelines:deployer" })).toString("base64url");
    const resources = await client([header, claims, signature].join("."));
    await rejects(resources.resourceGroups.get(GROUP), /AADSTS/);
  });

  const read = async (path: string) => {
    const { status, body } = await azure.send("GET", `${HOST}${path}`);
    return { status, body };
  };

  it("begins at the tenant's documents, of both versions", async () => {
    const { tenantId } = azure.served.deployer;
    const second = await read(`/${tenantId}/v2.0/.well-known/openid-configuration`);
    const first = await read(`/${tenantId}/.well-known/openid-configuration`);
    deepStrictEqual(
      [second.status, second.body.issuer, second.body.token_endpoint],
      [200, `${HOST}/${tenantId}/v2.0`, `${HOST}/${tenantId}/oauth2/v2.0/token`],
    );
    deepStrictEqual(
      [first.status, first.body.issuer, first.body.token_endpoint],
      [200, `https://sts.windows.net/${tenantId}/`, `${HOST}/${tenantId}/oauth2/token`],
    );
  });

  it("publishes the key that signs access tokens", async () => {
    const { tenantId, clientId, principalId } = azure.served.deployer;
    const audience = "https://management.azure.com";
    const token = await azure.served.signer.issue({ tenantId, audience, clientId, principalId });
    const { jwks_uri: address } = (await read(`/${tenantId}/v2.0/.well-known/openid-configuration`)).body;
    const fetched = async (url: string) => Response.json((await azure.send("GET", url)).body);
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(address), { [customFetch]: fetched }), { audience });
    strictEqual(payload.oid, principalId);
  });

  it("has no documents of a tenant that does not exist: AADSTS90002", async () => {
    const { status, body } = await read(`/${OTHER}/v2.0/.well-known/openid-configuration`);
    deepStrictEqual([status, body.error, body.error_codes], [400, "invalid_request", [90002]]);
  });

  it("says which hosts are one cloud, for its own authority only", async () => {
    const { tenantId } = azure.served.deployer;
    const ask = (endpoint: string) =>
      read(`/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`);
    const { status, body } = await ask(`${HOST}/${tenantId}/oauth2/v2.0/authorize`);
    deepStrictEqual(
      [status, body.tenant_discovery_endpoint, body.metadata[0].aliases.includes("login.microsoftonline.com")],
      [200, `${HOST}/${tenantId}/v2.0/.well-known/openid-configuration`, true],
    );
    strictEqual((await ask("https://login.example/tenant/oauth2/v2.0/authorize")).status, 400);
  });

  it("has no documents for whichever tenant somebody signs in to, and no other endpoint", async () => {
    for (const path of ["/common/v2.0/.well-known/openid-configuration", `/${azure.served.deployer.tenantId}/oauth2/token`])
      deepStrictEqual((await read(path)).status, 404);
  });
});
