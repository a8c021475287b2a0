// Key Vault as an application sees it, through the unmodified SDK in a process of its own.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { roleDefinitionId } from "../../../chain";
import type { SecretVersion } from "../../../rehearsal/cloud/view";
import {
  ASSIGNMENT,
  type Emulation,
  IDENTITY,
  KUBELET_IDENTITY,
  SECRET,
  SECRET_NAME,
  SECRET_VALUE,
  SECRET_VERSION,
  SUBSCRIPTION_ID,
  startEmulation,
  VAULT,
} from "../../support/emulation";
import { SdkPod } from "../../support/sdkPod";

const OTHER_TENANT = "99999999-9999-4999-8999-999999999999";
const GROUP_ID = VAULT.id.slice(0, VAULT.id.indexOf("/providers"));
const NEWER: SecretVersion = {
  ...SECRET,
  version: "f".repeat(32),
  value: "newer",
  contentType: "text/plain",
  created: SECRET.created + 60,
};

describe("Key Vault, through the real SDK", () => {
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

  it("gives the newest version with its properties", async () => {
    azure.state.secrets = { [SECRET_NAME]: [SECRET, NEWER] };
    deepStrictEqual(await pod.read(), {
      value: "newer",
      version: NEWER.version,
      name: SECRET_NAME,
      id: `${VAULT.uri}secrets/${SECRET_NAME}/${NEWER.version}`,
      vaultUrl: VAULT.uri.slice(0, -1),
      contentType: "text/plain",
      enabled: true,
      createdOn: new Date(NEWER.created * 1000).toISOString(),
      updatedOn: new Date(NEWER.created * 1000).toISOString(),
      recoveryLevel: "Recoverable+Purgeable",
      recoverableDays: 90,
      tags: {},
    });
  });

  it("gives an older version by its id, also beside a disabled newest one", async () => {
    azure.state.secrets = { [SECRET_NAME]: [SECRET, { ...NEWER, enabled: false }] };
    strictEqual((await pod.read({ version: SECRET_VERSION })).value, SECRET_VALUE);
  });

  it("refuses a disabled secret: 403 Forbidden, SecretDisabled", async () => {
    azure.state.secrets = { [SECRET_NAME]: [SECRET, { ...NEWER, enabled: false }] };
    const { name, code, statusCode, innerCode, message } = await pod.refusal();
    deepStrictEqual([name, code, statusCode, innerCode], ["RestError", "Forbidden", 403, "SecretDisabled"]);
    strictEqual(message, "Operation get is not allowed on a disabled secret.");
  });

  it("knows no other secret and no other version: 404 SecretNotFound", async () => {
    for (const [reading, id] of [
      [{ secretName: "other" }, "other"],
      [{ version: NEWER.version }, `${SECRET_NAME}/${NEWER.version}`],
    ] as const) {
      const { code, statusCode, message } = await pod.refusal(reading);
      deepStrictEqual([code, statusCode], ["SecretNotFound", 404]);
      match(message, new RegExp(`^A secret with \\(name/id\\) ${id} was not found in this key vault\\. If you recently deleted`));
    }
  });

  const granting: Readonly<Record<string, string>> = {
    "the subscription": `/subscriptions/${SUBSCRIPTION_ID}`,
    "the resource group": GROUP_ID,
    "the vault, in another case": VAULT.id.toUpperCase(),
    "the secret": `${VAULT.id}/secrets/${SECRET_NAME}`,
  };
  for (const [where, scope] of Object.entries(granting)) {
    it(`accepts Key Vault Secrets User on ${where}`, async () => {
      azure.state.roleAssignments = [{ ...ASSIGNMENT, scope }];
      strictEqual((await pod.read()).value, SECRET_VALUE);
    });
  }

  const refusing: Readonly<Record<string, Partial<typeof ASSIGNMENT>>> = {
    "Key Vault Reader": { roleDefinitionId: roleDefinitionId("keyVaultReader", VAULT.id) },
    "a role that is not known": {
      roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/other`,
    },
    "the role for another principal": { principalId: KUBELET_IDENTITY.principalId },
    "the role for the client id in place of the principal id": { principalId: IDENTITY.clientId },
    "the role on a vault whose name begins alike": { scope: `${VAULT.id}2` },
    "the role on another secret": { scope: `${VAULT.id}/secrets/other` },
  };
  for (const [what, change] of Object.entries(refusing)) {
    it(`refuses with ${what} only: 403 Forbidden, ForbiddenByRbac`, async () => {
      azure.state.roleAssignments = [{ ...ASSIGNMENT, ...change }];
      const { name, code, statusCode, innerCode, message } = await pod.refusal();
      deepStrictEqual([name, code, statusCode, innerCode], ["RestError", "Forbidden", 403, "ForbiddenByRbac"]);
      deepStrictEqual(message.split("\r\n").slice(2, 6), [
        `Caller: appid=${IDENTITY.clientId};oid=${IDENTITY.principalId};iss=https://sts.windows.net/${IDENTITY.tenantId}/`,
        "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
        `Resource: '${VAULT.id.toLowerCase()}/secrets/${SECRET_NAME}'`,
        "Assignment: (not found)",
      ]);
    });
  }

  it("does not tell a caller without a role whether a secret exists", async () => {
    azure.state.roleAssignments = [];
    strictEqual((await pod.refusal({ secretName: "other" })).innerCode, "ForbiddenByRbac");
  });

  it("does not count roles on a vault with access policies: 403 Forbidden, AccessDenied", async () => {
    azure.state.vaults = [{ ...VAULT, rbac: false }];
    const { code, innerCode, message } = await pod.refusal();
    deepStrictEqual([code, innerCode], ["Forbidden", "AccessDenied"]);
    match(message, /^The user, group or application 'appid=.*' does not have secrets get permission on key vault 'kv-web'\./);
  });

  it("lets whoever an access policy names get secrets, whatever the case of its permissions", async () => {
    const { tenantId, principalId: objectId } = IDENTITY;
    const policy = { tenantId, objectId, secrets: ["List", "GET"] };
    azure.state.roleAssignments = [];
    azure.state.vaults = [{ ...VAULT, rbac: false, accessPolicies: [policy] }];
    strictEqual((await pod.read()).value, SECRET_VALUE);
    for (const wrong of [{ secrets: ["list"] }, { objectId: IDENTITY.clientId }, { tenantId: objectId }]) {
      azure.state.vaults = [{ ...VAULT, rbac: false, accessPolicies: [{ ...policy, ...wrong }] }];
      strictEqual((await pod.refusal()).innerCode, "AccessDenied");
    }
  });

  it("sees a role that is taken away at the next request of the same client", async () => {
    strictEqual((await pod.read({ keepAs: "revoked" })).value, SECRET_VALUE);
    azure.state.roleAssignments = [];
    strictEqual((await pod.refusal({ keepAs: "revoked" })).innerCode, "ForbiddenByRbac");
  });

  it("does not see a federated credential that is taken away until the access token expires, as in Azure", async () => {
    const reading = { keepAs: "unfederated" };
    await pod.read(reading);
    azure.state.federatedCredentials = [];
    strictEqual((await pod.read(reading)).value, SECRET_VALUE);
    azure.state.clockOffsetMs = 2 * 3_600_000;
    await pod.writeToken(await azure.mint());
    strictEqual((await pod.refusal({ ...reading, clockOffsetMs: azure.state.clockOffsetMs })).number, 70025);
  });

  it("sends an SDK of another tenant away before it asks for a token", async () => {
    azure.state.vaults = [{ ...VAULT, tenantId: OTHER_TENANT }];
    const before = azure.exchanges.length;
    const { name, message } = await pod.refusal();
    strictEqual(name, "CredentialUnavailableError");
    match(message, new RegExp(`^The current credential is not configured to acquire tokens for tenant ${OTHER_TENANT}\\.`));
    strictEqual(azure.exchanges.length, before);
  });

  it("names a vault that does not exist", async () => {
    const { name, code, message } = await pod.refusal({ vaultUri: "https://kv-wed.vault.azure.net/" });
    deepStrictEqual([name, code], ["RestError", "HostNotInRehearsal"]);
    match(
      message,
      /no key vault of this rehearsal has the host name kv-wed\.vault\.azure\.net\. In Azure the name would not resolve\./,
    );
    strictEqual(azure.network.calls.at(-1)?.code, "HostNotFound");
  });

  it("reaches no host outside the rehearsal", async () => {
    const { name, code, message } = await pod.refusal({ vaultUri: "https://kv-web.vault.azure.cn/" });
    deepStrictEqual([name, code], ["RestError", "HostNotInRehearsal"]);
    match(message, /^"kv-web\.vault\.azure\.cn" was not reached: a rehearsal reaches nothing outside this machine\./);
  });

  it("is asked again by the SDK when it throttles", async () => {
    let throttled = 0;
    azure.fault = ({ url }) => {
      if (!url.hostname.endsWith(".vault.azure.net") || throttled === 2) return undefined;
      throttled += 1;
      const error = { code: "Throttled", message: "Request was not processed because too many requests were received." };
      return { status: 429, headers: { "retry-after-ms": "1" }, body: { error }, code: "Throttled" };
    };
    strictEqual((await pod.read()).value, SECRET_VALUE);
    strictEqual(throttled, 2);
  });
});
