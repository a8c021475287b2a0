// AppImage with the builder acr: the component, its clients and an emulated registry, over HTTP.
import { strict as assert } from "node:assert";
import { AppImage, ContainerRegistry } from "../../components";
import { readContext } from "../../components/imageBuild/context";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { attempt, ROOT, type Run, type RunOptions } from "../support/program";
import { type ReachableCloud, withReachableCloud } from "../support/programNetwork";
import { DIGEST } from "../support/registryEmulation";
import { dependsOnOf, resourceGroup } from "./fixtures";

const STASH = "pulumi:index:Stash";
const FOLDER = `${ROOT}/tests/components/image`;
const TAG = readContext({ component: "AppImage", name: "web" }, FOLDER, "Dockerfile").hash.slice(0, 12);

function program(): void {
  const group = resourceGroup();
  const registry = new ContainerRegistry("registry", {
    resourceGroupName: group.name,
    registryName: "crtest",
    sku: "Basic",
    pullers: {},
  });
  new AppImage("web", { builder: "acr", folder: FOLDER, registry });
}

const runIn = ({ cloud }: ReachableCloud, options: RunOptions = {}) => attempt(program, options, cloud);
const messages = ({ failures }: Run) => failures.map(({ message }) => message);
const outputsOf = (run: Run) => run.componentOutputs[run.find("aks-workload-identity:index:AppImage").urn];
const runsScheduled = ({ calls }: ReachableCloud) => calls.filter(({ path }) => path.endsWith("/scheduleRun")).length;

describe("AppImage, built in the registry", () => {
  it("is built under a tag that follows from the folder, and its digest goes into the state and on", () =>
    withReachableCloud(async (azure) => {
      const run = await runIn(azure);
      assert.deepEqual(messages(run), []);
      const { name, inputs, secretInputs, ignoreChanges } = run.find(STASH);
      assert.deepEqual([name, inputs, secretInputs, ignoreChanges], [`web-image-${TAG}`, { input: DIGEST }, [], []]);
      const reference = `${azure.cloud.registries()[0]?.loginServer}/web@${DIGEST}`;
      assert.deepEqual(outputsOf(run), { reference, digest: DIGEST });
      assert.deepEqual(
        azure.log.map((line) => line.replace("info: [runtime] ", "")),
        [
          `Building web:${TAG} in the registry crtest, run cb1`,
          "Step 1/1 : FROM scratch",
          "Successfully built",
          "Run ID: cb1 was successful after 0s",
        ],
      );
    }));

  it("is not built again while its content is the same", () =>
    withReachableCloud(async (azure) => {
      const first = await runIn(azure);
      assert.equal(runsScheduled(azure), 1);
      const second = await runIn(azure);
      assert.deepEqual([messages(first), messages(second)], [[], []]);
      assert.equal(runsScheduled(azure), 1);
      assert.deepEqual(outputsOf(second), outputsOf(first));
    }));

  it("waits for the registry and nothing else, so that it is built beside the cluster", () =>
    withReachableCloud(async (azure) => {
      const run = await runIn(azure);
      assert.deepEqual(run.find(STASH).dependencies, [run.find("azure-native:containerregistry:Registry").urn]);
      assert.deepEqual(dependsOnOf(run, STASH, `web-image-${TAG}`), []);
    }));

  for (const [what, known] of [
    ["is new as its registry", false],
    ["is new in a registry that is there", true],
  ] as const) {
    it(`calls nobody in a preview, and knows no digest of a content that ${what}`, () =>
      withReachableCloud(async (azure) => {
        const run = await runIn(azure, { preview: true, known });
        assert.deepEqual([messages(run), azure.calls, azure.tokens], [[], [], []]);
        const { name, ignoreChanges, inputs } = run.find(STASH);
        assert.deepEqual([name, ignoreChanges, inputs], [`web-image-${TAG}`, ["input"], { input: UNKNOWN }]);
        assert.deepEqual(outputsOf(run), { reference: UNKNOWN, digest: UNKNOWN });
      }));
  }

  it("leaves the state as it was when the build fails, and says why in one message", () =>
    withReachableCloud(
      async (azure) => {
        const run = await runIn(azure);
        const [message = "", ...others] = messages(run);
        assert.deepEqual(others, []);
        assert.match(message, /^[^\n]*run cb1[^\n]*\n/);
        assert.match(message, /^ *npm error missing script$/m);
        assert.equal(run.failures[0]?.stack, undefined);
        assert.deepEqual(
          run.list().filter((line) => line.startsWith(STASH)),
          [],
        );
      },
      async (_input, log) => {
        log("npm error missing script");
        return { failure: "failed to run step" };
      },
    ));

  it("puts no token into anything that it registers or tells", () =>
    withReachableCloud(async (azure) => {
      const run = await runIn(azure);
      assert.ok(azure.tokens.length > 0);
      const registered = JSON.stringify([run.resources, run.componentOutputs, run.outputs, azure.log]);
      for (const token of azure.tokens) assert.ok(!registered.includes(token));
    }));
});
