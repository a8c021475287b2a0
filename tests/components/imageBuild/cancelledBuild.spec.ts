// A build that is given up: its run in Azure is cancelled.
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers/promises";
import { azureError } from "../../../rehearsal/network/handler";
import { faultAt, LedBuilder } from "../../support/registryEmulation";
import { ENDING, RegistryBench } from "./registryBench";

describe("A build that is given up", () => {
  let bench: RegistryBench;

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

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
});
