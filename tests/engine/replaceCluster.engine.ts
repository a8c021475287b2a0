// A cluster takes the place of another one, and what the stack holds besides stays. It shows order, state and what the rules say about the new pods; that the
// pods run, that the address of a load balancer changes, and how long Azure takes, it does not show.
import { strict as assert } from "node:assert";
import { assertWhole, deletions, failing, generation, lasting, objects, REPLACE_UNPROTECTED, works } from "./clusterReplacement";
import { runCommands } from "./runbook";
import { PREBUILT, withTestStack } from "./testStack";

const POOL = { vmSize: "Standard_D4ds_v5", minCount: 3, maxCount: 6, osDiskSizeGb: 128 };
/** Two workloads, and a pool beside the system pool. */
const DEV = [...PREBUILT, `workloads=${JSON.stringify({ orders: {} })}`, `pools=${JSON.stringify({ user: POOL })}`];

describe("another generation of the cluster", function () {
  this.timeout(900_000);

  it("takes the place of the first one by the runbook's commands, and keeps all else", () =>
    withTestStack({ set: DEV }, async (stack) => {
      await works(stack.up());
      const [before, exports, first] = [lasting(stack.cloud), await stack.outputs(), objects(stack)];
      const deleted = deletions(stack);

      const { code, output } = await runCommands(stack, "dev", REPLACE_UNPROTECTED, { n: "2" });
      assert.equal(code, 0, output);

      const after = await stack.outputs();
      assert.equal(after.clusterName, `${exports.clusterName}-2`);
      assert.notEqual(after.issuerUrl, exports.issuerUrl);
      for (const name of ["clientId", "vaultUri", "secretName", "resourceGroupName", "imageDigest"])
        assert.equal(after[name], exports[name], name);
      assert.deepEqual(lasting(stack.cloud), before, "vault, secret, identities, roles and registry are as they were");
      const second = objects(stack);
      assert.notEqual(second.api, first.api);
      assert.deepEqual(second.list, first.list);
      assert.deepEqual(deleted, ["azure-native:containerservice:ManagedCluster::aks-cluster"], "Azure deletes what is in it");
      await assertWhole(stack);

      await works(stack.destroy());
      assert.deepEqual(stack.there(), []);
    }));

  it("is given up where it fails before it holds anything, and goes on where it failed later", () =>
    withTestStack({ set: DEV }, async (stack) => {
      await works(stack.up());
      const [all, before] = [stack.there(), lasting(stack.cloud)];

      await generation(stack, 2, DEV);
      const noPool = await failing(stack, "create", "aks-pool-user-2", () => stack.up());
      assert.match(noPool.output, /AgentPool \(aks-pool-user-2\):\s+error: InternalServerError: a fault of the test/);
      await generation(stack, 1, DEV);
      await works(stack.up());
      assert.deepEqual(stack.there(), all);
      await assertWhole(stack);

      await generation(stack, 2, DEV);
      const noPods = await failing(stack, "create", "orders-deployment", () => stack.up());
      assert.equal(noPods.code, 1, noPods.output);
      assert.equal(stack.cloud.apis().length, 2, "the old cluster still runs what it ran");

      await generation(stack, 1, DEV);
      const back = await stack.up();
      assert.match(back.output, /AlreadyExists: core\/v1:Namespace "\w+" already exists/);
      assert.equal(stack.cloud.apis().length, 2, "and nothing is gone");

      await generation(stack, 2, DEV);
      await works(stack.up());
      assert.deepEqual(lasting(stack.cloud), before);
      await assertWhole(stack);

      const stuck = await failing(stack, "delete", "aks-cluster-2", async () => {
        await generation(stack, 3, DEV);
        return stack.up();
      });
      assert.equal(stuck.code, 1, stuck.output);
      await works(stack.up());
      await generation(stack, 1, DEV);
      await works(stack.up());
      assert.deepEqual(stack.there(), all, "a name is free again when its cluster is gone");
      await assertWhole(stack);
    }));
});
