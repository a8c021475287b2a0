// AppImage with the builder acr: the component, its clients and an emulated registry, over HTTP.
import { strict as assert } from "node:assert";
import { ComponentResource, type ResourceHook, type ResourceHookArgs } from "@pulumi/pulumi";
import { CallbackServer } from "@pulumi/pulumi/runtime/callbacks";
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

function program(): ContainerRegistry {
  const group = resourceGroup();
  const registry = new ContainerRegistry("registry", {
    resourceGroupName: group.name,
    registryName: "crtest",
    sku: "Basic",
    pullers: {},
  });
  new AppImage("web", { builder: "acr", folder: FOLDER, registry });
  return registry;
}

/** The same image twice, under different parents. */
function twice(): void {
  const registry = program();
  const shop = new ComponentResource("shop:index:Shop", "shop");
  new AppImage("web", { builder: "acr", folder: FOLDER, registry }, { parent: shop });
}

const runIn = ({ cloud }: ReachableCloud, options: RunOptions = {}) => attempt(() => void program(), options, cloud);
const messages = ({ failures }: Run) => failures.map(({ message }) => message);
const outputsOf = (run: Run) => run.componentOutputs[run.find("aks-workload-identity:index:AppImage").urn];
const runsScheduled = ({ calls }: ReachableCloud) => calls.filter(({ path }) => path.endsWith("/scheduleRun")).length;

/** The engine calls hooks, and mocks have none: here they are kept to be called by hand. */
function keepHooks(): Map<string, ResourceHook["callback"]> {
  const hooks = new Map<string, ResourceHook["callback"]>();
  const { registerResourceHook } = CallbackServer.prototype;
  before(() => {
    CallbackServer.prototype.registerResourceHook = async ({ name, callback }) =>
      void hooks.set(name.replace(/-\d+$/, ""), callback);
  });
  after(() => {
    CallbackServer.prototype.registerResourceHook = registerResourceHook;
  });
  return hooks;
}

const hookArgs = (change: Partial<ResourceHookArgs>): ResourceHookArgs => ({ urn: "", id: "", name: "", type: STASH, ...change });

describe("AppImage, built in the registry", () => {
  const hooks = keepHooks();

  it("is built under a tag that follows from the folder, and its digest goes into the state and on", () =>
    withReachableCloud(async (azure) => {
      const run = await runIn(azure);
      assert.deepEqual(messages(run), []);
      const { name, inputs, secretInputs, ignoreChanges, hooks: called } = run.find(STASH);
      const kinds = Object.entries(called).map(([when, names]) => [when, names.map((hook) => hook.replace(/-\d+$/, ""))]);
      assert.deepEqual(kinds, [
        ["beforeCreate", ["web-image-announce"]],
        ["beforeUpdate", ["web-image-refuse"]],
      ]);
      assert.deepEqual([name, inputs, secretInputs, ignoreChanges], [`web-image-${TAG}`, { input: DIGEST }, [], []]);
      const reference = `${azure.cloud.registries()[0]?.loginServer}/web@${DIGEST}`;
      assert.deepEqual(outputsOf(run), { reference, digest: DIGEST });
      assert.deepEqual(
        azure.log.map((line) => line.replace("info: [runtime] ", "")),
        [
          `Uploading 1 KiB (2 files) of ${FOLDER} to the registry crtest`,
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

  it("goes on with what the state has now, not with what it had first", () =>
    withReachableCloud(async (azure) => {
      const register = azure.cloud.register.bind(azure.cloud);
      azure.cloud.register = async (registration) => {
        const { id, state } = await register(registration);
        return { id, state: registration.type === STASH ? { ...state, output: "sha256:first" } : state };
      };
      assert.equal(outputsOf(await runIn(azure))?.digest, DIGEST);
    }));

  it("is built once where two parts of a program have it, each with hooks of its own", () =>
    withReachableCloud(async (azure) => {
      const run = await attempt(twice, {}, azure.cloud);
      assert.deepEqual([messages(run), runsScheduled(azure)], [[], 1]);
      const memories = run.resources.filter(({ type }) => type === STASH);
      assert.deepEqual(
        memories.map(({ inputs }) => inputs),
        [{ input: DIGEST }, { input: DIGEST }],
      );
      assert.equal(new Set(memories.flatMap(({ hooks: called }) => Object.values(called).flat())).size, 4);
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

  it("says before it is created that it will be built: in a preview, with how much goes up", () =>
    withReachableCloud(async (azure) => {
      await runIn(azure, { preview: true });
      await hooks.get("web-image-announce")?.(hookArgs({ newInputs: { input: DIGEST } }));
      assert.deepEqual(azure.log, [
        `info: [runtime] will build web:${TAG} in the registry, 2 files of tests/components/image, 1 KiB`,
      ]);
      await runIn(azure);
      const told = azure.log.length;
      await hooks.get("web-image-announce")?.(hookArgs({ newInputs: { input: DIGEST } }));
      assert.equal(azure.log.length, told);
    }));

  it("is refused where its tag is found with another digest than the state's, and not where it was built anew", () =>
    withReachableCloud(async (azure) => {
      const refuse = async () =>
        hooks.get("web-image-refuse")?.(hookArgs({ oldInputs: { input: "sha256:old" }, newInputs: { input: DIGEST } }));
      await runIn(azure);
      await refuse();
      await runIn(azure);
      await assert.rejects(refuse, {
        message:
          `web:${TAG} names ${DIGEST} in the registry, but this stack has sha256:old for the same content: somebody pushed over the tag. ` +
          `Remove the tag (az acr repository untag --name crtest --image web:${TAG}), and run again: the image is then built anew from the folder.`,
      });
    }));

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
