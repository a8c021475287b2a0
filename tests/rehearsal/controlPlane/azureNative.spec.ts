// Azure-native's resources and functions against the emulated control plane: what a program gets back, and what it is refused.
import { strict as assert } from "node:assert";
import { parse } from "yaml";
import { z } from "zod";
import { FEDERATED_CREDENTIALS_PER_IDENTITY, GUID, NAME_RULES, roleDefinitionId } from "../../../chain";
import { EmulatedCloud } from "../../../rehearsal/cloud/emulatedCloud";
import { emulatedCloud, SUBSCRIPTION, TENANT } from "../../support/program";

const GROUP = "azure-native:resources:ResourceGroup";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";
const ROLE = "azure-native:authorization:RoleAssignment";
const VAULT = "azure-native:keyvault:Vault";
const SECRET = "azure-native:keyvault:Secret";
const REGISTRY = "azure-native:containerregistry:Registry";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";

const group = { resourceGroupName: "rg" };
const groupId = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
const principalId = "33333333-3333-4333-8333-333333333333";
const properties = { tenantId: TENANT };

type Inputs = Readonly<Record<string, unknown>>;
let cloud: EmulatedCloud;

async function register(type: string, inputs: Inputs, name = "sample", id?: string) {
  const { id: given, state } = await cloud.register({ type, name, inputs, provider: "", id });
  return { id: given, state: z.record(z.string(), z.unknown()).parse(state) };
}

const credential = (key: string, inputs: Inputs = {}) =>
  register(CREDENTIAL, {
    ...{ ...group, resourceName: "id-web", federatedIdentityCredentialResourceName: `fc-${key}` },
    ...{
      issuer: "https://issuer.example/",
      subject: `system:serviceaccount:web:${key}`,
      audiences: ["api://AzureADTokenExchange"],
    },
    ...inputs,
  });
const assignment = (inputs: Inputs = {}) =>
  register(ROLE, { scope: groupId, principalId, roleDefinitionId: roleDefinitionId("reader", groupId), ...inputs });
const cluster = (inputs: Inputs = {}) => register(CLUSTER, { ...group, resourceName: "aks", ...inputs });
const kubeconfig = async (kind: "User" | "Admin") => {
  const answer = await cloud.invoke(`azure-native:containerservice:listManagedCluster${kind}Credentials`, {
    ...group,
    resourceName: "aks",
  });
  const [first] = z.object({ kubeconfigs: z.tuple([z.object({ value: z.string() })]) }).parse(answer).kubeconfigs;
  return parse(Buffer.from(first.value, "base64").toString());
};

