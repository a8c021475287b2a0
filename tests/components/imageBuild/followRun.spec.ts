// How a run is followed until its end.
import { strict as assert } from "node:assert";
import { type HttpClient, RestError } from "@azure/core-rest-pipeline";
import { azureError, type EmulatedResponse } from "../../../rehearsal/network/handler";
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
    assert.equal(bench.lines.length, 3);
    assert.match(
      bench.lines[2] ?? "",
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

  describe("through an outage of Azure", () => {
    const busy = (status: number) => azureError(status, "Busy", "Not now.", { headers: { "retry-after-ms": "1" } });
    const said = (got: string) =>
      "Azure does not tell how the run cb1 is, which goes on meanwhile; it is asked again for up to 5 minutes. " +
      `Cannot follow the run cb1 of the registry acrweb: ${got}`;
    const ABOUT_AZURE = /^Azure does not tell/;
    let builder: LedBuilder;
    let down: boolean;

    beforeEach(() => {
      builder = new LedBuilder();
      bench.builder = builder.build;
      down = false;
    });

    const failWith = (response: EmulatedResponse) => {
      const fault = faultAt("/runs/cb1", response);
      bench.fault = (request) => (down ? fault(request) : undefined);
    };

    it("of some minutes, and says each time once that there is one", async () => {
      failWith(busy(503));
      bench.onWait = (count) => {
        down = count < 20 && count !== 10;
        if (count === 20) builder.finish();
      };
      assert.deepEqual(await bench.build(), { digest: DIGEST, how: "built" });
      const line = said("Azure answered 503 Busy: Not now.");
      assert.deepEqual(
        bench.lines.filter((text) => ABOUT_AZURE.test(text)),
        [line, line],
      );
    });

    it("by too many requests", async () => {
      failWith(busy(429));
      bench.onWait = (count) => {
        down = count < 3;
        if (count === 3) builder.finish();
      };
      assert.deepEqual(await bench.build(), { digest: DIGEST, how: "built" });
      assert.match(bench.lines.find((text) => ABOUT_AZURE.test(text)) ?? "", /Azure answered 429 Busy: Not now\./);
    });

    it("that is one of the network", async () => {
      const httpClient: HttpClient = {
        sendRequest: (request) =>
          down && request.url.includes("/runs/cb1?")
            ? Promise.reject(new RestError("getaddrinfo EAI_AGAIN management.azure.com", { code: "EAI_AGAIN", request }))
            : bench.emulation.http.sendRequest(request),
      };
      bench.onWait = (count) => {
        down = count < 3;
        if (count === 3) builder.finish();
      };
      assert.deepEqual(await bench.build({}, bench.registry("legacy", { httpClient })), { digest: DIGEST, how: "built" });
      assert.match(bench.lines.find((text) => ABOUT_AZURE.test(text)) ?? "", /: getaddrinfo EAI_AGAIN management\.azure\.com /);
    });

    it("and is given up five minutes after the last answer", async () => {
      let answeredMs = 0;
      failWith(busy(503));
      bench.onWait = () => {
        down = bench.clockMs > 100_000;
        if (!down) answeredMs = bench.clockMs;
      };
      assert.equal(
        await bench.failure(bench.build({ timeoutSeconds: 1200 })),
        "Cannot follow the run cb1 of the registry acrweb: Azure answered 503 Busy: Not now.\nIts run cb1 is cancelled.",
      );
      const silentMs = bench.clockMs - answeredMs;
      assert.ok(silentMs >= 300_000 && silentMs < 311_000, String(silentMs));
    });

    it("and is given up when the run should have ended long ago", async () => {
      failWith(busy(503));
      bench.onWait = () => {
        down = bench.clockMs > 850_000;
      };
      assert.match(
        await bench.failure(bench.build()),
        /^Cannot follow the run cb1 .* 503 Busy: Not now\.\nIts run cb1 is cancelled\.$/,
      );
      assert.ok(bench.clockMs >= 900_000 && bench.clockMs < 911_000, String(bench.clockMs));
    });

    it("but not through a refusal", async () => {
      failWith(azureError(403, "AuthorizationFailed", "No."));
      bench.onWait = () => {
        down = true;
      };
      assert.match(await bench.failure(bench.build()), /^Cannot follow the run cb1 .* 403 .*\nIts run cb1 is cancelled\.$/);
      assert.deepEqual(bench.waits, [500]);
    });
  });
});
