// Roles that a program defines itself, through azure-native's RoleDefinition.
import { strict as assert } from "node:assert";
import { GET_SECRET_ACTION, isAllowed, ROLE_LIST_ACTIONS, ROLES } from "../../../chain";
import { SUBSCRIPTION } from "../../support/program";
import { AzureFront, DEFINITION_ID, GROUP_ID, TYPES } from "./azureFront";

const OTHER_ID = "88888888-8888-4888-8888-888888888888";
const PRINCIPAL = "33333333-3333-4333-8333-333333333333";

describe("a custom role in the emulated Azure", () => {
  let azure: AzureFront;
  beforeEach(async () => {
    azure = await AzureFront.start();
  });

  it("has the id of its scope and GUID, and every list of its permissions", async () => {
    const { id, state } = await azure.definition();
    assert.equal(id, `${GROUP_ID}/providers/Microsoft.Authorization/roleDefinitions/${DEFINITION_ID}`);
    assert.deepEqual(state, {
      name: DEFINITION_ID,
      type: "Microsoft.Authorization/roleDefinitions",
      roleName: "Lists roles",
      roleType: "CustomRole",
      permissions: [{ actions: [...ROLE_LIST_ACTIONS], notActions: [], dataActions: [], notDataActions: [] }],
      assignableScopes: [GROUP_ID],
    });
    assert.deepEqual((await azure.register(TYPES.definition, {}, "again", id)).state, state);
  });

  it("is shown to the data plane, and allows what it says at the scope of its assignment", async () => {
    const permissions = [{ dataActions: ["Microsoft.KeyVault/vaults/secrets/*"], notDataActions: ["*/delete"] }];
    const { id } = await azure.definition({ permissions });
    await azure.assignment({ roleDefinitionId: id });
    const allowed = (action: string, scope: string) =>
      isAllowed(azure.cloud.roleAssignments(), PRINCIPAL, action, "dataAction", scope, azure.cloud.customRoles());
    assert.equal(allowed(GET_SECRET_ACTION, `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv`), true);
    assert.equal(allowed(GET_SECRET_ACTION, `/subscriptions/${SUBSCRIPTION}`), false);
    assert.equal(allowed("Microsoft.KeyVault/vaults/secrets/delete", GROUP_ID), false);
    assert.deepEqual(
      azure.cloud.customRoles().map(({ resource, name }) => [resource, name]),
      [[`${TYPES.definition}::sample`, "Lists roles"]],
    );
  });

  it("gets the same GUID in every run where the program gives none", async () => {
    const { state } = await azure.definition({ roleDefinitionId: undefined });
    azure = await AzureFront.start();
    assert.equal((await azure.definition({ roleDefinitionId: undefined })).state.name, state.name);
  });

  it("may be assigned below one of its assignable scopes", async () => {
    const { id } = await azure.definition();
    await azure.assignment({ roleDefinitionId: id, scope: `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv` });
    assert.equal(azure.cloud.roleAssignments().length, 1);
  });

  it("that is neither the program's nor known here is taken, and allows nothing", async () => {
    const roleDefinitionId = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${OTHER_ID}`;
    await azure.assignment({ roleDefinitionId });
    const { cloud } = azure;
    assert.equal(isAllowed(cloud.roleAssignments(), PRINCIPAL, "x/read", "action", GROUP_ID, cloud.customRoles()), false);
  });

  const refusals: readonly (readonly [what: string, attempt: () => Promise<unknown>, status: number, message: string])[] = [
    [
      "an id that is no GUID",
      () => azure.definition({ roleDefinitionId: "lister" }),
      400,
      "InvalidRoleDefinitionId: The role definition ID 'lister' is not valid. The role definition ID must be a GUID.",
    ],
    [
      "a name that another definition has, in any case",
      async () => {
        await azure.definition();
        await azure.definition({ roleDefinitionId: OTHER_ID, roleName: "LISTS ROLES" }, "other");
      },
      409,
      "RoleDefinitionWithSameNameExists: A custom role with the same name already exists in this directory.",
    ],
    [
      "the name of a built-in role",
      () => azure.definition({ roleName: "Reader" }),
      409,
      "RoleDefinitionWithSameNameExists: A custom role with the same name already exists in this directory.",
    ],
    [
      "the GUID of a built-in role",
      () => azure.definition({ roleDefinitionId: ROLES.reader.id }),
      409,
      `RoleDefinitionExists: The role definition ID '${ROLES.reader.id}' is already that of another role.`,
    ],
    [
      "no assignable scope",
      () => azure.definition({ assignableScopes: [] }),
      400,
      "InvalidAssignableScopes: A custom role needs assignable scopes, and the root scope '/' cannot be one of them.",
    ],
    [
      "the root as its assignable scope",
      () => azure.definition({ assignableScopes: ["/"] }),
      400,
      "InvalidAssignableScopes: A custom role needs assignable scopes, and the root scope '/' cannot be one of them.",
    ],
    [
      "several sets of permissions, which are not emulated",
      () => azure.definition({ permissions: [{}, {}] }),
      501,
      "NotEmulated: the rehearsal emulates custom roles with exactly one entry in permissions",
    ],
    [
      "its assignment outside its assignable scopes",
      async () => {
        const { id } = await azure.definition();
        await azure.assignment({ roleDefinitionId: id, scope: `/subscriptions/${SUBSCRIPTION}` });
      },
      400,
      `RoleAssignmentScopeNotAssignableToRoleDefinition: The role 'Lists roles' cannot be assigned at '/subscriptions/${SUBSCRIPTION}': its assignable scopes are ${GROUP_ID}.`,
    ],
  ];
  for (const [what, attempt, status, message] of refusals)
    it(`is refused ${what}`, () => assert.rejects(attempt, { status, message }));
});
