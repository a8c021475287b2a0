import { strict as assert } from "node:assert";
import { customRoleAssignmentName, customRoleId, ROLE_LIST_ACTIONS } from "../../chain";
import { assignRole, roleListRole } from "../../components";
import { type Run, run, SUBSCRIPTION } from "../support/program";
import { PRINCIPAL, resourceGroup } from "./fixtures";

const SCOPE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-test`;
const NAME = "shop dev role list abc123";

function create(): Promise<Run> {
  return run(() => {
    const { id: scope } = resourceGroup();
    assignRole("assignment", { scope, principalId: PRINCIPAL, role: roleListRole("role-list", { scope, roleName: NAME }) }, {});
  });
}

describe("The role that lists roles", () => {
  it("may read role assignments and role definitions, and nothing else, and be assigned in its scope alone", async () => {
    const { inputs } = (await create()).find("azure-native:authorization:RoleDefinition");
    assert.deepEqual(inputs.permissions, [
      { actions: [...ROLE_LIST_ACTIONS], notActions: [], dataActions: [], notDataActions: [] },
    ]);
    assert.deepEqual([inputs.scope, inputs.assignableScopes, inputs.roleType], [SCOPE, [SCOPE], "CustomRole"]);
  });

  it("has an id that follows from scope and name, so that another stack's is another one and a second run's the same", async () => {
    const { inputs } = (await create()).find("azure-native:authorization:RoleDefinition");
    assert.equal(inputs.roleDefinitionId, customRoleId(SCOPE, NAME));
    assert.notEqual(customRoleId(SCOPE, NAME), customRoleId(SCOPE, `${NAME}4`));
    assert.notEqual(customRoleId(SCOPE, NAME), customRoleId(`${SCOPE}-2`, NAME));
    assert.equal(customRoleId(SCOPE.toUpperCase(), NAME), customRoleId(SCOPE, NAME));
  });

  it("is assigned by the id that Azure returns, under a name that follows from what is assigned", async () => {
    const { inputs } = (await create()).find("azure-native:authorization:RoleAssignment");
    const definition = customRoleId(SCOPE, NAME);
    assert.equal(
      inputs.roleDefinitionId,
      `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${definition}`,
    );
    assert.equal(inputs.roleAssignmentName, customRoleAssignmentName(SCOPE, PRINCIPAL, definition));
  });
});
