// A run that gives no image: what a person reads.
import { strict as assert } from "node:assert";
import { LedBuilder } from "../../support/registryEmulation";
import { ENDING, RegistryBench, TIMEOUT_SECONDS } from "./registryBench";

describe("A build whose run gives no image", () => {
  let bench: RegistryBench;

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

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
});
