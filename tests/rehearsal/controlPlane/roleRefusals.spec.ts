// Role assignments that exist already, in one way or another.
import { strict as assert } from "node:assert";
import { roleDefinitionId } from "../../../chain";
import { IDENTITY } from "../../../rehearsal/cloud/behaviours";
import { AzureFront, GROUP_ID } from "./azureFront";

const NAME = "44444444-4444-4444-8444-444444444444";
const ID = `${GROUP_ID}/providers/Microsoft.Authorization/roleAssignments/${NAME}`;
const OTHER = "99999999-9999-4999-8999-999999999999";

describe("a role assignment under a name that there is already", () => {
  let azure: AzureFront;
  let properties: Readonly<Record<string, unknown>>;
  beforeEach(async () => {
    azure = await AzureFront.start();
    await azure.assignment({ roleAssignmentName: NAME });
    properties = azure.cloud.manager.get(ID)?.properties ?? {};
  });
  const put = (changed: Readonly<Record<string, unknown>>) => azure.cloud.manager.put(ID, { ...properties, ...changed }, "again");

  const NOT_PERMITTED = {
    status: 400,
    message:
      "RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
  };
  it("cannot become another principal's", () => assert.throws(() => put({ principalId: OTHER }), NOT_PERMITTED));
  it("cannot get another scope", () => assert.throws(() => put({ scope: `${GROUP_ID}-other` }), NOT_PERMITTED));
  it("with another role is something that is not known", () =>
    assert.throws(() => put({ roleDefinitionId: roleDefinitionId("acrPull", GROUP_ID) }), { status: 501, code: "NotEmulated" }));
  it("may be written again, and described", () => {
    assert.equal(put({ description: "reads" }).properties.description, "reads");
    assert.equal(put({ scope: GROUP_ID.toUpperCase() }).id, ID);
  });

  it("is refused for an identity that is called a user, which azure-native does where a program says nothing", async () => {
    const principalId = String(azure.cloud.manager.list(IDENTITY)[0]?.properties.principalId);
    await assert.rejects(azure.assignment({ principalId, principalType: "User" }), {
      status: 400,
      message: `UnmatchedPrincipalType: The PrincipalId '${principalId.replaceAll("-", "")}' has type 'ServicePrincipal' , which is different from specified PrinciaplType 'User'.`,
    });
    await azure.assignment({ principalId, principalType: "ServicePrincipal" });
  });
});
