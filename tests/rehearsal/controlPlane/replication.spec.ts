// What Azure has created and does not find yet.
import { strict as assert } from "node:assert";
import { IDENTITY } from "../../../rehearsal/cloud/behaviours";
import { directoryLag, youngParents } from "../../../rehearsal/cloud/rules/replication";
import { roleLimit } from "../../../rehearsal/cloud/rules/roleLimit";
import { TENANT } from "../../support/program";
import { GROUP, GROUP_ID, TYPES } from "./azureFront";
import { ClockedAzure } from "./rules";

const IDENTITY_ID = `${GROUP_ID}/providers/${IDENTITY}/id-web`;
const PERSON = "33333333-3333-4333-8333-333333333333";

describe("in the first moments of a resource", () => {
  let azure: ClockedAzure;
  beforeEach(() => {
    azure = ClockedAzure.make();
  });
  const group = () => azure.register(TYPES.group, GROUP);
  const identity = () => azure.register(TYPES.identity, { ...GROUP, resourceName: "id-web" });

  it("what is created in its group is 404 ResourceGroupNotFound, and below another parent ParentResourceNotFound", async () => {
    azure.cloud.operations.add(youngParents(azure.cloud.manager, { lagMs: 5000 }));
    await group();
    const noGroup = { status: 404, message: "ResourceGroupNotFound: Resource group 'rg' could not be found." };
    await assert.rejects(identity(), noGroup);
    await azure.clock.advance(4999);
    await assert.rejects(identity(), noGroup);
    await azure.clock.advance(1);
    await identity();
    await assert.rejects(azure.credential("web"), {
      status: 404,
      message: `ParentResourceNotFound: Failed to perform 'write' on resource(s) of type 'userAssignedIdentities/federatedIdentityCredentials', because the parent resource '${IDENTITY_ID}' could not be found.`,
    });
    await azure.clock.advance(5000);
    await azure.credential("web");
  });

  it("a changed parent is no young one", async () => {
    azure.cloud.operations.add(youngParents(azure.cloud.manager, { lagMs: 5000 }));
    await group();
    await azure.clock.advance(5000);
    await azure.register(TYPES.group, { ...GROUP, tags: { changed: "yes" } });
    await identity();
  });

  it("what is there below it is read, changed and deleted", async () => {
    azure.cloud.operations.add(youngParents(azure.cloud.manager, { lagMs: 5000 }));
    await group();
    for (const verb of ["read", "update", "delete"] as const) await azure.call(verb, IDENTITY_ID);
  });

  describe("that is a principal, while the directory lags", () => {
    let principalId: string;
    beforeEach(async () => {
      azure.cloud.manager.addCheck(directoryLag(azure.cloud, { lagMs: 60_000, principals: [PERSON] }));
      await group();
      principalId = String((await identity()).state.principalId);
    });
    const notFound = (id: string) => ({
      status: 400,
      message: `PrincipalNotFound: Principal ${id.replaceAll("-", "")} does not exist in the directory ${TENANT}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
    });

    it("it cannot be given a role without its type, and can later", async () => {
      await assert.rejects(azure.assignment({ principalId }), notFound(principalId));
      await azure.clock.advance(59_999);
      await assert.rejects(azure.assignment({ principalId }), notFound(principalId));
      await azure.clock.advance(1);
      await azure.assignment({ principalId });
    });

    it("it can be given a role at once as a ServicePrincipal, and not as a User", async () => {
      await assert.rejects(azure.assignment({ principalId, principalType: "User" }), notFound(principalId));
      await azure.assignment({ principalId, principalType: "ServicePrincipal" });
    });

    it("a principal that is nowhere gets a role only as a ServicePrincipal, and one from before in any case", async () => {
      const nowhere = "99999999-9999-4999-8999-999999999999";
      for (const principalType of [undefined, "User", "Group"])
        await assert.rejects(azure.assignment({ principalId: nowhere, principalType }), notFound(nowhere));
      await azure.assignment({ principalId: nowhere, principalType: "ServicePrincipal" });
      await azure.assignment({ principalId: PERSON, principalType: "User", roleAssignmentName: nowhere });
    });

    it("a service principal of an application lags as well", async () => {
      const application = azure.cloud.directory.putApplication("app", "app");
      const { objectId } = azure.cloud.directory.putServicePrincipal(application.clientId, "sp");
      await assert.rejects(azure.assignment({ principalId: objectId }), notFound(objectId));
      await azure.clock.advance(60_000);
      await azure.assignment({ principalId: objectId });
    });
  });
});

describe("the limit of role assignments in a subscription", () => {
  it("refuses one more, and none that is there", async () => {
    const azure = ClockedAzure.make();
    await azure.register(TYPES.group, GROUP);
    azure.cloud.manager.addCheck(roleLimit(1));
    await azure.assignment({ description: "first" });
    await azure.assignment({ description: "changed" });
    await assert.rejects(azure.assignment({ roleAssignmentName: "99999999-9999-4999-8999-999999999999" }), {
      status: 400,
      message: "RoleAssignmentLimitExceeded: No more role assignments can be created",
    });
  });
});
