// Role assignments that Azure has taken and not applied yet.
import { strict as assert } from "node:assert";
import { AzureFront, GROUP_ID } from "./azureFront";

const EARLY = "44444444-4444-4444-8444-444444444444";
const LATE = "55555555-5555-4555-8555-555555555555";
const OTHER = "66666666-6666-4666-8666-666666666666";

describe("a role assignment that is held back", () => {
  let azure: AzureFront;
  const assign = (principalId: string, name: string) =>
    azure.register(
      "azure-native:authorization:RoleAssignment",
      { scope: GROUP_ID, principalId, roleDefinitionId: "/roles/r", roleAssignmentName: name },
      name,
    );
  const principals = () => azure.cloud.roleAssignments().map(({ principalId }) => principalId);

  beforeEach(async () => {
    azure = await AzureFront.start();
    await assign("p-1", EARLY);
    await assign("p-2", OTHER);
  });

  it("does not count until it is given, and others do", () => {
    assert.equal(
      azure.cloud.withhold(({ principalId }) => principalId === "p-1"),
      1,
    );
    assert.deepEqual(principals(), ["p-2"]);
    assert.equal(azure.cloud.give(), 1);
    assert.deepEqual(principals(), ["p-1", "p-2"]);
    assert.equal(azure.cloud.give(), 0);
  });

  it("may come after it was said that it is held back", async () => {
    assert.equal(
      azure.cloud.withhold(({ id }) => id.endsWith(LATE)),
      0,
    );
    await assign("p-3", LATE);
    assert.deepEqual(principals(), ["p-1", "p-2"]);
    assert.equal(azure.cloud.give(), 1);
    assert.deepEqual(principals(), ["p-1", "p-2", "p-3"]);
  });

  it("is still there for Azure, which takes no second one", async () => {
    azure.cloud.withhold(() => true);
    await assert.rejects(assign("p-1", LATE), { code: "RoleAssignmentExists" });
  });
});
