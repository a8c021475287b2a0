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

function withClusterStack(use: (cluster: TestStack) => Promise<void>) {
  return withTestStack({ project: CLUSTER, set: [], oneBackend: true }, use);
}

async function workloadsUp(cluster: TestStack, stack: string): Promise<TestStack> {
  const opened = await cluster.beside(stack, [], WORKLOADS);
  succeeded(await opened.up());
  return opened;
}

describe("a cluster stack and workload stacks", function () {
  this.timeout(600_000);

  it("work together: the pods of all have a chain that holds, and each workload stack goes without touching the others", () =>
    withClusterStack(async (cluster) => {
      succeeded(await cluster.up());
      const shop = await workloadsUp(cluster, "shop");
      const office = await workloadsUp(cluster, "office");
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
      succeeded(await cluster.run("state", "unprotect", "--all", "--yes"));
      succeeded(await cluster.destroy());
      assert.deepEqual(cluster.there(), []);
    }));

  it("do not know of each other: protect keeps the cluster stack, and what stands on one that went anyway comes back with it", () =>
    withClusterStack(async (cluster) => {
      succeeded(await cluster.up());
      const shop = await workloadsUp(cluster, "shop");
      const before = cluster.there();
      const refused = await cluster.run("destroy", "--yes");
      assert.notEqual(refused.code, 0);
      assert.match(failureOf(refused), /protected/);
      assert.deepEqual(cluster.there(), before);

      succeeded(await cluster.run("state", "unprotect", "--all", "--yes"));
      succeeded(await cluster.destroy());
      const stranded = await shop.destroy();
      assert.notEqual(stranded.code, 0);
      assert.match(failureOf(stranded), /ClusterUnreachable: .* is the address of a cluster that was deleted/);

      // A new cluster under the old name: the workload stack looks again at what it has there, with its program's new kubeconfig.
      const issuers = () => [...new Set(cluster.cloud.federatedCredentials().map(({ issuer }) => issuer))];
      const old = issuers();
      succeeded(await cluster.up());
      succeeded(await shop.up("--refresh", "--run-program"));
      assert.deepEqual(pods(cluster), { "shop-orders/orders": [], "shop-billing/billing": [] });
      assert.equal(issuers().length, 1);
      assert.notDeepEqual(issuers(), old);
    }));

  it("says which stack to bring up first", () =>
    withClusterStack(async (cluster) => {
      const shop = await cluster.beside("shop", [], WORKLOADS);
      const run = await shop.up();
      assert.notEqual(run.code, 0);
      assert.match(
        failureOf(run),
        /the stack organization\/split-cluster\/dev exports nothing as issuerUrl, .*: export it there/,
      );
    }));
});
