// A build is uploaded and scheduled, by the unmodified clients over HTTP against the emulated Azure.
import { strict as assert } from "node:assert";
import { storageError } from "../../../rehearsal/cloud/storageErrors";
import { azureError } from "../../../rehearsal/network/handler";
import { DIGEST, faultAt, LedBuilder, REGISTRY_ID, throttled } from "../../support/registryEmulation";
import { ABAC, ARCHIVE, EXPIRED, RegistryBench } from "./registryBench";

describe("the clients of a registry", () => {
  let bench: RegistryBench;
  const { signal } = new AbortController();

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

  describe("schedule a build", () => {
    function sent() {
      const scheduled = bench.requests.find(({ url }) => url.includes("/scheduleRun"));
      assert.ok(scheduled);
      return { body: JSON.parse(String(scheduled.body)), version: new URL(scheduled.url).searchParams.get("api-version") };
    }
    const body = {
      type: "DockerBuildRequest",
      imageNames: ["app:1"],
      isPushEnabled: true,
      dockerFilePath: "Dockerfile",
      platform: { os: "Linux", architecture: "amd64" },
      arguments: [],
      timeout: 600,
    };

    it("and know its run at once", async () => {
      bench.builder = new LedBuilder().build;
      assert.equal(await bench.schedule(), "cb1");
      const { sourceLocation, ...rest } = sent().body;
      assert.match(sourceLocation, /^source\//);
      assert.deepEqual(rest, body);
      assert.equal(sent().version, "2019-06-01-preview");
    });

    it("that pushes as whoever scheduled it where the registry decides by data actions", async () => {
      bench.roleMode = ABAC;
      const run = await bench.schedule(bench.registry("abac"));
      const { sourceLocation: _, ...rest } = sent().body;
      assert.deepEqual(rest, { ...body, credentials: { sourceRegistry: { identity: "[caller]" } } });
      assert.equal(sent().version, "2025-03-01-preview");
      const { images } = await bench.registry("abac").run(run, signal);
      assert.deepEqual(images, [{ repository: "app", tag: "1", digest: DIGEST }]);
    });

    for (const [roleMode, azure] of [
      ["legacy", "LegacyRegistryPermissions"],
      ["abac", ABAC],
    ] as const) {
      it(`and know its run where Azure answers that it is not there yet, in the role mode ${roleMode}`, async () => {
        bench.roleMode = azure;
        const location = `https://management.azure.com${REGISTRY_ID}/runs/cb7`;
        bench.fault = ({ url }) => {
          if (url.pathname.endsWith("/runs/cb7")) return { status: 202, headers: { location } };
          if (!url.pathname.endsWith("/scheduleRun")) return undefined;
          return { status: 202, headers: { location }, body: { properties: { runId: "cb7", status: "Queued" } } };
        };
        assert.equal(await bench.schedule(bench.registry(roleMode)), "cb7");
      });
    }

    it("once more where Azure throttles, as soon as it says", async () => {
      bench.fault = faultAt("/scheduleRun", { ...throttled(0), headers: { "retry-after-ms": "5" } }, 2);
      assert.equal(await bench.schedule(), "cb1");
      assert.equal(bench.calls.filter((call) => call === "POST /scheduleRun").length, 3);
    });

    it("and give up where Azure throttles for long", async () => {
      bench.fault = faultAt("/scheduleRun", { ...throttled(0), headers: { "retry-after-ms": "5" } });
      assert.equal(
        await bench.failure(bench.schedule()),
        "Cannot schedule the build in the registry acrweb: Azure answered 429 TooManyRequests: The request is being throttled. " +
          "Too many requests reach Azure from this subscription: wait some minutes and run again.",
      );
    });

    it("only once where it is not known whether it was scheduled", async () => {
      bench.fault = faultAt("/scheduleRun", azureError(500, "InternalServerError", "Something broke."));
      const message =
        "Cannot schedule the build in the registry acrweb: Azure answered 500 InternalServerError: Something broke.";
      assert.equal(await bench.failure(bench.schedule()), message);
      assert.equal(bench.calls.filter((call) => call === "POST /scheduleRun").length, 1);
    });

    it("not where free credits do not permit it, and name what does", async () => {
      bench.emulation.azure.state.tasksAllowed = false;
      assert.equal(
        await bench.failure(bench.schedule()),
        "Cannot schedule the build in the registry acrweb: Azure answered TasksOperationsNotAllowed, as it does where a free or trial subscription may not " +
          "build in a registry. Set imageBuilder to docker to build with Docker on this machine, or to prebuilt to deploy an image that is already " +
          "pushed. See https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview",
      );
    });
  });

  describe("upload", () => {
    it("to a second address where the first has expired", async () => {
      const used: string[] = [];
      bench.fault = ({ method, url }) => {
        if (method !== "PUT") return undefined;
        used.push(url.pathname);
        return used.length === 1 ? EXPIRED(Date.now()) : undefined;
      };
      const source = await bench.registry().upload(ARCHIVE, signal);
      assert.equal(used.length, 2);
      assert.notEqual(used[0], used[1]);
      assert.equal(used[1]?.endsWith(source), true);
      assert.equal(await bench.schedule(bench.registry(), { source }), "cb1");
    });

    it("not to a third", async () => {
      bench.fault = ({ method }) => (method === "PUT" ? EXPIRED(Date.now()) : undefined);
      assert.equal(
        await bench.failure(bench.registry().upload(ARCHIVE, signal)),
        "Cannot upload the build context to the registry acrweb: Azure Storage answered 403 AuthenticationFailed. " +
          "A new address did not help: check this machine's clock, and its proxy.",
      );
      assert.equal(bench.calls.filter((call) => call === "PUT source").length, 2);
    });

    it("not again what Azure Storage does not want", async () => {
      bench.fault = ({ method }) => (method === "PUT" ? storageError("Md5Mismatch")(Date.now()) : undefined);
      assert.equal(
        await bench.failure(bench.registry().upload(ARCHIVE, signal)),
        "Cannot upload the build context to the registry acrweb: Azure Storage answered 400 Md5Mismatch.",
      );
      assert.equal(bench.calls.filter((call) => call === "PUT source").length, 1);
    });

    it("to nothing that is no address", async () => {
      bench.fault = faultAt("/listBuildSourceUploadUrl", {
        status: 200,
        body: { uploadUrl: "?sig=secret", relativePath: "source/a" },
      });
      assert.equal(
        await bench.failure(bench.registry().upload(ARCHIVE, signal)),
        "Cannot upload the build context to the registry acrweb: Azure's answer is not understood (✖ Invalid URL → at uploadUrl).",
      );
    });
  });
});
