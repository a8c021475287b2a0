// What a program gets back from the emulated Azure through azure-native's resources and functions.
import { strict as assert } from "node:assert";
import { parse } from "yaml";
import { z } from "zod";
import { GUID } from "../../../chain";
import { SUBSCRIPTION, TENANT } from "../../support/program";
import { AzureFront, GROUP, GROUP_ID, TYPES, VAULT_PROPERTIES } from "./azureFront";

type Inputs = Readonly<Record<string, unknown>>;
let azure: AzureFront;

const kubeconfig = async (kind: "User" | "Admin") => {
  const answer = await azure.cloud.invoke(`azure-native:containerservice:listManagedCluster${kind}Credentials`, {
    ...GROUP,
    resourceName: "aks",
  });
  const [first] = z.object({ kubeconfigs: z.tuple([z.object({ value: z.string() })]) }).parse(answer).kubeconfigs;
  return parse(Buffer.from(first.value, "base64").toString());
};

describe("azure-native against the emulated Azure", () => {
  beforeEach(async () => {
    azure = await AzureFront.start();
  });

  it("gives every resource its Azure id, its name and the stack's location", async () => {
    const { id, state } = await azure.vault();
    assert.equal(id, `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-web`);
    const { name, location } = state;
    assert.deepEqual({ name, location }, { name: "kv-web", location: "westeurope" });
  });

  it("knows a type also with its API version", async () => {
    const { id } = await azure.register("azure-native:keyvault/v20240401preview:Vault", {
      ...GROUP,
      vaultName: "kv-web",
      properties: VAULT_PROPERTIES,
    });
    assert.equal(id, `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-web`);
  });

  it("gives addresses and ids that only Azure knows, the same in every run", async () => {
    const answers = async () => {
      const identity = await azure.register(TYPES.identity, { ...GROUP, resourceName: "id-web" });
      const vault = await azure.vault({ vaultName: "Kv-Web" });
      const registry = await azure.register(TYPES.registry, { ...GROUP, registryName: "CrWeb" });
      const { clientId, principalId: principal, tenantId } = identity.state;
      return { clientId, principal, tenantId, vault: vault.state.properties, server: registry.state.loginServer };
    };
    const first = await answers();
    assert.match(String(first.clientId), GUID);
    assert.match(String(first.principal), GUID);
    assert.notEqual(first.clientId, first.principal);
    assert.equal(first.tenantId, TENANT);
    assert.equal(z.looseObject({ vaultUri: z.string() }).parse(first.vault).vaultUri, "https://kv-web.vault.azure.net/");
    assert.equal(first.server, "crweb.azurecr.io");
    azure = await AzureFront.start();
    assert.deepEqual(await answers(), first);
  });

  it("never gives a secret's value back, and its address without a version", async () => {
    await azure.vault();
    const secret = await azure.register(TYPES.secret, {
      ...GROUP,
      vaultName: "kv-web",
      secretName: "s",
      properties: { value: "hidden", attributes: { enabled: true } },
    });
    const secretUri = "https://kv-web.vault.azure.net/secrets/s";
    assert.deepEqual(secret.state, { properties: { attributes: { enabled: true }, secretUri }, name: "s" });
  });

  it("gives a cluster the identities that AKS makes where the program names none: its own, and its nodes'", async () => {
    const shape = z.object({
      identity: z.object({ type: z.string(), principalId: z.string(), tenantId: z.string() }),
      identityProfile: z.object({
        kubeletidentity: z.object({ resourceId: z.string(), clientId: z.string(), objectId: z.string() }),
      }),
    });
    const { state } = await azure.cluster({ identity: { type: "SystemAssigned" } });
    const { identity, identityProfile } = shape.parse(state);
    const { resourceId, clientId, objectId } = identityProfile.kubeletidentity;
    for (const id of [identity.principalId, clientId, objectId]) assert.match(id, GUID);
    assert.equal(new Set([identity.principalId, clientId, objectId]).size, 3);
    assert.equal(identity.tenantId, TENANT);
    assert.match(
      resourceId,
      /\/resourceGroups\/MC_[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/aks-agentpool$/,
    );
    const given = { kubeletidentity: { resourceId, clientId: TENANT, objectId: TENANT } };
    const named = await azure.cluster({ resourceName: "aks2", identityProfile: given });
    assert.deepEqual(named.state.identityProfile, given);
    assert.equal(named.state.identity, undefined);
  });

  it("adds an access policy that is declared apart to those of its vault, and takes it away again", async () => {
    const policy = { tenantId: TENANT, objectId: "33333333-3333-4333-8333-333333333333", permissions: { secrets: ["get"] } };
    const own = { ...policy, objectId: "44444444-4444-4444-8444-444444444444" };
    await azure.vault({ properties: { ...VAULT_PROPERTIES, accessPolicies: [own] } });
    const inputs = { ...GROUP, vaultName: "kv-web", policy };
    const { id } = await azure.register("azure-native:keyvault:AccessPolicy", inputs, "web");
    assert.equal(id, `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-web/accessPolicy/${policy.objectId}`);
    const policies = () => azure.cloud.vaults().flatMap(({ accessPolicies = [] }) => accessPolicies);
    const ofVault = { tenantId: TENANT, objectId: own.objectId, secrets: ["get"] };
    const resource = "azure-native:keyvault:AccessPolicy::web";
    assert.deepEqual(policies(), [ofVault, { resource, tenantId: TENANT, objectId: policy.objectId, secrets: ["get"] }]);
    const read = await azure.register("azure-native:keyvault:AccessPolicy", {}, "web", id);
    assert.deepEqual(read.state, { policy, name: policy.objectId });
    azure.cloud.manager.delete(id);
    assert.deepEqual(policies(), [ofVault]);
    const missing = azure.register("azure-native:keyvault:AccessPolicy", { ...inputs, vaultName: "kv-other" }, "other");
    await assert.rejects(missing, { code: "ParentResourceNotFound" });
  });

  it("gives an issuer with its trailing slash, another for each cluster, and none while it is off", async () => {
    const issuerOf = async (inputs: Inputs) => {
      const { state } = await azure.cluster({ oidcIssuerProfile: { enabled: true }, ...inputs });
      return z.looseObject({ issuerURL: z.string().optional() }).parse(state.oidcIssuerProfile ?? {}).issuerURL;
    };
    const issuer = await issuerOf({});
    assert.match(issuer ?? "", new RegExp(`^https://westeurope\\.oic\\.prod-aks\\.azure\\.com/${TENANT}/[0-9a-f-]{36}/$`));
    assert.notEqual(await issuerOf({ resourceName: "aks2" }), issuer);
    assert.equal(await issuerOf({ resourceName: "aks3", oidcIssuerProfile: { enabled: false } }), undefined);
    assert.equal(await issuerOf({ resourceName: "aks4", oidcIssuerProfile: undefined }), undefined);
  });

  describe("a cluster's credentials", () => {
    it("lead to the address of that cluster, and hold no secret for a user", async () => {
      const { state } = await azure.cluster({ disableLocalAccounts: true });
      const { clusters, users } = await kubeconfig("User");
      assert.equal(clusters[0].cluster.server, `https://${state.fqdn}:443`);
      assert.deepEqual(Object.keys(users[0].user), ["exec"]);
    });

    it("are an administrator's only while local accounts are on", async () => {
      await azure.cluster({ disableLocalAccounts: false });
      assert.deepEqual(Object.keys((await kubeconfig("Admin")).users[0].user), ["client-certificate-data", "client-key-data"]);
      await azure.cluster({ disableLocalAccounts: true });
      await assert.rejects(kubeconfig("Admin"), {
        status: 400,
        message: "BadRequest: Getting static credential isn't allowed because this cluster is set to disable local accounts.",
      });
    });

    it("are refused for a cluster that is not there", async () => {
      const message =
        "ResourceNotFound: The Resource 'Microsoft.ContainerService/managedClusters/aks' under resource group 'rg' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix";
      await assert.rejects(kubeconfig("User"), { status: 404, message });
    });
  });

  it("names a role assignment that the program does not name, the same in every run", async () => {
    const { state } = await azure.assignment();
    assert.match(String(state.name), GUID);
    assert.equal((await azure.assignment()).state.name, state.name);
  });

  it("names a resource that the program does not name after the program's own name for it", async () => {
    const { state } = await azure.register(TYPES.identity, GROUP, "orders");
    assert.match(String(state.name), /^orders[0-9a-f]{8}$/);
  });

  it("lets a program read what it created", async () => {
    const { id } = await azure.vault();
    const { state } = await azure.register(TYPES.vault, {}, "again", id);
    assert.equal(z.looseObject({ vaultUri: z.string() }).parse(state.properties).vaultUri, "https://kv-web.vault.azure.net/");
  });

  it("tells a program who runs it, and gives it a token for a registry", async () => {
    const who = await azure.cloud.invoke("azure-native:authorization:getClientConfig", {});
    const { subscriptionId, tenantId } = who;
    assert.deepEqual({ subscriptionId, tenantId }, { subscriptionId: SUBSCRIPTION, tenantId: TENANT });
    assert.match(String(who.objectId), GUID);
    const { token } = await azure.cloud.invoke("azure-native:authorization:getClientToken", {
      endpoint: "https://registry.example",
    });
    assert.match(String(token), /^[\w-]+\.[\w-]+\.[\w-]*$/);
  });

  it("has the existing resource group that a program reads, with the stack's location", async () => {
    const found = await azure.cloud.invoke("azure-native:resources:getResourceGroup", { resourceGroupName: "rg-there" });
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-there`;
    assert.deepEqual(found, { id, name: "rg-there", location: "westeurope", tags: {} });
    await azure.register(TYPES.identity, { resourceGroupName: "rg-there", resourceName: "id-web" });
  });
});
