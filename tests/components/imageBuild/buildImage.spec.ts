// A build from a folder to a digest, over HTTP against the emulated Azure. What it does not show: Azure's own times, queues and limits.
import { strict as assert } from "node:assert";
import { archiveOf } from "../../../components/imageBuild/archive";
import type { BuildInput } from "../../../rehearsal/build/types";
import { DIGEST, faultAt, goodBuilder, IMAGE, LedBuilder, LOGIN_SERVER } from "../../support/registryEmulation";
import { ENDING, RegistryBench } from "./registryBench";

const OTHER_DIGEST = `sha256:${"b2".repeat(32)}`;

describe("buildImage", () => {
  let bench: RegistryBench;

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

  function succeeded(outputImages: object[]) {
    return { status: 200, body: { properties: { runId: "cb1", status: "Succeeded", outputImages } } };
  }

  it("uploads the folder's archive, builds it, passes the log on, and gives the digest", async () => {
    const inputs: BuildInput[] = [];
    bench.builder = (input, log, signal) => {
      inputs.push(input);
      return goodBuilder(input, log, signal);
    };
    bench.folder.write("docker/Dockerfile", "FROM scratch\n");
    const context = bench.folder.read("docker/Dockerfile");
    const built = await bench.build({ context, arguments: { IMAGE_REVISION: "abc" } });
    assert.deepEqual(built, { digest: DIGEST, how: "built" });
    assert.deepEqual(inputs, [
      {
        archive: Buffer.from(await archiveOf(context)),
        dockerfile: "docker/Dockerfile",
        arguments: { IMAGE_REVISION: "abc" },
        platform: "linux/amd64",
      },
    ]);
    assert.deepEqual(bench.lines, [
      `Uploading 1 KiB (3 files) of ${bench.folder.path} to the registry acrweb`,
      "Building app:1 in the registry acrweb, run cb1",
      "Step 1/1 : FROM scratch",
      "Successfully built",
      "Run ID: cb1 was successful after 0s",
    ]);
    assert.equal(bench.emulation.azure.images.digestOf(`${LOGIN_SERVER}/app`, "1"), DIGEST);
  });

  it("asks Azure for no more than it needs", async () => {
    await bench.build();
    assert.deepEqual(bench.calls.slice(0, 7), [
      "GET /",
      "GET /acr/v1/app/_tags/1",
      "POST /oauth2/exchange",
      "POST /oauth2/token",
      "GET /acr/v1/app/_tags/1",
      "POST /listBuildSourceUploadUrl",
      "PUT source",
    ]);
    assert.deepEqual(
      new Set(bench.calls.slice(7)),
      new Set(["POST /scheduleRun", "GET /runs/cb1", "POST /runs/cb1/listLogSasUrl", "GET logs"]),
    );
  });

  it("takes an image that is there under the tag, and neither uploads nor builds", async () => {
    bench.emulation.azure.images.push(`${LOGIN_SERVER}/app`, "1", OTHER_DIGEST, IMAGE);
    assert.deepEqual(await bench.build(), { digest: OTHER_DIGEST, how: "found" });
    assert.deepEqual(
      bench.calls.filter((call) => call.startsWith("POST /") && !call.includes("oauth2")),
      [],
    );
    assert.deepEqual(bench.lines, []);
  });

  it("builds where another tag of the repository is there", async () => {
    bench.emulation.azure.images.push(`${LOGIN_SERVER}/app`, "2", OTHER_DIGEST, IMAGE);
    assert.deepEqual(await bench.build(), { digest: DIGEST, how: "built" });
  });

  it("takes the digest of its own image out of several", async () => {
    const named = (repository: string, tag: string, digest?: string) => ({ registry: LOGIN_SERVER, repository, tag, digest });
    const images = [named("base", "1", OTHER_DIGEST), named("app", "2", OTHER_DIGEST), named("app", "1", DIGEST)];
    bench.fault = faultAt("/runs/cb1", succeeded(images));
    assert.equal((await bench.build()).digest, DIGEST);
  });

  for (const [what, images] of Object.entries({
    "no image": [],
    "an image without a digest": [{ repository: "app", tag: "1" }],
    "a digest that is none": [{ repository: "app", tag: "1", digest: "sha256:1234" }],
  })) {
    it(`looks the tag up where the run names ${what}`, async () => {
      bench.fault = faultAt("/runs/cb1", succeeded(images));
      bench.onWait = () => bench.emulation.azure.images.push(`${LOGIN_SERVER}/app`, "1", OTHER_DIGEST, IMAGE);
      bench.builder = new LedBuilder().build;
      assert.equal((await bench.build()).digest, OTHER_DIGEST);
    });
  }

  it("says so where neither the run nor the registry has a digest", async () => {
    bench.fault = faultAt("/runs/cb1", succeeded([]));
    bench.builder = new LedBuilder().build;
    const message = await bench.failure(bench.build());
    assert.deepEqual(message.split("\n"), [
      "The build of app:1 in the registry acrweb succeeded (run cb1), but it names no digest and the registry has no such tag. " +
        "Run again: the image is then built anew.",
      ...ENDING,
    ]);
  });

  it("says so when the folder changes while it is packed", async () => {
    const context = bench.folder.read();
    bench.folder.write("app.js", "changed");
    assert.match(await bench.failure(bench.build({ context })), /"app\.js" in .* changed while the image was prepared\./);
    assert.equal(bench.calls.includes("POST /scheduleRun"), false);
  });
});
