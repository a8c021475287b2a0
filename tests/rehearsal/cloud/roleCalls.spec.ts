// What a pod reads of its roles in the emulated Resource Manager, through the unmodified SDK.
import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { type CustomRoleLink, ROLE_LIST_ACTIONS, ROLES, roleDefinitionId } from "../../../chain";
import {
  ASSIGNMENT,
  type Emulation,
  IDENTITY,
  KUBELET_IDENTITY,
  SECRET_NAME,
  SUBSCRIPTION_ID,
  startEmulation,
  VAULT,
} from "../../support/emulation";
import { all, PodCalls } from "../../support/podCalls";

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`;
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-web`;
const LISTER: CustomRoleLink = {
  resource: "azure-native:authorization:RoleDefinition::lister",
  id: "99999999-9999-4999-8999-999999999999",
  name: "Lists roles",
  actions: ROLE_LIST_ACTIONS,
  dataActions: [],
  assignableScopes: [GROUP],
};
const assignment = (digit: string, scope: string, principalId: string, roleDefinition: string) => {
  const name = `${digit.repeat(8)}-0000-4000-8000-000000000000`;
  return {
    resource: `azure-native:authorization:RoleAssignment::${digit}`,
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    scope,
    principalId,
    roleDefinitionId: roleDefinition,
  };
};
const LISTS = assignment(
  "1",
  GROUP,
  IDENTITY.principalId,
  `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${LISTER.id}`,
);
const ABOVE = assignment("2", SUBSCRIPTION, KUBELET_IDENTITY.principalId, roleDefinitionId("contributor", GROUP));
const BESIDE = assignment("3", `${SUBSCRIPTION}/resourceGroups/rg-other`, IDENTITY.principalId, roleDefinitionId("owner", GROUP));
const NOBODYS = assignment("4", GROUP, "99999999-8888-4777-8666-555555555555", roleDefinitionId("reader", GROUP));
const READS_ALL = assignment("5", SUBSCRIPTION, IDENTITY.principalId, roleDefinitionId("reader", GROUP));

