// What DefaultAzureCredential makes of refusals and of pods that the webhook did not touch, which then ask the node's metadata service.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { rm } from "node:fs/promises";
import { POD_ENVIRONMENT } from "../../../chain";
import { type Emulation, IDENTITY, KUBELET_IDENTITY, SECRET_VALUE, startEmulation } from "../../support/emulation";
import { type Reading, SdkPod } from "../../support/sdkPod";

const { clientId, tenantId, tokenFile, authorityHost } = POD_ENVIRONMENT;
const UNMUTATED: Reading = {
  credential: "default",
  env: { [clientId]: null, [tenantId]: null, [tokenFile]: null, [authorityHost]: null },
};

describe("DefaultAzureCredential against the emulated Azure", () => {
  let azure: Emulation;
  let pod: SdkPod;

  before(async () => {
    azure = await startEmulation();
    pod = await SdkPod.start(azure, "web/web-0");
  });
  beforeEach(async () => {
    azure.reset();
    await pod.writeToken(await azure.mint());
  });
  after(async () => {
    await pod.stop();
    await azure.close();
  });

  it("reads the secret in a mutated pod", async () => {
    strictEqual((await pod.read({ credential: "default" })).value, SECRET_VALUE);
  });

  it("tries the exchange twice and reports an aggregate when Entra ID refuses", async () => {
    azure.state.federatedCredentials = [];
    const before = azure.exchanges.length;
    const { name, code, members, message } = await pod.refusal({ credential: "default" });
    deepStrictEqual([name, code], ["AggregateAuthenticationError", null]);
    deepStrictEqual(members, [
      "CredentialUnavailableError",
      "AuthenticationRequiredError",
      "AuthenticationRequiredError",
      "CredentialUnavailableError",
      "CredentialUnavailableError",
      "CredentialUnavailableError",
      "CredentialUnavailableError",
    ]);
    match(message, /AADSTS70025/);
    strictEqual(azure.exchanges.length - before, 2);
  });

  it("tries it once when the environment names the one credential", async () => {
    azure.state.federatedCredentials = [];
    const before = azure.exchanges.length;
    const env = { AZURE_TOKEN_CREDENTIALS: "WorkloadIdentityCredential" };
    match((await pod.refusal({ credential: "default", env })).message, /AADSTS70025/);
    strictEqual(azure.exchanges.length - before, 1);
  });

  it("gets the node's identity in a pod that was not mutated, and Key Vault refuses that identity", async () => {
    // A process of its own: MSAL keeps the node's token for all that the process does later.
    const unmutated = await SdkPod.start(azure, "web/unmutated");
    const { innerCode, message } = await unmutated.refusal(UNMUTATED);
    await unmutated.stop();
    strictEqual(innerCode, "ForbiddenByRbac");
    ok(message.includes(`appid=${KUBELET_IDENTITY.clientId};oid=${KUBELET_IDENTITY.principalId};`), message);
    const imds = azure.network.calls.filter(({ client, host }) => client === "web/unmutated" && host === "169.254.169.254");
    deepStrictEqual(
      imds.map(({ method, path, status }) => `${method} ${path} ${status}`),
      ["GET /metadata/identity/oauth2/token 400", "GET /metadata/identity/oauth2/token 200"],
    );
  });

  it("gets no token in such a pod when the node has several identities", async () => {
    azure.state.nodeIdentities = [KUBELET_IDENTITY, IDENTITY];
    const { name, message } = await pod.refusal(UNMUTATED);
    strictEqual(name, "AggregateAuthenticationError");
    match(
      message,
      /Multiple user assigned identities exist, please specify the clientId \/ resourceId of the identity in the token request/,
    );
  });

  it("gets no token in such a pod with a client id written by hand", async () => {
    const { message } = await pod.refusal({ credential: "default", env: { ...UNMUTATED.env, [clientId]: IDENTITY.clientId } });
    match(message, /Identity not found/);
  });

  it("says nothing about the variables that lack when it may use this one credential only", async () => {
    const env = { ...UNMUTATED.env, AZURE_TOKEN_CREDENTIALS: "WorkloadIdentityCredential" };
    const { name, message } = await pod.refusal({ credential: "default", env });
    deepStrictEqual([name, message], ["CredentialUnavailableError", "Failed to retrieve a valid token"]);
  });

  it("names the file when the token is not there", async () => {
    const { env, tokenFile: path } = await azure.podEnvironment("web/no-token", { token: null });
    await rm(path, { force: true });
    const { name, message } = await pod.refusal({ env: { [tokenFile]: env[tokenFile] ?? null } });
    deepStrictEqual([name, message], ["AuthenticationRequiredError", `ENOENT: no such file or directory, open '${path}'`]);
  });

  it("says that a token file is empty", async () => {
    await pod.writeToken("");
    match((await pod.refusal()).message, /^WorkloadIdentityCredential: is unavailable\. No content on the file /);
  });

  for (const [variable, parameter] of [
    [clientId, "clientId"],
    [tenantId, "tenantId"],
    [tokenFile, "federatedTokenFilePath"],
  ] as const) {
    it(`names ${parameter} when ${variable} lacks and WorkloadIdentityCredential is used by itself`, async () => {
      const { message } = await pod.refusal({ env: { [variable]: null } });
      match(message, new RegExp(`^WorkloadIdentityCredential: is unavailable\\. ${parameter} is a required parameter\\.`));
    });
  }
});
