// State that an earlier version of the program wrote, and what the present one makes of it.
import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrapRecord } from "../../rehearsal/program/recording";
import { FIXTURE_PASSPHRASE, FIXTURE_SET, type State, stateShape } from "./fixtures/state";
import { changes, type TestStack, withTestStack } from "./testStack";

const FIXTURES = join(__dirname, "fixtures");
/** What Azure and Kubernetes make by themselves: the group of the nodes, and a ServiceAccount for each namespace. */
const OF_THE_CLUSTER = /(resourceGroups\/\S+-nodes|ServiceAccount \S+\/default)$/;
const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

/** Puts into the cloud what the state says that there is, in the order of the state. */
async function rebuild({ cloud }: TestStack, { deployment }: State): Promise<void> {
  for (const { urn, type, custom, inputs } of deployment.resources) {
    const opened = unwrapRecord(inputs);
    if (type === KUBERNETES_PROVIDER) cloud.connect("fixture", opened);
    if (!custom || type.startsWith("pulumi:providers:")) continue;
    const sent = Object.fromEntries(Object.entries(opened).filter(([key]) => !key.startsWith("__")));
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    await cloud.create({ type, name, inputs: sent, provider: "::fixture", declared: `${type}::${name}` });
  }
}

describe("the state of a stack that an earlier version of the program wrote", function () {
  this.timeout(300_000);

  const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith(".json"));
  it("is kept at least once", () => assert.notDeepEqual(fixtures, []));

  for (const fixture of fixtures)
    it(`is taken over from ${fixture.replace(".json", "")} without a replacement, and nothing that is there is made again or goes`, () => {
      const environment = { PULUMI_CONFIG_PASSPHRASE: FIXTURE_PASSPHRASE };
      return withTestStack({ set: FIXTURE_SET, environment }, async (stack) => {
        const imported = await stack.run("stack", "import", "--file", join(FIXTURES, fixture));
        assert.equal(imported.code, 0, imported.output);
        const file = join(stack.folder, "clear.json");
        const clear = await stack.run("stack", "export", "--show-secrets", "--file", file);
        assert.equal(clear.code, 0, clear.output);
        const state = stateShape.parse(JSON.parse(await readFile(file, "utf8")));
        await rebuild(stack, state);
        const there = stack.there();
        const kept = state.deployment.resources.filter(({ type, custom }) => custom && !/^(pulumi|random):/.test(type));
        assert.equal(there.filter((each) => !OF_THE_CLUSTER.test(each)).length, kept.length);

        const up = await stack.up();
        assert.equal(up.code, 0, up.output);
        const names = new Set(state.deployment.resources.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)));
        const ofThem = changes(up).filter((change) => !change.startsWith("update ") && names.has(change.split(" ")[1] ?? ""));
        assert.deepEqual(ofThem, []);
        assert.deepEqual(
          there.filter((each) => !stack.there().includes(each)),
          [],
        );
        const still = await stack.preview("--expect-no-changes");
        assert.deepEqual([still.code, changes(still)], [0, []], still.output);
      });
    });
});
