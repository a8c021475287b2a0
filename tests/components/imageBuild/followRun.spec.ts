// How a run is followed until its end.
import { strict as assert } from "node:assert";
import { azureError } from "../../../rehearsal/network/handler";
import { DIGEST, faultAt, LedBuilder } from "../../support/registryEmulation";
import { RegistryBench } from "./registryBench";

describe("A run is followed, and the build", () => {
  let bench: RegistryBench;

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

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
});