describe("a pod that reads roles, through the real SDK", () => {
  let azure: Emulation;
  let pod: PodCalls;
  let client: AuthorizationManagementClient;

  before(async () => {
    azure = await startEmulation();
    pod = new PodCalls(azure);
    client = new AuthorizationManagementClient(pod.credential, SUBSCRIPTION_ID, {
      httpClient: pod.http,
      retryOptions: { maxRetries: 0 },
    });
  });
  beforeEach(() => {
    azure.reset();
    azure.state.customRoles = [LISTER];
    azure.state.roleAssignments = [ASSIGNMENT, LISTS, ABOVE, BESIDE, NOBODYS];
  });
  after(() => azure.close());

  const listed = async (scope: string, filter?: string) => {
    const found: string[] = [];
    for await (const { id = "" } of client.roleAssignments.listForScope(scope, filter === undefined ? {} : { filter }))
      found.push(id);
    return found;
  };

  const filters: readonly (readonly [what: string, filter: string | undefined, expected: readonly { readonly id: string }[]])[] =
    [
      ["all at the scope, above and below it without a filter", undefined, [ASSIGNMENT, LISTS, ABOVE, NOBODYS]],
      ["those at the scope and above it with atScope()", "atScope()", [LISTS, ABOVE, NOBODYS]],
      ["one principal's with assignedTo", `assignedTo('${IDENTITY.principalId}')`, [ASSIGNMENT, LISTS]],
      [
        "one principal's with principalId eq, in any case",
        `principalId eq '${IDENTITY.principalId.toUpperCase()}'`,
        [ASSIGNMENT, LISTS],
      ],
      ["one principal's at the scope and above it with both", `atScope() and assignedTo('${IDENTITY.principalId}')`, [LISTS]],
    ];
  for (const [what, filter, expected] of filters) {
    it(`lists ${what}`, async () => {
      deepStrictEqual(
        await listed(GROUP, filter),
        expected.map(({ id }) => id),
      );
    });
  }

  it("reads its roles with its ServiceAccount's token", async () => {
    const options = { httpClient: pod.http, retryOptions: { maxRetries: 0 } };
    const signedIn = new AuthorizationManagementClient(await pod.signedIn(), SUBSCRIPTION_ID, options);
    const [first] = await all(signedIn.roleAssignments.listForScope(VAULT.id, { filter: "atScope()" }));
    strictEqual(first?.id, ASSIGNMENT.id);
  });

  it("gets a role's id below the subscription, however the program wrote it", async () => {
    const roleDefinition = `/providers/Microsoft.Authorization/roleDefinitions/${LISTER.id}`;
    azure.state.roleAssignments = [{ ...LISTS, roleDefinitionId: roleDefinition }];
    const [found] = await all(client.roleAssignments.listForScope(GROUP));
    strictEqual(found?.roleDefinitionId, `${SUBSCRIPTION}${roleDefinition}`);
  });

  it("gets each assignment with its role, its principal and its scope", async () => {
    const [found] = await all(client.roleAssignments.listForScope(VAULT.id, { filter: `assignedTo('${IDENTITY.principalId}')` }));
    const { id, name, type, roleDefinitionId: role, principalId, principalType, scope } = found ?? {};
    deepStrictEqual(
      { id, name, type, role, principalId, principalType, scope },
      {
        id: ASSIGNMENT.id,
        name: "88888888-8888-4888-8888-888888888888",
        type: "Microsoft.Authorization/roleAssignments",
        role: ASSIGNMENT.roleDefinitionId,
        principalId: IDENTITY.principalId,
        principalType: "ServicePrincipal",
        scope: VAULT.id,
      },
    );
  });

  it("asks at a resource group, a resource, what lies below one, and the subscription", async () => {
    azure.state.roleAssignments = [LISTS, READS_ALL];
    for (const scope of [GROUP, VAULT.id, `${VAULT.id}/secrets/${SECRET_NAME}`])
      deepStrictEqual(await listed(scope), [LISTS.id, READS_ALL.id]);
    deepStrictEqual(await listed(SUBSCRIPTION, "atScope()"), [READS_ALL.id]);
    deepStrictEqual((await all(client.roleAssignments.listForSubscription())).length, 2);
    deepStrictEqual((await all(client.roleAssignments.listForResourceGroup("rg-web"))).length, 2);
  });

  for (const filter of [
    "principalId eq 55555555-5555-4555-8555-555555555555",
    "assignedTo()",
    "atScope() and principalId eq 'x'",
    "roleDefinitionId eq 'x'",
    "",
  ]) {
    it(`is refused the filter "${filter}" with 400`, async () => {
      const url = `https://management.azure.com${GROUP}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=${encodeURIComponent(filter)}`;
      const { status, body } = await pod.request(url, {
        authorization: `Bearer ${await pod.token("https://management.azure.com")}`,
      });
      const message = `The filter '${filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.`;
      deepStrictEqual([status, JSON.parse(body).error], [400, { code: "BadRequest", message }]);
    });
  }

  const refusal = (action: string, scope: string) => ({
    statusCode: 403,
    code: "AuthorizationFailed",
    message: `The client '${IDENTITY.clientId}' with object id '${IDENTITY.principalId}' does not have authorization to perform action 'Microsoft.Authorization/${action}/read' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  });

  it("is refused at the subscription with a role on the group: the right counts at the scope that is asked", async () => {
    await rejects(listed(SUBSCRIPTION), refusal("roleAssignments", SUBSCRIPTION));
    await rejects(listed(SUBSCRIPTION, `assignedTo('${IDENTITY.principalId}')`), refusal("roleAssignments", SUBSCRIPTION));
    await rejects(client.roleDefinitions.get(SUBSCRIPTION, LISTER.id), refusal("roleDefinitions", SUBSCRIPTION));
  });

  it("is refused without a role that lists roles, and let in by Reader", async () => {
    azure.state.roleAssignments = [ASSIGNMENT];
    await rejects(listed(VAULT.id), refusal("roleAssignments", VAULT.id));
    azure.state.roleAssignments = [ASSIGNMENT, READS_ALL];
    deepStrictEqual(await listed(VAULT.id), [ASSIGNMENT.id, READS_ALL.id]);
  });

  it("is refused what a custom role takes away again", async () => {
    azure.state.customRoles = [{ ...LISTER, notActions: ["Microsoft.Authorization/roleAssignments/*"] }];
    await rejects(listed(GROUP), refusal("roleAssignments", GROUP));
    strictEqual((await client.roleDefinitions.get(GROUP, LISTER.id)).roleName, "Lists roles");
  });

  it("gets a built-in role by its GUID, with its name", async () => {
    const found = await client.roleDefinitions.get(GROUP, ROLES.keyVaultSecretsUser.id);
    const { id, name, roleName, roleType, assignableScopes, permissions } = found;
    deepStrictEqual(
      { id, name, roleName, roleType, assignableScopes, data: permissions?.[0] },
      {
        id: roleDefinitionId("keyVaultSecretsUser", GROUP),
        name: ROLES.keyVaultSecretsUser.id,
        roleName: "Key Vault Secrets User",
        roleType: "BuiltInRole",
        assignableScopes: ["/"],
        data: { actions: [], notActions: [], dataActions: ROLES.keyVaultSecretsUser.dataActions, notDataActions: [] },
      },
    );
  });

  it("gets a custom role by its GUID or its whole id in any case, with what it allows", async () => {
    const { roleName, roleType, assignableScopes, permissions } = await client.roleDefinitions.get(
      GROUP,
      LISTER.id.toUpperCase(),
    );
    deepStrictEqual(
      [roleName, roleType, assignableScopes, permissions?.[0]?.actions],
      ["Lists roles", "CustomRole", [GROUP], [...ROLE_LIST_ACTIONS]],
    );
    azure.state.roleAssignments = [READS_ALL];
    strictEqual((await client.roleDefinitions.getById(LISTS.roleDefinitionId)).roleName, "Lists roles");
  });

  it("gets no role that does not exist: 404 RoleDefinitionDoesNotExist", async () => {
    const unknown = "99999999-0000-4000-8000-000000000000";
    await rejects(client.roleDefinitions.get(GROUP, unknown), {
      statusCode: 404,
      code: "RoleDefinitionDoesNotExist",
      message: `The specified role definition with ID '${unknown}' does not exist.`,
    });
  });

  it("lists the built-in roles that are known here, and the custom ones that may be assigned at the scope", async () => {
    const names = async (scope: string) => (await all(client.roleDefinitions.list(scope))).map(({ roleName }) => roleName);
    const builtIn = Object.values(ROLES).map(({ name }) => name);
    deepStrictEqual(await names(VAULT.id), [...builtIn, "Lists roles"]);
    azure.state.roleAssignments = [READS_ALL];
    deepStrictEqual(await names(SUBSCRIPTION), builtIn);
  });

  it("finds nothing else of roles in the rehearsal", async () => {
    azure.state.roleAssignments = [READS_ALL];
    const inRehearsal = { statusCode: 501, code: "NotInRehearsal" };
    await rejects(client.roleAssignments.getById(ASSIGNMENT.id), inRehearsal);
    await rejects(all(client.roleDefinitions.list(GROUP, { filter: "type eq 'CustomRole'" })), inRehearsal);
  });
});
