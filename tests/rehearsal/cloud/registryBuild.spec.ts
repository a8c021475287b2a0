// A build in the emulated registry with the unmodified SDK clients, over HTTP through the loopback proxy.
import { deepStrictEqual, match, rejects, strictEqual } from "node:assert";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { DockerBuildRequest } from "@azure/arm-containerregistry";
import type { BuildInput, EmulatedBuilder } from "../../../rehearsal/build/types";
import {
  DIGEST,
  goodBuilder,
  IMAGE,
  LedBuilder,
  LOGIN_SERVER,
  REGISTRY_ID,
  REGISTRY_NAME,
  RESOURCE_GROUP,
  RegistryEmulation,
} from "../../support/registryEmulation";
import { archiveOf } from "../build/builds";

describe("a build in the emulated registry", () => {
  let registry: RegistryEmulation;

  beforeEach(async () => {
    registry = await RegistryEmulation.start();
  });
  afterEach(() => registry.azure.close());

  const scheduled = async () => registry.schedule(await registry.upload(Buffer.from("archive")));
  const log = async () => (await registry.request(await registry.logLink())).body;
  const cancel = () => registry.management().runs.beginCancelAndWait(RESOURCE_GROUP, REGISTRY_NAME, "cb1");

  it("goes from upload to digest with the SDK's own clients", async () => {
    const inputs: BuildInput[] = [];
    registry.azure.state.builder = (input, line, signal) => {
      inputs.push(input);
      return goodBuilder(input, line, signal);
    };
    const archive = Buffer.from([0x1f, 0x8b, 0xff, 0x00, 0x80]);
    const source = await registry.upload(archive);
    match(source, /^source\/\d{8}0000\/[0-9a-f-]{36}\.tar\.gz$/);

    const queued = await registry.schedule(source, { arguments: [{ name: "VERSION", value: "1" }] });
    deepStrictEqual([queued.runId, queued.status, queued.id], ["cb1", "Queued", `${REGISTRY_ID}/runs/cb1`]);
    const run = await registry.run();
    deepStrictEqual([run.status, run.runType, run.platform], ["Succeeded", "QuickRun", { os: "linux", architecture: "amd64" }]);
    deepStrictEqual(run.outputImages, [{ registry: LOGIN_SERVER, repository: "app", tag: "1", digest: DIGEST }]);
    deepStrictEqual(inputs, [{ archive, dockerfile: "Dockerfile", arguments: { VERSION: "1" }, platform: "linux/amd64" }]);

    strictEqual(await log(), "Step 1/1 : FROM scratch\r\nSuccessfully built\r\n\r\nRun ID: cb1 was successful after 0s\r\n");
    const artifact = registry.data().getArtifact("app", "1");
    strictEqual((await artifact.getTagProperties("1")).digest, DIGEST);
    deepStrictEqual((await artifact.getManifestProperties()).tags, ["1"]);
    strictEqual(await registry.azure.images.find(`${LOGIN_SERVER}/app@${DIGEST}`), IMAGE);
  });

  it("is Started without a line of its log, Running with one, and tells its times", async () => {
    const builder = new LedBuilder();
    registry.azure.state.builder = builder.build;
    const { startTime } = await scheduled();
    strictEqual(startTime, undefined);
    const { log: write } = await builder.started;
    deepStrictEqual([(await registry.run()).status, (await registry.run()).finishTime], ["Started", undefined]);
    write("Step 1/1 : FROM scratch");
    strictEqual((await registry.run()).status, "Running");
    registry.azure.state.clockOffsetMs = 90_000;
    builder.finish();
    const { status, startTime: begun, finishTime } = await registry.run();
    deepStrictEqual([status, Number(finishTime) - Number(begun) >= 90_000], ["Succeeded", true]);
    match(await log(), /Run ID: cb1 was successful after 9\ds\r\n$/);
  });

  it("numbers the runs of a registry as Azure does", async () => {
    const source = await registry.upload(Buffer.from("archive"));
    const ids = [];
    for (let count = 0; count < 11; count += 1) ids.push((await registry.schedule(source)).runId);
    deepStrictEqual(ids, ["cb1", "cb2", "cb3", "cb4", "cb5", "cb6", "cb7", "cb8", "cb9", "cba", "cbb"]);
  });

  it("fails with the builder's reason, pushes nothing, and its log ends with the reason", async () => {
    registry.azure.state.builder = async (_input, line) => {
      line("Step 1/1 : COPY missing /");
      return { failure: "failed during run, err: exit status 1" };
    };
    await scheduled();
    const { status, runErrorMessage, outputImages } = await registry.run();
    deepStrictEqual([status, runErrorMessage, outputImages], ["Failed", "failed during run, err: exit status 1", undefined]);
    strictEqual(registry.azure.images.digestOf(`${LOGIN_SERVER}/app`, "1"), undefined);
    match(await log(), /\r\nRun ID: cb1 failed after 0s\. Error: failed during run, err: exit status 1\r\n$/);
  });

  it("ends in Error when the builder itself breaks", async () => {
    registry.azure.state.builder = () => Promise.reject(new Error("no disk"));
    await scheduled();
    const { status, runErrorMessage } = await registry.run();
    deepStrictEqual([status, runErrorMessage], ["Error", "no disk"]);
  });

  it("is canceled at once, whatever its builder does then", async () => {
    const builder = new LedBuilder();
    registry.azure.state.builder = builder.build;
    await scheduled();
    const { log: write, signal } = await builder.started;
    await cancel();
    strictEqual(signal.aborted, true);
    write("too late");
    const { status, finishTime } = await registry.run();
    deepStrictEqual([status, finishTime instanceof Date], ["Canceled", true]);
    deepStrictEqual(
      [await log(), (await registry.request(await registry.logLink())).headers["x-ms-meta-complete"]],
      ["", "canceled"],
    );
    await cancel();
    strictEqual((await registry.run()).status, "Canceled");
  });

  it("ends in Timeout when the emulated clock has passed its limit", async () => {
    const builder = new LedBuilder();
    registry.azure.state.builder = builder.build;
    await scheduled();
    const { signal } = await builder.started;
    registry.azure.state.clockOffsetMs = 500_000;
    strictEqual((await registry.run()).status, "Started");
    registry.azure.state.clockOffsetMs = 601_000;
    const { status, runErrorMessage } = await registry.run();
    deepStrictEqual([status, runErrorMessage, signal.aborted], ["Timeout", "the run took longer than 600 seconds", true]);
  });

  it("is ended with the emulated Azure, which waits for its builder", async () => {
    const events: string[] = [];
    const begun = Promise.withResolvers<void>();
    registry.azure.state.builder = async (_input, _line, signal) => {
      events.push("begun");
      begun.resolve();
      await once(signal, "abort");
      await setImmediate();
      events.push("stopped");
      return { failure: "aborted" };
    };
    const source = await registry.upload(Buffer.from("archive"));
    await registry.schedule(source);
    await begun.promise;
    await registry.azure.runs.close();
    events.push("closed");
    await registry.schedule(source);
    deepStrictEqual([(await registry.run()).status, (await registry.run("cb2")).status], ["Canceled", "Canceled"]);
    deepStrictEqual(events, ["begun", "stopped", "closed"]);
  });

  it("is told with what was uploaded for it, once its image is pushed", async () => {
    const content = { Dockerfile: "FROM scratch\n", ".env": "TOKEN=1" };
    const source = await registry.upload(await archiveOf(content));
    // The answer to whoever schedules may be there before the builder begins: each run gets its own builder by then.
    const runWith = async (builder: EmulatedBuilder, change: Partial<DockerBuildRequest> = {}) => {
      const begun = Promise.withResolvers<void>();
      registry.azure.state.builder = (...build) => {
        begun.resolve();
        return builder(...build);
      };
      await registry.schedule(source, change);
      await begun.promise;
    };
    await runWith(async () => ({ failure: "no" }));
    await runWith(goodBuilder, { isPushEnabled: false });
    await registry.run("cb2");
    deepStrictEqual(await registry.azure.runs.built(), []);
    registry.azure.state.builder = (input, line, signal) => {
      registry.azure.state.clockOffsetMs = 90_000;
      return goodBuilder(input, line, signal);
    };
    await registry.schedule(source, { imageNames: ["team/app:1"] });
    strictEqual((await registry.run("cb3")).status, "Succeeded");
    const [{ buildMs, ...built } = { buildMs: 0 }, ...others] = await registry.azure.runs.built();
    const image = { image: "team/app:1", loginServer: LOGIN_SERVER };
    deepStrictEqual([built, others], [{ ...image, files: 2, bytes: 20, unwanted: [".env"] }, []]);
    strictEqual(buildMs >= 90_000, true);
  });

  it("builds without pushing when it is told so", async () => {
    await registry.schedule(await registry.upload(Buffer.from("archive")), { isPushEnabled: false });
    const { status, outputImages } = await registry.run();
    deepStrictEqual([status, outputImages], ["Succeeded", undefined]);
    strictEqual(registry.azure.images.digestOf(`${LOGIN_SERVER}/app`, "1"), undefined);
  });

  it("takes a name with the registry before it, and no tag for latest", async () => {
    const source = await registry.upload(Buffer.from("archive"));
    await registry.schedule(source, { imageNames: [`${LOGIN_SERVER}/team/app:2`, "plain"] });
    const images = (await registry.run()).outputImages?.map(({ repository, tag }) => `${repository}:${tag}`);
    deepStrictEqual(images, ["team/app:2", "plain:latest"]);
  });

  it("cannot push to a registry that permits by repository without saying who signs in", async () => {
    registry.azure.state.registries = [
      { id: REGISTRY_ID, loginServer: LOGIN_SERVER, roleAssignmentMode: "AbacRepositoryPermissions" },
    ];
    const source = await registry.upload(Buffer.from("archive"));
    await registry.schedule(source);
    const { status, runErrorMessage } = await registry.run();
    deepStrictEqual([status, runErrorMessage], ["Failed", "when specifying push, at least one credential is required"]);
    const body = {
      type: "DockerBuildRequest",
      dockerFilePath: "Dockerfile",
      platform: { os: "Linux" },
      imageNames: ["app:1"],
      sourceLocation: source,
      credentials: { sourceRegistry: { identity: "[caller]" } },
    };
    const headers = { authorization: `Bearer ${await registry.token("https://management.azure.com")}` };
    const url = `https://management.azure.com${REGISTRY_ID}/scheduleRun?api-version=2025-03-01-preview`;
    strictEqual((await registry.request(url, "POST", headers, Buffer.from(JSON.stringify(body)))).status, 200);
    strictEqual((await registry.run("cb2")).status, "Succeeded");
  });

  it("is not there under an id that no run has", async () => {
    await rejects(registry.run("cb1"), {
      statusCode: 404,
      code: "ResourceNotFound",
      message: `The Resource 'Microsoft.ContainerRegistry/registries/acrweb/runs/cb1' under resource group 'rg-web' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    });
    await rejects(registry.logLink(), { statusCode: 404, code: "ResourceNotFound" });
    await rejects(cancel(), { statusCode: 404, code: "ResourceNotFound" });
  });
});
