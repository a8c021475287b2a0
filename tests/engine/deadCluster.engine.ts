// The cluster was deleted behind Pulumi's back, or cannot be reached: the runbook's commands, as they stand there.
import { strict as assert } from "node:assert";
import { AzureError } from "../../rehearsal/cloud/azureError";
import { CLUSTER } from "../../rehearsal/cloud/resourceTypes";
import { readState } from "./consistency";
import { failed, inconsistent } from "./expectations";
import { commandsOf } from "./runbook";
import { runBlock } from "./runbookSteps";
import { type TestStack, withTestStack } from "./testStack";

const SECTION = "The cluster is gone or cannot be reached";

describe("a cluster that is gone or cannot be reached", function () {
  this.timeout(1_200_000);

  it("does not keep a deleted one's stack from being destroyed", () =>
    withTestStack({}, async (stack) => {
      await deployed(stack);
      deleteCluster(stack);
      assert.deepEqual(failed(await stack.destroy(), "destroy"), []);
      assert.deepEqual(stack.there(), []);
    }));

  it("does not keep a stack from being destroyed whose API server does not answer", () =>
    withTestStack({}, async (stack) => {
      await deployed(stack);
      const mend = unreachable(stack);
      assert.deepEqual(failed(await stack.destroy(), "destroy"), []);
      mend();
      assert.deepEqual(stack.there(), []);
    }));

  it("fails a refresh and an up, and loses nothing from the state", () =>
    withTestStack({}, async (stack) => {
      await deployed(stack);
      const mend = unreachable(stack);
      const refresh = await stack.refresh();
      assert.notEqual(refresh.code, 0);
      assert.match(refresh.output, /configured Kubernetes cluster is unreachable/);
      mend();
      assert.deepEqual(await inconsistent(stack, "afterwards"), []);
      assert.deepEqual(failed(await stack.refresh("--expect-no-changes"), "a refresh once it answers"), []);
    }));

  it("is made anew by the runbook's commands where it was deleted", () =>
    withTestStack({}, async (stack) => {
      await deployed(stack);
      deleteCluster(stack);
      const [first, second, ...others] = commandsOf(SECTION);
      assert.deepEqual(others, []);
      // It may fail, as is written there: at the Deployment, which is to change with the issuer.
      const made = await runBlock(stack, first ?? "", { "urn of the ManagedCluster": await urnOf(stack, "aks-cluster") });
      assert.match(made.output, /error: NotFound: apps\/v1:Deployment "web\/web" not found/);
      const { code, output } = await runBlock(stack, second ?? "");
      assert.equal(code, 0, output);
      assert.deepEqual(await inconsistent(stack, "afterwards"), []);
      assert.deepEqual(failed(await stack.preview("--expect-no-changes"), "a preview afterwards"), []);
    }));
});

async function deployed(stack: TestStack): Promise<void> {
  assert.deepEqual(failed(await stack.up(), "up"), []);
}

async function urnOf(stack: TestStack, name: string): Promise<string> {
  const { resources } = await readState(stack);
  return resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "";
}

/** As `az aks delete` does. */
function deleteCluster({ cloud }: TestStack): void {
  for (const { id } of cloud.manager.list(CLUSTER)) cloud.manager.delete(id);
}

function unreachable({ cloud }: TestStack): () => void {
  return cloud.operations.add({
    before: ({ type }) => {
      if (type.startsWith("kubernetes:"))
        throw new AzureError(503, "ClusterUnreachable", "configured Kubernetes cluster is unreachable: i/o timeout");
    },
  });
}
