// What keeps a cluster, and what the stack holds besides, from being lost by a change that replaces it.
import { strict as assert } from "node:assert";
import { assertWhole, generation, lasting, REPLACE, works } from "./clusterReplacement";
import { runCommands } from "./runbook";
import { stateOf } from "./stackState";
import { PREBUILT, type TestStack, withTestStack } from "./testStack";

const CLUSTER = ":ManagedCluster";

describe("a cluster that must not be lost", function () {
  this.timeout(600_000);

  it("is replaced in production once it alone is released, by the runbook's commands", () =>
    withTestStack({ stack: "prod", set: PREBUILT }, async (stack) => {
      await works(stack.up());
      const before = await stateOf(stack);
      const [all, kept, { urn }] = [stack.there(), lasting(stack.cloud), before.only(CLUSTER)];
      const guarded = (state: typeof before) => state.resources.filter(({ protect }) => protect).map(({ type }) => type);

      await generation(stack, 2, PREBUILT);
      const refused = await stack.preview();
      assert.equal(refused.code, 1, refused.output);
      assert.match(refused.output, /aks-cluster.* cannot be deleted\s+because it is protected/);
      assert.ok(refused.output.includes(urn), "the message names the URN");
      assert.deepEqual(stack.there(), all);

      await works(stack.run("state", "unprotect", urn, "--yes"));
      assert.equal((await stateOf(stack)).only(CLUSTER).protect, false);
      await generation(stack, 1, PREBUILT);
      await works(stack.up());
      assert.deepEqual(guarded(await stateOf(stack)), guarded(before), "whoever does not go on has it protected again");

      const { code, output } = await runCommands(stack, "prod", REPLACE, { n: "2", "urn of the old ManagedCluster": urn });
      assert.equal(code, 0, output);
      const after = await stateOf(stack);
      assert.notEqual(after.only(CLUSTER).urn, urn);
      assert.deepEqual(guarded(after).sort(), guarded(before).sort());
      assert.deepEqual(lasting(stack.cloud), kept);
      await assertWhole(stack);
    }));

  it("stays where the new one would have its name, and is replaced under another one", () =>
    withTestStack({}, async (stack) => {
      await works(stack.up());
      const all = stack.there();
      const same = await stack.up("--replace", (await stateOf(stack)).only(CLUSTER).urn);
      assert.equal(same.code, 1, same.output);
      assert.match(
        same.output,
        /ManagedCluster \(aks-cluster\):\s+error: AlreadyExists: cannot create already existing resource/,
      );
      assert.deepEqual(stack.there(), all);

      await stack.set(...PREBUILT, "azure-native:location=northeurope");
      const moved = await stack.up();
      assert.equal(moved.code, 1, moved.output);
      assert.match(
        moved.output,
        /ResourceGroup \(resource-group\):\s+error: AlreadyExists: cannot create already existing resource/,
      );
      assert.deepEqual(stack.there(), all);

      await stack.set(...PREBUILT);
      await assertWhole(stack);
      const held = vaults(stack);
      await stack.set(...PREBUILT, "names.cluster=aks-shop", "clusterGeneration=2");
      await works(stack.up());
      assert.equal((await stack.outputs()).clusterName, "aks-shop-2");
      assert.deepEqual(vaults(stack), held);
      await assertWhole(stack);
    }));

  it("does not take the vault along when the resource group gets another name", () =>
    withTestStack({}, async (stack) => {
      await works(stack.up());
      const held = vaults(stack);
      await stack.set(...PREBUILT, "names.resourceGroup=rg-shop");
      const renamed = await stack.up();
      assert.equal(renamed.code, 1, renamed.output);
      assert.match(renamed.output, /Vault \(vault-vault\):\s+error: VaultAlreadyExists/);
      assert.deepEqual(vaults(stack), held);
      assert.equal(stack.cloud.apis().length, 1, "and the old cluster runs");
    }));
});

/** Vaults and their secrets, whole. */
function vaults({ cloud }: TestStack) {
  return cloud.manager.all().filter(({ id }) => /\/vaults\//i.test(id) && !/roleAssignments/i.test(id));
}
