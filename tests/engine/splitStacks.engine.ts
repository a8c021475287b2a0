// Workloads in stacks of their own: examples/split, on the real engine.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { checkPod } from "../../chain";
import { clusterStates } from "../../rehearsal/chainModel";
import { podLink } from "../../rehearsal/cluster/podTemplate";
import { failureOf } from "../../rehearsal/engine/engineStack";
import type { EngineRun } from "../../rehearsal/engine/session";
import { changes, PROJECT, type TestStack, withTestStack } from "./testStack";

const CLUSTER = join(PROJECT, "examples", "split", "cluster");
const WORKLOADS = join(PROJECT, "examples", "split", "workloads");

function succeeded(run: EngineRun): EngineRun {
  assert.equal(run.code, 0, run.output);
  return run;
}

/** Every pod of the cluster by its place, with what is wrong with its chain. */
function pods({ cloud }: TestStack): Record<string, string[]> {
  return Object.fromEntries(
    clusterStates(cloud).flatMap(({ model, templates }) =>
      templates.map((template) => [
        template.place,
        checkPod(model, podLink(template)).flatMap(({ finding }) => (finding === undefined ? [] : [finding.message])),
      ]),
    ),
  );
}

function withSplit(set: readonly string[], use: (cluster: TestStack, shop: TestStack, office: TestStack) => Promise<void>) {
  return withTestStack({ project: CLUSTER, set, oneBackend: true }, async (cluster) => {
    const [shop, office] = [await cluster.beside("shop", [], WORKLOADS), await cluster.beside("office", [], WORKLOADS)];
    succeeded(await cluster.up());
    succeeded(await shop.up());
    succeeded(await office.up());
    await use(cluster, shop, office);
  });
}

describe("a cluster stack and two workload stacks", function () {
  this.timeout(300_000);

  it("work together: the pods of both stacks have a chain that holds, and each stack goes without touching the others", () =>
    withSplit(["protect=false"], async (cluster, shop, office) => {
      assert.deepEqual(pods(cluster), { "shop-orders/orders": [], "shop-billing/billing": [], "office-mail/mail": [] });
      const all = cluster.there();

      succeeded(await shop.destroy());
      assert.deepEqual(pods(cluster), { "office-mail/mail": [] });
      const left = cluster.there();
      assert.deepEqual(
        left.filter((id) => !all.includes(id)),
        [],
      );
      for (const stack of [cluster, office])
        assert.deepEqual(changes(succeeded(await stack.up("--refresh", "--expect-no-changes"))), []);

      succeeded(await office.destroy());
      succeeded(await cluster.destroy());
      assert.deepEqual(cluster.there(), []);
    }));

  it("do not know of each other: protect keeps the cluster stack, and without it the workload stacks stand on nothing", () =>
    withSplit([], async (cluster, shop) => {
      const before = cluster.there();
      const refused = await cluster.run("destroy", "--yes");
      assert.notEqual(refused.code, 0);
      assert.match(failureOf(refused), /protected/);
      assert.deepEqual(cluster.there(), before);

      await cluster.set("protect=false");
      succeeded(await cluster.up());
      succeeded(await cluster.destroy());
      assert.deepEqual(pods(cluster), {});
      const stranded = await shop.destroy();
      assert.notEqual(stranded.code, 0);
      assert.match(failureOf(stranded), /nothing/);
    }));

  it("says which stack to bring up first", () =>
    withTestStack({ project: CLUSTER, oneBackend: true, set: [] }, async (cluster) => {
      const shop = await cluster.beside("shop", [], WORKLOADS);
      const run = await shop.up();
      assert.notEqual(run.code, 0);
      assert.match(
        failureOf(run),
        /the stack organization\/split-cluster\/dev exports nothing as issuerUrl, .*: export it there/,
      );
    }));
});
