// What goes with a resource, and what stays behind and points at nothing.
import { strict as assert } from "node:assert";
import { CLUSTER, IDENTITY, ROLE_ASSIGNMENT } from "../../../rehearsal/cloud/behaviours";
import { AzureFront, GROUP, GROUP_ID, TYPES } from "./azureFront";

const IDENTITY_ID = `${GROUP_ID}/providers/${IDENTITY}/id-web`;
const CLUSTER_ID = `${GROUP_ID}/providers/${CLUSTER}/aks`;
const NODES_ID = GROUP_ID.replace(/rg$/, "MC_rg_aks_germanywestcentral");

describe("deleting in the emulated Azure", () => {
  let azure: AzureFront;
  beforeEach(async () => {
    azure = await AzureFront.start();
  });
  const held = () => azure.cloud.manager.all().map(({ id }) => id);
  const issuer = async () =>
    (await azure.cluster({ location: "germanywestcentral", oidcIssuerProfile: { enabled: true } })).state.oidcIssuerProfile;

  it("an identity takes its federated credentials with it", async () => {
    await azure.credential("web");
    azure.cloud.manager.delete(IDENTITY_ID);
    assert.deepEqual(held(), [GROUP_ID]);
    assert.deepEqual(azure.cloud.federatedCredentials(), []);
  });

  it("an identity leaves its role assignments: they point at a principal that is gone, and one that comes again has none of them", async () => {
    const principalId = azure.cloud.manager.get(IDENTITY_ID)?.properties.principalId;
    await azure.assignment({ principalId });
    azure.cloud.manager.delete(IDENTITY_ID);
    const again = azure.cloud.manager.put(IDENTITY_ID, {}, "again");
    assert.deepEqual(
      azure.cloud.roleAssignments().map((assignment) => assignment.principalId),
      [principalId],
    );
    assert.notEqual(again.properties.principalId, principalId);
  });

  it("a cluster takes its pools and the group of its nodes with it", async () => {
    await azure.cluster({ location: "Germany West Central" });
    await azure.register(TYPES.pool, { ...GROUP, resourceName: "aks", agentPoolName: "user" });
    assert.deepEqual(held().slice(2), [NODES_ID, CLUSTER_ID, `${CLUSTER_ID}/agentPools/user`]);
    azure.cloud.manager.delete(CLUSTER_ID);
    assert.deepEqual(held(), [GROUP_ID, IDENTITY_ID]);
  });

  it("a cluster's nodes lie in the group that it names", async () => {
    const { state } = await azure.cluster({ location: "germanywestcentral", nodeResourceGroup: "rg-nodes" });
    assert.equal(state.nodeResourceGroup, "rg-nodes");
    azure.cloud.manager.delete(CLUSTER_ID);
    assert.deepEqual(held(), [GROUP_ID, IDENTITY_ID]);
  });

  it("a resource group takes everything in it, and the nodes' groups of its clusters", async () => {
    await azure.cluster({ location: "germanywestcentral" });
    await azure.vault();
    await azure.assignment();
    azure.cloud.manager.delete(GROUP_ID);
    assert.deepEqual(held(), []);
    assert.equal(azure.cloud.manager.deleted.filter(({ type }) => type === ROLE_ASSIGNMENT).length, 1);
  });

  it("a cluster that comes again has another issuer", async () => {
    const first = await issuer();
    azure.cloud.manager.delete(CLUSTER_ID);
    assert.notDeepEqual(await issuer(), first);
  });
});
