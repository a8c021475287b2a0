// What is wrong around a run: the engine's version, whose state it is, a lock, a disk without room, what somebody made by hand. Each has its message, and nothing is left running.
import { strict as assert } from "node:assert";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Operation, Operations } from "../../rehearsal/cloud/operations";
import { inconsistent, notConverging } from "./expectations";
import { noneLeft, PROCESSES_SHOWN } from "./processes";
import { takeIn } from "./recovery";
import { runBlock } from "./runbookSteps";
import { type TestStack, type TestStackOptions, withTestStack } from "./testStack";

describe("a run in bad surroundings says what is wrong, and leaves nothing running", function () {
  this.timeout(1_200_000);

  const inStack = (use: (stack: TestStack) => Promise<void>, options: TestStackOptions = {}) =>
    withTestStack(options, async (stack) => {
      await use(stack);
      if (PROCESSES_SHOWN) assert.deepEqual(await noneLeft(stack), []);
    });

  it("with an engine that the project is too new for", () =>
    inStack(async (stack) => {
      await edit(join(stack.folder, "Pulumi.yaml"), /requiredPulumiVersion: .*/, 'requiredPulumiVersion: ">=99.0.0"');
      const { code, output } = await stack.up();
      assert.notEqual(code, 0);
      assert.match(output, /Pulumi CLI version .* does not satisfy the version range ">=99\.0\.0"/);
      assert.deepEqual(stack.there(), []);
    }));

  it("with a stack of another project", () =>
    inStack(async (stack) => {
      await edit(join(stack.folder, "Pulumi.yaml"), /^name: .*/m, "name: shop");
      const { code, output } = await stack.up();
      assert.notEqual(code, 0);
      assert.match(output, /no stack named 'dev' found/);
      assert.deepEqual(stack.there(), []);
    }));

  it("with the state of another stack", () =>
    inStack(async (stack) => {
      const file = join(stack.folder, "other.json");
      const urn = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod";
      const resources = [{ urn, type: "pulumi:pulumi:Stack", custom: false }];
      await writeFile(file, JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
      const { code, output } = await stack.run("stack", "import", "--file", file);
      assert.notEqual(code, 0);
      assert.match(output, /is from a different stack \(prod != dev\)/);
      assert.deepEqual(await stack.up().then(({ code: after }) => after), 0);
    }));

  it("with a lock that another run holds, which goes on", async () => {
    let second: ReturnType<TestStack["up"]> | undefined;
    // Azure takes as long for the vault as the second run lasts.
    const operations = new Operations({ now: () => Date.now(), sleep: async () => void (await second) });
    await inStack(
      async (stack) => {
        const isIt = ({ declared }: Operation) => declared.endsWith("::vault-vault");
        operations.add({
          before(operation) {
            if (isIt(operation)) second = stack.up();
          },
          durationMs: (operation) => (isIt(operation) ? 1 : 0),
        });
        const first = await stack.up();
        const refused = await second;
        assert.equal(first.code, 0, first.output);
        assert.notEqual(refused?.code, 0, refused?.output);
        assert.match(refused?.output ?? "", /the stack is currently locked by 1 lock\(s\).*`pulumi cancel`/s);
        assert.deepEqual(await inconsistent(stack, "afterwards"), []);
      },
      { cloud: { operations } },
    );
  });

  // Whether the state is whole afterwards depends on where the write was cut off: docs/runbook.md does not promise a way out.
  it("with a disk that has no room for the state", () =>
    inStack(async (stack) => {
      // The program is compiled into a file first, which needs room as well.
      assert.equal((await stack.preview()).code, 0);
      // Files of at most 24 KiB, in bash's unit: the state grows beyond.
      const full = await runBlock(stack, "ulimit -f 24\npulumi up");
      assert.notEqual(full.code, 0);
      assert.match(full.output, /file too large/);
    }));

  it("with a stack that was half made by hand: what is there is named, and can be taken in", () =>
    inStack(async (stack) => {
      const byHand = { provider: "", declared: "somebody" };
      const group = { resourceGroupName: "rg-aks-workload-identity-dev", location: "westeurope" };
      await stack.cloud.create({ ...byHand, type: "azure-native:resources:ResourceGroup", name: "rg", inputs: group });
      await stack.cloud.create({
        ...byHand,
        type: "azure-native:managedidentity:UserAssignedIdentity",
        name: "id",
        inputs: { ...group, resourceName: "id-aks-workload-identity-dev-web" },
      });
      let up = await runBlock(stack, "pulumi up");
      for (const named of ["resourceGroups/rg-aks-workload-identity-dev'", "userAssignedIdentities/"]) {
        assert.notEqual(up.code, 0);
        assert.match(up.output, new RegExp(`cannot create already existing resource '[^']*${named}`));
        assert.deepEqual(await takeIn(stack, up), []);
        up = await runBlock(stack, "pulumi up");
      }
      assert.equal(up.code, 0, up.output);
      assert.deepEqual(await notConverging(stack), []);
    }));
});

async function edit(file: string, from: RegExp, to: string): Promise<void> {
  const text = await readFile(file, "utf8");
  assert.match(text, from);
  await writeFile(file, text.replace(from, to));
}
