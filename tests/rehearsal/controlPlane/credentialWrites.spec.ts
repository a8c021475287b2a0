// Federated credentials of one identity that are written at once.
import { strict as assert } from "node:assert";
import { credentialWrites } from "../../../rehearsal/cloud/rules/credentialWrites";
import { GROUP, GROUP_ID, TYPES } from "./azureFront";
import { ClockedAzure } from "./rules";

const IDENTITY_ID = `${GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-web`;
const REFUSED = {
  status: 409,
  message: `ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity: Too many Federated Identity Credentials are written concurrently for the managed identity '${IDENTITY_ID.toLowerCase()}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
};

describe("writes of federated credentials", () => {
  let azure: ClockedAzure;
  beforeEach(async () => {
    azure = ClockedAzure.make();
    await azure.register(TYPES.group, GROUP);
    for (const resourceName of ["id-web", "id-other"]) await azure.register(TYPES.identity, { ...GROUP, resourceName });
    azure.cloud.operations.add(credentialWrites({ durationMs: 1000 }));
  });
  const held = () => azure.cloud.federatedCredentials().map(({ name }) => name);

  it("are refused while another one of the same identity runs, and work after it", async () => {
    const first = azure.credential("a");
    await assert.rejects(azure.credential("b"), REFUSED);
    await azure.clock.advance(999);
    await assert.rejects(azure.credential("b"), REFUSED);
    await azure.clock.advance(1);
    await first;
    const second = azure.credential("b");
    await azure.clock.advance(1000);
    await second;
    assert.deepEqual(held(), ["fc-a", "fc-b"]);
  });

  it("may run beside those of another identity, and beside a look at them", async () => {
    const both = [azure.credential("a"), azure.credential("a", { resourceName: "id-other" })];
    await azure.call("read", `${IDENTITY_ID}/federatedIdentityCredentials/fc-a`);
    await azure.clock.advance(1000);
    await Promise.all(both);
    assert.deepEqual(held(), ["fc-a", "fc-a"]);
  });

  it("count also where one is deleted", async () => {
    const deleting = azure.call("delete", `${IDENTITY_ID}/federatedIdentityCredentials/fc-a`);
    await assert.rejects(
      azure.call("update", `${IDENTITY_ID.toUpperCase()}/federatedIdentityCredentials/fc-b`, {
        type: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
      }),
      REFUSED,
    );
    await azure.clock.advance(1000);
    await deleting;
  });
});
