// The engine is killed at 22 points of an up, before and after Azure has done what it was told, and the runbook's commands lead out of it.
import { strict as assert } from "node:assert";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import type { RunningEngine } from "../../rehearsal/engine/session";
import { failed, inconsistent } from "./expectations";
import { nameOf, type Target, targetsOf } from "./faults";
import { inLanes } from "./lanes";
import { noneLeft, PROCESSES_SHOWN } from "./processes";
import { readableAgain, recover } from "./recovery";
import { backendFolder } from "./savedPoint";
import { changes, type TestStack, withTestStack } from "./testStack";

/** In the middle of an operation that Azure goes on with, or when it has just answered. */
type Moment = "during" | "after";
interface Kill extends Target {
  readonly moment: Moment;
}

const OPERATION_MS = 100;

describe("a run whose engine was killed", function () {
  this.timeout(1_200_000);

  it("was an up: the runbook's commands finish it, with nothing twice and nothing left running", async () => {
    const creates = await withTestStack({}, (stack) => targetsOf(stack, "create", () => stack.up()));
    const kills = creates.map((target, index): Kill => ({ ...target, moment: index % 2 === 0 ? "during" : "after" }));
    assert.equal(kills.length, 22);
    const start = (stack: TestStack) => stack.start("up", "--yes", "--skip-preview");
    const wrong = await inLanes(
      {},
      async () => {},
      kills,
      title,
      async (stack, kill) => {
        const wrongInKill = await killAt(stack, kill, start);
        return [...wrongInKill, ...(await recover(stack)), ...(await notFinished(stack))];
      },
    );
    assert.deepEqual(wrong, []);
  });

  it("was a destroy: they finish it with a destroy in the place of the up, and nothing is left", async () => {
    const kills = ["azure-native:containerservice:ManagedCluster::aks-cluster", "azure-native:keyvault:Vault::vault-vault"].map(
      (declared, index): Kill => ({ verb: "delete", declared, moment: index % 2 === 0 ? "during" : "after" }),
    );
    const start = (stack: TestStack) => stack.start("destroy", "--yes", "--skip-preview");
    const wrong = await inLanes({}, deployed, kills, title, async (stack, kill) => {
      const wrongInKill = await killAt(stack, kill, start);
      return [...wrongInKill, ...(await recover(stack, "pulumi destroy")), ...stack.there().map((id) => `${id} is left`)];
    });
    assert.deepEqual(wrong, []);
  });

  it("died while it wrote a note beside the state: the state can be read again once the empty note is gone", () =>
    withTestStack({}, async (stack) => {
      await truncate(join(backendFolder(stack.environment), ".pulumi/stacks/aks-workload-identity/dev.json.attrs"));
      const unreadable = await stack.run("stack", "export");
      assert.match(unreadable.output, /failed to load checkpoint: EOF/);
      assert.deepEqual(await readableAgain(stack), []);
    }));
});

const title = (kill: Kill) => `${kill.moment} the ${kill.verb} of ${nameOf(kill)}`;

const deployed = async (stack: TestStack) => {
  assert.deepEqual(failed(await stack.up(), "up"), []);
};

async function notFinished(stack: TestStack): Promise<string[]> {
  const preview = await stack.preview("--expect-no-changes");
  return [
    ...(await inconsistent(stack, "after the recovery")),
    ...(preview.code === 0 ? [] : [`a preview afterwards shows ${JSON.stringify(changes(preview))}`]),
  ];
}

/** What was under way in Azure then ends there. Returns what still runs here. */
async function killAt(
  stack: TestStack,
  { verb, declared, moment }: Kill,
  start: (stack: TestStack) => RunningEngine,
): Promise<string[]> {
  const running = start(stack);
  const kill = (now: { readonly verb: string; readonly declared: string }) => {
    if (now.verb === verb && now.declared === declared) running.process.kill("SIGKILL");
  };
  const remove = stack.cloud.operations.add({
    durationMs: (operation) => (operation.verb === verb ? OPERATION_MS : 0),
    ...(moment === "during" ? { before: kill } : { after: kill }),
  });
  const { signal } = await running.done;
  await idle(stack);
  remove();
  const left = PROCESSES_SHOWN ? await noneLeft(stack) : [];
  return [
    ...(signal === "SIGKILL" ? [] : ["it ended before it was killed"]),
    ...left.map((command) => `still running: ${command}`),
  ];
}

/** Azure has ended what it had accepted. */
async function idle({ cloud }: TestStack): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 20));
  while (cloud.operations.running.length > 0);
}
