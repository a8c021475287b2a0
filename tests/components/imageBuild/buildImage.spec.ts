// A build from a folder to a digest, over HTTP against the emulated Azure. What it does not show: Azure's own times, queues and limits.
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers/promises";
import { archiveOf } from "../../../components/imageBuild/archive";
import type { BuildInput } from "../../../rehearsal/build/types";
import { azureError } from "../../../rehearsal/network/handler";
import { DIGEST, faultAt, goodBuilder, IMAGE, LedBuilder, LOGIN_SERVER, REGISTRY_NAME } from "../../support/registryEmulation";
import { RegistryBench, TIMEOUT_SECONDS } from "./registryBench";

const OTHER_DIGEST = `sha256:${"b2".repeat(32)}`;
const ENDING = [
  `The whole log: az acr task logs --registry ${REGISTRY_NAME} --run-id cb1`,
  "The image that is deployed stays as it is.",
];

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

  it("shows lines as they come, and asks less often while none come", async () => {
    const builder = new LedBuilder();
    bench.builder = builder.build;
    bench.onWait = async (count) => {
      const { log } = await builder.started;
      if (count === 9) log("a line");
      if (count === 11) builder.finish();
    };
    await bench.build();
    const [first, ...others] = bench.waits;
    assert.equal(first, 500);
    assert.deepEqual(others.slice(0, 8), [750, 1125, 1687.5, 2531.25, 3796.875, 5695.3125, 8542.96875, 10_000]);
    assert.equal(others[8], 500);
    assert.ok(bench.lines.includes("a line"));
  });

  it("fails with the last lines of the log, the run, and where the rest is", async () => {
    bench.builder = async (_input, log) => {
      for (let line = 1; line <= 30; line += 1) log(`line ${line}`);
      return { failure: "failed during run, err: exit status 1." };
    };
    const message = await bench.failure(bench.build());
    assert.deepEqual(message.split("\n"), [
      "The build of app:1 in the registry acrweb failed (run cb1). Azure says: failed during run, err: exit status 1.",
      "The last lines of its log:",
      ...Array.from({ length: 19 }, (_, index) => `  line ${index + 12}`),
      "  Run ID: cb1 failed after 0s. Error: failed during run, err: exit status 1.",
      ...ENDING,
    ]);
    assert.equal(bench.lines.includes("line 1"), true);
  });

  it("says so when an error of Azure's own ended the run", async () => {
    bench.builder = () => Promise.reject(new Error("no disk"));
    const [first] = (await bench.failure(bench.build())).split("\n");
    assert.equal(
      first,
      "The build of app:1 in the registry acrweb ended in an error of Azure's own, and to run again may help (run cb1). Azure says: no disk.",
    );
  });

  it("says so when the run took longer than it may", async () => {
    bench.builder = new LedBuilder().build;
    bench.onWait = () => {
      bench.emulation.azure.state.clockOffsetMs = (TIMEOUT_SECONDS + 1) * 1000;
    };
    const [first] = (await bench.failure(bench.build())).split("\n");
    assert.equal(
      first,
      "The build of app:1 in the registry acrweb took longer than its time-out of 600 seconds, which timeoutSeconds of AppImage sets (run cb1). " +
        "Azure says: the run took longer than 600 seconds.",
    );
  });

  it("says so when somebody cancels the run in Azure", async () => {
    bench.builder = new LedBuilder().build;
    const [registry] = bench.emulation.azure.state.registries;
    assert.ok(registry);
    bench.onWait = () => bench.emulation.azure.runs.cancel(registry, "cb1");
    const message = await bench.failure(bench.build());
    assert.deepEqual(message.split("\n"), [
      "The build of app:1 in the registry acrweb was cancelled in Azure (run cb1).",
      ...ENDING,
    ]);
  });

  it("says so when the registry's firewall keeps the run out", async () => {
    bench.builder = async (_input, log) => {
      log(
        "failed to login: denied: client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
      );
      return { failure: "failed to login, ran out of retries" };
    };
    assert.match(
      await bench.failure(bench.build()),
      /The registry's firewall is in the way: .* imageBuilder docker .* or prebuilt/,
    );
  });

  it("cancels a run that does not end, and says how long it waited", async () => {
    bench.builder = new LedBuilder().build;
    const message = await bench.failure(bench.build());
    assert.deepEqual(message.split("\n"), [
      "The build of app:1 in the registry acrweb has not ended 300 seconds after its time-out of 600 seconds.",
      "Its run cb1 is cancelled.",
      ...ENDING,
    ]);
    assert.equal((await bench.emulation.run()).status, "Canceled");
    assert.ok(bench.clockMs >= 900_000 && bench.clockMs < 911_000, String(bench.clockMs));
  });

  it("cancels the run when it is interrupted", async () => {
    const builder = new LedBuilder();
    bench.builder = builder.build;
    bench.onWait = () => bench.aborter.abort();
    const message = await bench.failure(bench.build());
    assert.deepEqual(message.split("\n"), [
      "The build of app:1 in the registry acrweb was interrupted while it ran.",
      "Its run cb1 is cancelled.",
    ]);
    assert.equal((await builder.started).signal.aborted, true);
    assert.equal((await bench.emulation.run()).status, "Canceled");
  });

  it("cancels a run that was scheduled when the interruption came", async () => {
    bench.builder = new LedBuilder().build;
    bench.fault = ({ url }) => {
      if (url.pathname.endsWith("/scheduleRun")) bench.aborter.abort();
      return undefined;
    };
    assert.match(await bench.failure(bench.build()), /interrupted while it ran\.\nIts run cb1 is cancelled\.$/);
    assert.equal((await bench.emulation.run()).status, "Canceled");
  });

  it("cancels the run although nobody gives out tokens any more, not even a refusal", async () => {
    bench.builder = new LedBuilder().build;
    let ended = false;
    const token = (audience: string) => (ended ? new Promise<never>(() => {}) : bench.emulation.token(audience));
    const dateNow = Date.now;
    bench.onWait = () => {
      ended = true;
      // The tokens that are there are too old to be used without asking.
      Date.now = () => dateNow() + 180_000;
      setImmediate().then(() => setImmediate().then(() => bench.aborter.abort()));
    };
    try {
      assert.match(await bench.failure(bench.build({}, bench.registry("legacy", { token }))), /Its run cb1 is cancelled\.$/);
    } finally {
      Date.now = dateNow;
    }
    assert.equal((await bench.emulation.run()).status, "Canceled");
  });

  it("says how to end a run that could not be cancelled", async () => {
    bench.builder = new LedBuilder().build;
    bench.fault = faultAt("/cancel", azureError(409, "Conflict", "The run is locked."));
    bench.onWait = () => bench.aborter.abort();
    const message = await bench.failure(bench.build());
    assert.deepEqual(message.split("\n"), [
      "The build of app:1 in the registry acrweb was interrupted while it ran.",
      "Its run cb1 could not be cancelled and goes on until its own time-out. Cannot cancel the run cb1 of the registry acrweb: Azure answered 409 Conflict: The run is locked.",
      "To end it: az acr task cancel-run --registry acrweb --run-id cb1",
    ]);
  });

  it("begins nothing when it is interrupted before", async () => {
    bench.aborter.abort();
    const message = await bench.failure(bench.build());
    assert.equal(message, "The build of app:1 in the registry acrweb was interrupted before it began.");
    assert.deepEqual(bench.calls, []);
  });

  it("cancels a run that it can no longer follow", async () => {
    bench.builder = new LedBuilder().build;
    bench.fault = faultAt("/runs/cb1", azureError(403, "AuthorizationFailed", "No."));
    const message = await bench.failure(bench.build());
    assert.match(
      message,
      /^Cannot follow the run cb1 of the registry acrweb: Azure answered 403 .*\nIts run cb1 is cancelled\.$/,
    );
  });

  it("goes on without the log where that cannot be read, and says so once", async () => {
    bench.fault = faultAt("/listLogSasUrl", azureError(403, "AuthorizationFailed", "No."));
    assert.equal((await bench.build()).digest, DIGEST);
    assert.equal(bench.lines.length, 2);
    assert.match(
      bench.lines[1] ?? "",
      /^The build goes on without its log\. Cannot read the log of the run cb1 of the registry acrweb: /,
    );
  });

  it("waits a little for the end of the log, and not for ever", async () => {
    bench.fault = ({ url, method }) =>
      method === "GET" && url.pathname.endsWith("rawtext.log")
        ? { status: 404, headers: { "x-ms-error-code": "BlobNotFound" } }
        : undefined;
    assert.equal((await bench.build()).digest, DIGEST);
    assert.equal(bench.waits.filter((milliseconds) => milliseconds === 1000).length, 5);
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
