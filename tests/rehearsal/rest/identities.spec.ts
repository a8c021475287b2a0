// Identities, federated credentials and roles through the SDKs for Resource Manager.
import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { ROLES, roleDefinitionId } from "../../../chain";
import { all } from "../../support/podCalls";
import { GROUP, LOCATION, RestClients } from "../../support/restClients";

const ISSUER = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/";
const AUDIENCES = ["api://AzureADTokenExchange"];
const NAME = "11111111-2222-4333-8444-555555555555";

describe("An identity over REST", () => {
  let azure: RestClients;

  beforeEach(async () => {
    azure = await RestClients.start();
  });
  afterEach(() => azure.close());

  const create = () => azure.identities().userAssignedIdentities.createOrUpdate(GROUP, "id-web", { location: LOCATION });
  const credential = (name: string, subject: string) =>
    azure.identities().federatedIdentityCredentials.createOrUpdate(GROUP, "id-web", name, {
      issuer: ISSUER,
      subject,
      audiences: AUDIENCES,
    });

  it("is created with ids of its own, and is the one that the data plane knows", async () => {
    const { clientId, principalId, tenantId, id } = await create();
    const known = azure.served.cloud.identities().find((identity) => identity.id === id);
    deepStrictEqual([known?.clientId, known?.principalId, known?.tenantId], [clientId, principalId, tenantId]);
  });

  it("holds federated credentials: created, changed, listed and deleted", async () => {
    await create();
    await credential("fc-web", "system:serviceaccount:web:web");
    await credential("fc-jobs", "system:serviceaccount:web:jobs");
    await credential("fc-web", "system:serviceaccount:shop:web");
    const { federatedIdentityCredentials } = azure.identities();
    const { issuer, subject, audiences } = await federatedIdentityCredentials.get(GROUP, "id-web", "fc-web");
    deepStrictEqual([issuer, subject, audiences], [ISSUER, "system:serviceaccount:shop:web", AUDIENCES]);
    deepStrictEqual(
      (await all(federatedIdentityCredentials.list(GROUP, "id-web"))).map(({ name }) => name),
      ["fc-jobs", "fc-web"],
    );
    await federatedIdentityCredentials.delete(GROUP, "id-web", "fc-jobs");
    deepStrictEqual(
      azure.served.cloud
        .federatedCredentials()
        .filter(({ issuer }) => issuer === ISSUER)
        .map(({ name }) => name),
      ["fc-web"],
    );
  });

  it("refuses a second credential with the same issuer and subject, in Azure's words", async () => {
    await create();
    await credential("fc-web", "system:serviceaccount:web:web");
    await rejects(credential("fc-other", "system:serviceaccount:web:web"), {
      statusCode: 400,
      code: "BadRequest",
      message: "Issuer and subject combination already exists for this Managed Identity.",
    });
  });

  it("is given a role, which is shown, listed and taken away", async () => {
    const { principalId = "" } = await create();
    const { roleAssignments } = azure.roles();
    const definition = roleDefinitionId("keyVaultSecretsUser", azure.groupId);
    const made = await roleAssignments.create(azure.groupId, NAME, {
      principalId,
      roleDefinitionId: definition,
      principalType: "ServicePrincipal",
    });
    deepStrictEqual(
      [made.id, made.name, made.scope, made.principalId, made.roleDefinitionId, made.principalType],
      [
        `${azure.groupId}/providers/Microsoft.Authorization/roleAssignments/${NAME}`,
        NAME,
        azure.groupId,
        principalId,
        definition,
        "ServicePrincipal",
      ],
    );
    deepStrictEqual(await roleAssignments.get(azure.groupId, NAME), made);
    const ofIdentity = () => all(roleAssignments.listForScope(azure.groupId, { filter: `principalId eq '${principalId}'` }));
    deepStrictEqual(
      (await ofIdentity()).map(({ name }) => name),
      [NAME],
    );
    strictEqual((await roleAssignments.delete(azure.groupId, NAME))?.name, NAME);
    deepStrictEqual(await ofIdentity(), []);
    await rejects(roleAssignments.get(azure.groupId, NAME), { statusCode: 404 });
  });

  it("is refused the same role under a second name", async () => {
    const { principalId = "" } = await create();
    const properties = { principalId, roleDefinitionId: roleDefinitionId("reader", azure.groupId) };
    await azure.roles().roleAssignments.create(azure.groupId, NAME, properties);
    await rejects(azure.roles().roleAssignments.create(azure.groupId, NAME.replace("1", "2"), properties), {
      statusCode: 409,
      code: "RoleAssignmentExists",
    });
  });

  it("may be given a role of the program's own, which is found by its name", async () => {
    const { roleDefinitions } = azure.roles();
    const made = await roleDefinitions.createOrUpdate(azure.groupId, NAME, {
      roleName: "Lists roles",
      roleType: "CustomRole",
      permissions: [{ actions: ["Microsoft.Authorization/roleAssignments/read"] }],
      assignableScopes: [azure.groupId],
    });
    deepStrictEqual([made.roleName, made.roleType, made.assignableScopes], ["Lists roles", "CustomRole", [azure.groupId]]);
    const named = async (name: string) =>
      (await all(roleDefinitions.list(azure.groupId, { filter: `roleName eq '${name}'` }))).map((role) => role.name);
    deepStrictEqual(await named("Lists roles"), [NAME]);
    deepStrictEqual(await named("Key Vault Secrets User"), [ROLES.keyVaultSecretsUser.id]);
    deepStrictEqual(await named("Nothing"), []);
  });
});

