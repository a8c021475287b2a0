// The life of a stack on the real engine.
import { strict as assert } from "node:assert";
import type { EngineRun } from "../../rehearsal/engine/session";
import { changes, PREBUILT, type TestStack, withTestStack } from "./testStack";

const DAY_MS = 86_400_000;

/** What Azure keeps of a stack that is gone: its vault, which docs/lifecycle.md names, with the secrets in it. */
function leavesItsVault({ cloud, there }: TestStack, prefix: string, days: number): void {
  const kept = cloud.manager.softDeleted.vaults().map(({ vault, secrets, deletedMs, purgeMs }) => ({
    name: vault.name.replace(/[a-z0-9]{6}$/, "<suffix>"),
    secrets: secrets.map(({ name }) => name),
    days: (purgeMs - deletedMs) / DAY_MS,
  }));
  assert.deepEqual([there(), kept], [[], [{ name: `${prefix}<suffix>`, secrets: ["greeting"], days }]]);
}

/** Objects of clusters have no name that says whose they are. */
function inAzure(stack: TestStack): string[] {
  return stack.there().filter((each) => each.startsWith("/"));
}

async function ends(run: Promise<EngineRun>): Promise<EngineRun> {
  const done = await run;
  assert.equal(done.code, 0, done.output);
  return done;
}

async function comesUpAndIsStill(stack: TestStack): Promise<void> {
  await ends(stack.preview());
  assert.deepEqual(stack.there(), [], "a preview has created something");
  await ends(stack.up());
  for (const run of [await stack.preview("--expect-no-changes"), await stack.refresh("--expect-no-changes")])
    assert.deepEqual([run.code, changes(run)], [0, []], run.output);
}

describe("a stack on the engine", function () {
  this.timeout(300_000);

  it("comes up as dev, has nothing left to do, is as the cloud has it, and goes", () =>
    withTestStack({}, async (stack) => {
      await comesUpAndIsStill(stack);
      await ends(stack.destroy());
      leavesItsVault(stack, "kv-dev-", 7);
    }));

  it("comes up as prod, and goes only after production has been turned off", () =>
    withTestStack({ stack: "prod" }, async (stack) => {
      await comesUpAndIsStill(stack);
      const there = stack.there();
      const refused = await stack.run("destroy", "--yes");
      assert.notEqual(refused.code, 0);
      assert.match(refused.output, /aks-cluster.*cannot be deleted|marked for protection/s);
      // With its preview, which is what stops it.
      assert.deepEqual(stack.there(), there);

      await stack.set(...PREBUILT, "production=false");
      assert.deepEqual(changes(await ends(stack.up())), []);
      await ends(stack.destroy());
      leavesItsVault(stack, "kv-prod-", 90);
    }));

  it("shares its subscription with others: neither changes what the other has, and each goes alone", () =>
    withTestStack({}, async (dev) => {
      await ends(dev.up());
      const ofDev = inAzure(dev);
      const prod = await dev.beside("prod");
      await ends(prod.up());
      const ofBoth = inAzure(prod);
      assert.deepEqual(
        ofBoth.filter((each) => ofDev.includes(each)),
        ofDev,
      );
      for (const stack of [dev, prod]) assert.deepEqual(changes(await ends(stack.refresh("--expect-no-changes"))), []);
      await ends(dev.destroy());
      assert.deepEqual(
        inAzure(dev),
        ofBoth.filter((each) => !ofDev.includes(each)),
      );
      assert.deepEqual(changes(await ends(prod.preview("--refresh", "--expect-no-changes"))), []);
    }));
});