describe("azure-native against the emulated Azure", () => {
  beforeEach(async () => {
    cloud = emulatedCloud();
    await register(GROUP, group);
    await register(IDENTITY, { ...group, resourceName: "id-web" });
  });

  it("gives every resource its Azure id, its name and the stack's location", async () => {
    const { id, state } = await register(VAULT, { ...group, vaultName: "kv-web", properties });
    assert.equal(id, `${groupId}/providers/Microsoft.KeyVault/vaults/kv-web`);
    const { name, location } = state;
    assert.deepEqual({ name, location }, { name: "kv-web", location: "westeurope" });
  });

  it("knows a type also with its API version", async () => {
    const { id } = await register("azure-native:keyvault/v20240401preview:Vault", { ...group, vaultName: "kv-web", properties });
    assert.equal(id, `${groupId}/providers/Microsoft.KeyVault/vaults/kv-web`);
  });

  it("gives addresses and ids that only Azure knows, the same in every run", async () => {
    const answers = async () => {
      const identity = await register(IDENTITY, { ...group, resourceName: "id-web" });
      const vault = await register(VAULT, { ...group, vaultName: "Kv-Web", properties });
      const registry = await register(REGISTRY, { ...group, registryName: "CrWeb" });
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
    cloud = emulatedCloud();
    await register(GROUP, group);
    assert.deepEqual(await answers(), first);
  });

  it("never gives a secret's value back, and its address without a version", async () => {
    await register(VAULT, { ...group, vaultName: "kv-web", properties });
    const secret = await register(SECRET, {
      ...group,
      vaultName: "kv-web",
      secretName: "s",
      properties: { value: "hidden", attributes: { enabled: true } },
    });
    const secretUri = "https://kv-web.vault.azure.net/secrets/s";
    assert.deepEqual(secret.state, { properties: { attributes: { enabled: true }, secretUri }, name: "s" });
  });

  it("gives an issuer with its trailing slash, another for each cluster, and none while it is off", async () => {
    const issuerOf = async (inputs: Inputs) => {
      const { state } = await cluster({ oidcIssuerProfile: { enabled: true }, ...inputs });
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
      const { state } = await cluster({ disableLocalAccounts: true });
      const { clusters, users } = await kubeconfig("User");
      assert.equal(clusters[0].cluster.server, `https://${state.fqdn}:443`);
      assert.deepEqual(Object.keys(users[0].user), ["exec"]);
    });

    it("are an administrator's only while local accounts are on", async () => {
      await cluster({ disableLocalAccounts: false });
      assert.deepEqual(Object.keys((await kubeconfig("Admin")).users[0].user), ["client-certificate-data", "client-key-data"]);
      await cluster({ disableLocalAccounts: true });
      await assert.rejects(kubeconfig("Admin"), {
        status: 400,
        message: "BadRequest: Getting static credential isn't allowed because this cluster is set to disable local accounts.",
      });
    });

    it("are refused for a cluster that is not there", async () => {
      const message =
        "ResourceNotFound: The Resource 'Microsoft.ContainerService/managedClusters/aks' under resource group 'rg' was not found.";
      await assert.rejects(kubeconfig("User"), { status: 404, message });
    });
  });

  describe("refuses", () => {
    const refusals: readonly (readonly [what: string, attempt: () => Promise<unknown>, message: string | RegExp])[] = [
      [
        "a resource whose group is not there",
        () => register(VAULT, { resourceGroupName: "other", vaultName: "kv-web", properties }),
        /^ParentResourceNotFound: .*the parent '\/subscriptions\/[^/]+\/resourceGroups\/other' was not found$/,
      ],
      [
        "a child whose parent is not there",
        () => credential("web", { resourceName: "id-other" }),
        /^ParentResourceNotFound: .*\/userAssignedIdentities\/id-other' was not found$/,
      ],
      [
        "a second credential of the same issuer and subject",
        () => credential("a", { subject: "s" }).then(() => credential("b", { subject: "s" })),
        "BadRequest: Issuer and subject combination already exists for this Managed Identity.",
      ],
      [
        "one credential more than an identity holds",
        async () => {
          for (let index = 0; index < FEDERATED_CREDENTIALS_PER_IDENTITY; index += 1) await credential(`n${index}`);
          await credential("more");
        },
        "BadRequest: An identity holds at most 20 federated identity credentials.",
      ],
      [
        "a credential without audience",
        () => credential("web", { audiences: [] }),
        "BadRequest: Federated identity credentials must have exactly one audience.",
      ],
      [
        "a credential with two audiences",
        () => credential("web", { audiences: ["a", "b"] }),
        "BadRequest: Federated identity credentials must have exactly one audience.",
      ],
      [
        "a credential with an empty issuer",
        () => credential("web", { issuer: "" }),
        "BadRequest: Federated identity credentials must specify 'issuer', 'subject' and 'audience'.",
      ],
      [
        "a credential without subject",
        () => credential("web", { subject: undefined }),
        "BadRequest: Federated identity credentials must specify 'issuer', 'subject' and 'audience'.",
      ],
      [
        "the same role assignment under another name, in any case",
        () =>
          assignment({ roleAssignmentName: "44444444-4444-4444-8444-444444444444" }).then(() =>
            assignment({ roleAssignmentName: "55555555-5555-4555-8555-555555555555", scope: groupId.toUpperCase() }),
          ),
        "RoleAssignmentExists: The role assignment already exists. The ID of the existing role assignment is 44444444-4444-4444-8444-444444444444.",
      ],
      [
        "a role assignment whose name is no GUID",
        () => assignment({ roleAssignmentName: "reader" }),
        "InvalidRoleAssignmentId: The role assignment ID 'reader' is not valid. The role assignment ID must be a GUID.",
      ],
      [
        "a resource without its group",
        () => register(IDENTITY, { resourceName: "id-web" }),
        "InvalidRequestContent: resourceGroupName: Invalid input: expected string, received undefined",
      ],
      [
        "a vault without its tenant",
        () => register(VAULT, { ...group, vaultName: "kv-web", properties: {} }),
        "InvalidRequestContent: tenantId: Invalid input: expected string, received undefined",
      ],
      [
        "a type that it does not emulate",
        () => register("azure-native:storage:StorageAccount", group),
        "NotEmulated: the rehearsal does not emulate azure-native:storage:StorageAccount",
      ],
      [
        "a type of another provider",
        () => register("aws:s3/bucket:Bucket", {}),
        "NotEmulated: the rehearsal does not emulate aws:s3/bucket:Bucket",
      ],
      [
        "a function that it does not emulate",
        () => cloud.invoke("azure-native:storage:listStorageAccountKeys", {}),
        "NotEmulated: the rehearsal does not emulate the function azure-native:storage:listStorageAccountKeys",
      ],
      [
        "to read what the program does not create",
        () => register(GROUP, {}, "sample", `${groupId}-old`),
        `ResourceNotFound: '${groupId}-old' was not found: a rehearsal knows only what the program itself creates`,
      ],
    ];
    for (const [what, attempt, message] of refusals) it(what, () => assert.rejects(attempt, { name: "AzureError", message }));

    const illegal: readonly (readonly [type: string, input: string, name: string, rule: keyof typeof NAME_RULES])[] = [
      [GROUP, "resourceGroupName", "rg.", "resourceGroup"],
      [IDENTITY, "resourceName", "id", "identity"],
      [VAULT, "vaultName", "kv--web", "vault"],
      [REGISTRY, "registryName", "cr-web", "registry"],
      [CLUSTER, "resourceName", "-aks", "cluster"],
      [POOL, "agentPoolName", "User", "nodePool"],
      [CREDENTIAL, "federatedIdentityCredentialResourceName", "fc", "federatedCredential"],
      [SECRET, "secretName", "my_secret", "secret"],
    ];
    for (const [type, input, name, rule] of illegal) {
      it(`the name "${name}" for a ${rule}`, async () => {
        await cluster();
        await register(VAULT, { ...group, vaultName: "kv-web", properties });
        const parents: Readonly<Record<string, string>> = { [POOL]: "aks", [CREDENTIAL]: "id-web" };
        const inputs = { ...group, resourceName: parents[type], vaultName: "kv-web", properties, [input]: name };
        const { text, url } = NAME_RULES[rule];
        const message = `InvalidResourceName: '${name}' is not a legal name: ${text} (${url})`;
        await assert.rejects(register(type, inputs), { status: 400, message });
      });
    }

    it("a resource without location where neither stack nor group has one", async () => {
      cloud = new EmulatedCloud({ ...cloud.options, defaultLocation: undefined });
      const message =
        "LocationRequired: The location property is required for this definition (azure-native:resources:ResourceGroup::sample).";
      await assert.rejects(register(GROUP, group), { message });
    });
  });

  it("names a role assignment that the program does not name, the same in every run", async () => {
    const { state } = await assignment();
    assert.match(String(state.name), GUID);
    assert.equal((await assignment()).state.name, state.name);
  });

  it("names a resource that the program does not name after the program's own name for it", async () => {
    const { state } = await register(IDENTITY, group, "orders");
    assert.match(String(state.name), /^orders[0-9a-f]{8}$/);
  });

  it("lets a program read what it created", async () => {
    const { id } = await register(VAULT, { ...group, vaultName: "kv-web", properties });
    const { state } = await register(VAULT, {}, "again", id);
    assert.equal(z.looseObject({ vaultUri: z.string() }).parse(state.properties).vaultUri, "https://kv-web.vault.azure.net/");
  });

  it("tells a program who runs it, and gives it a token for a registry", async () => {
    const who = await cloud.invoke("azure-native:authorization:getClientConfig", {});
    const { subscriptionId, tenantId } = who;
    assert.deepEqual({ subscriptionId, tenantId }, { subscriptionId: SUBSCRIPTION, tenantId: TENANT });
    assert.match(String(who.objectId), GUID);
    const { token } = await cloud.invoke("azure-native:authorization:getClientToken", { endpoint: "https://registry.example" });
    assert.match(String(token), /^[\w-]+\.[\w-]+\.[\w-]*$/);
  });

  it("has the existing resource group that a program reads, with the stack's location", async () => {
    const found = await cloud.invoke("azure-native:resources:getResourceGroup", { resourceGroupName: "rg-there" });
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-there`;
    assert.deepEqual(found, { id, name: "rg-there", location: "westeurope", tags: {} });
    await register(IDENTITY, { resourceGroupName: "rg-there", resourceName: "id-web" });
  });
});
