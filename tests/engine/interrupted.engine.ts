// Ctrl-C during an up: once, and again while Pulumi waits for what is under way.
import { strict as assert } from "node:assert";
import { readState } from "./consistency";
import { inconsistent, notConverging } from "./expectations";
import { noneLeft, PROCESSES_SHOWN } from "./processes";
import { recover } from "./recovery";
import { type TestStack, withTestStack } from "./testStack";

const CLUSTER_URN =
  "urn:pulumi:dev::aks-workload-identity::aks-workload-identity:index:AksCluster$azure-native:containerservice:ManagedCluster::aks-cluster";
/** How long the interrupted operation takes in Azure: long enough for a second signal. */
const OPERATION_MS = 1500;
const BETWEEN_SIGNALS_MS = 500;

describe("an up that was interrupted by Ctrl-C", function () {
  this.timeout(1_200_000);

  it("waits for what is under way, writes it down, and is finished by the next up", () =>
    withTestStack({}, async (stack) => {
      const run = await interrupted(stack, 1);
      assert.notEqual(run.code, 0);
      assert.deepEqual(await inconsistent(stack, "afterwards"), []);
      if (PROCESSES_SHOWN) assert.deepEqual(await noneLeft(stack), []);
      assert.deepEqual(await notConverging(stack), []);
    }));

  it("does not wait after a second one: the runbook's commands lead out of it", () =>
    withTestStack({}, async (stack) => {
      const run = await interrupted(stack, 2);
      assert.notEqual(run.code, 0);
      if (PROCESSES_SHOWN) assert.deepEqual(await noneLeft(stack), []);
      assert.deepEqual((await readState(stack)).pending, [`creating ${CLUSTER_URN}`]);
      assert.deepEqual(await recover(stack), []);
      assert.deepEqual(await inconsistent(stack, "after the recovery"), []);
    }));
});

async function interrupted({ cloud, start }: TestStack, times: number) {
  const running = start("up", "--yes", "--skip-preview");
  const isIt = (operation: { readonly declared: string }) => operation.declared.endsWith("::aks-cluster");
  const remove = cloud.operations.add({
    durationMs: (operation) => (isIt(operation) ? OPERATION_MS : 0),
    before(operation) {
      if (!isIt(operation)) return;
      for (let time = 0; time < times; time += 1) setTimeout(() => running.process.kill("SIGINT"), time * BETWEEN_SIGNALS_MS);
    },
  });
  const run = await running.done;
  while (cloud.operations.running.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  remove();
  return run;
}
