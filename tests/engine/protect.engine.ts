// Cluster and vault are protected, and somebody destroys the stack: by the CLI, and through the Automation API, which skips the preview.
import { strict as assert } from "node:assert";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { findEngine, isEngine } from "../../rehearsal/engine/findEngine";
import { difference, goingWithOthers } from "./consistency";
import { failed, inconsistent, notConverging } from "./expectations";
import { untilDone } from "./recovery";
import { runBlock } from "./runbookSteps";
import { PREBUILT, PROJECT, type TestStack, withTestStack } from "./testStack";

const PROTECTED = { set: [...PREBUILT, "protect=true"] };
const REFUSAL = /cannot be deleted\s+because it is protected/;

describe("a destroy of a stack with protect: true", function () {
  this.timeout(1_200_000);

  it("deletes nothing by the CLI: its preview refuses", () =>
    withTestStack(PROTECTED, async (stack) => {
      const before = await deployed(stack);
      const run = await stack.run("destroy", "--yes");
      assert.notEqual(run.code, 0);
      assert.match(run.output, REFUSAL);
      assert.deepEqual(stack.there(), before);
      assert.deepEqual(await inconsistent(stack, "afterwards"), []);
    }));

  it("deletes nothing through the Automation API where previewDestroy comes first", () =>
    withTestStack(PROTECTED, async (stack) => {
      const before = await deployed(stack);
      const automated = await automation(stack);
      await assert.rejects(automated.previewDestroy(), REFUSAL);
      assert.deepEqual(stack.there(), before);
    }));

  it("deletes what is not protected through the Automation API's destroy, and forgets what goes with the cluster and the vault; up brings it back", () =>
    withTestStack(PROTECTED, async (stack) => {
      const before = await deployed(stack);
      const going = await goingWithOthers(stack);
      const automated = await automation(stack);
      await assert.rejects(automated.destroy(), REFUSAL);
      const gone = before.filter((id) => !stack.there().includes(id)).map((id) => id.slice(id.lastIndexOf("/providers/") + 1));
      assert.deepEqual(gone.map(kindOf), [
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.ContainerRegistry/registries",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
      ]);
      const { forgotten, ...rest } = await difference(stack);
      assert.deepEqual(forgotten, going.toSorted());
      assert.deepEqual(rest, { gone: [], doubled: [], pending: [] });
      assert.deepEqual(await untilDone(stack, await runBlock(stack, "pulumi up")), []);
      assert.deepEqual(await notConverging(stack), []);
    }));
});

async function deployed(stack: TestStack): Promise<string[]> {
  assert.deepEqual(failed(await stack.up(), "up"), []);
  return stack.there();
}

/** `providers/Namespace/kind/name/kind/name` without the names. */
function kindOf(path: string): string {
  const [, namespace, ...pairs] = path.split("/");
  return [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join("/");
}

/** The same stack in the same folder, as a program of one's own would drive it. */
async function automation({ folder, environment }: TestStack) {
  const engine = findEngine({ project: PROJECT });
  if (!isEngine(engine)) throw new Error(engine.reason);
  const root = join(folder, "..", "cli");
  await mkdir(join(root, "bin"), { recursive: true });
  await symlink(engine.path, join(root, "bin", "pulumi"));
  const pulumiCommand = await PulumiCommand.get({ root });
  return LocalWorkspace.selectStack({ stackName: "dev", workDir: folder }, { envVars: { ...environment }, pulumiCommand });
}