describe("Rights in Resource Manager's REST API", () => {
  let azure: RestClients;
  let principal: { readonly clientId: string; readonly principalId: string };

  beforeEach(async () => {
    azure = await RestClients.start();
    const { clientId = "", principalId = "" } = await azure
      .identities()
      .userAssignedIdentities.createOrUpdate(GROUP, "id-web", { location: LOCATION });
    principal = { clientId, principalId };
  });
  afterEach(() => azure.close());

  const give = (role: "reader" | "contributor" | "owner") =>
    azure.roles().roleAssignments.create(azure.groupId, NAME, {
      principalId: principal.principalId,
      roleDefinitionId: roleDefinitionId(role, azure.groupId),
    });
  const forbidden = (action: string, scope: string) => ({
    statusCode: 403,
    code: "AuthorizationFailed",
    message: `The client '${principal.clientId}' with object id '${principal.principalId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  });

  it("are those of the caller's roles: without one it learns nothing, not even what is not there", async () => {
    azure.as(principal);
    const read = "Microsoft.ManagedIdentity/userAssignedIdentities/read";
    for (const name of ["id-web", "id-other"]) {
      const id = `${azure.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
      await rejects(azure.identities().userAssignedIdentities.get(GROUP, name), forbidden(read, id));
    }
    await rejects(all(azure.identities().userAssignedIdentities.listByResourceGroup(GROUP)), forbidden(read, azure.groupId));
    await rejects(
      azure.resources().resourceGroups.get(GROUP),
      forbidden("Microsoft.Resources/subscriptions/resourceGroups/read", azure.groupId),
    );
    // The SDK does not pass on the words here.
    await rejects(all(azure.resources().resources.listByResourceGroup(GROUP)), { statusCode: 403, code: "AuthorizationFailed" });
  });

  it("are needed to see which resource providers are registered, and to register one", async () => {
    const path = `/subscriptions/${azure.subscriptionId}/providers/Microsoft.KeyVault`;
    const ask = async () => [
      (await azure.send("GET", `${path}?api-version=2024-11-01`)).status,
      (await azure.send("POST", `${path}/register?api-version=2024-11-01`)).status,
    ];
    const { body } = await azure.send("GET", `${path}?api-version=2024-11-01`);
    deepStrictEqual([body.namespace, body.registrationState], ["Microsoft.KeyVault", "Registered"]);
    deepStrictEqual(await ask(), [200, 200]);
    azure.as(principal);
    deepStrictEqual(await ask(), [403, 403]);
  });

  it("of a reader do not write and not delete", async () => {
    await give("reader");
    azure.as(principal);
    const { userAssignedIdentities } = azure.identities();
    strictEqual((await userAssignedIdentities.get(GROUP, "id-web")).name, "id-web");
    const id = `${azure.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-web`;
    const type = "Microsoft.ManagedIdentity/userAssignedIdentities";
    await rejects(userAssignedIdentities.createOrUpdate(GROUP, "id-web", { location: LOCATION }), forbidden(`${type}/write`, id));
    await rejects(userAssignedIdentities.update(GROUP, "id-web", { tags: {} }), forbidden(`${type}/write`, id));
    await rejects(userAssignedIdentities.delete(GROUP, "id-web"), forbidden(`${type}/delete`, id));
  });

  it("of a contributor give nobody a role", async () => {
    await give("contributor");
    azure.as(principal);
    await azure.identities().userAssignedIdentities.createOrUpdate(GROUP, "id-other", { location: LOCATION });
    const { roleAssignments } = azure.roles();
    const id = `${azure.groupId}/providers/Microsoft.Authorization/roleAssignments/${NAME}`;
    await rejects(give("owner"), forbidden("Microsoft.Authorization/roleAssignments/write", id));
    await rejects(roleAssignments.delete(azure.groupId, NAME), forbidden("Microsoft.Authorization/roleAssignments/delete", id));
    strictEqual((await roleAssignments.get(azure.groupId, NAME)).name, NAME);
  });

  it("show a subscription to nobody without a role in it", async () => {
    const list = async () => (await azure.send("GET", "/subscriptions?api-version=2022-12-01")).body.value;
    azure.as(principal);
    deepStrictEqual(await list(), []);
    azure.as(azure.served.deployer);
    await give("reader");
    azure.as(principal);
    deepStrictEqual(
      (await list()).map(({ subscriptionId, state }: { subscriptionId: string; state: string }) => [subscriptionId, state]),
      [[azure.subscriptionId, "Enabled"]],
    );
  });

  it("need not be there to learn one's tenant", async () => {
    azure.as(principal);
    const { body } = await azure.send("GET", "/tenants?api-version=2022-12-01");
    const { tenantId } = azure.served.deployer;
    deepStrictEqual(body.value, [{ id: `/tenants/${tenantId}`, tenantId }]);
  });
});
