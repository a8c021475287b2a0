// The log of a run, read while it grows, by the unmodified clients over HTTP against the emulated Azure.
import { strict as assert } from "node:assert";
import { DIGEST, IMAGE, LedBuilder } from "../../support/registryEmulation";
import { EXPIRED, RegistryBench } from "./registryBench";

describe("the log of a run", () => {
  let bench: RegistryBench;
  const { signal } = new AbortController();

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

  it("is read in the pieces in which it comes, until the run has ended", async () => {
    const builder = new LedBuilder();
    bench.builder = builder.build;
    const log = bench.registry().log(await bench.schedule());
    const { log: write } = await builder.started;
    assert.deepEqual(await log.read(signal), { lines: [], complete: false });
    write("one 🚢");
    write("two");
    assert.deepEqual(await log.read(signal), { lines: ["one 🚢", "two"], complete: false });
    assert.deepEqual(await log.read(signal), { lines: [], complete: false });
    write("three");
    builder.finish();
    assert.deepEqual(await log.read(signal), { lines: ["three", "Run ID: cb1 was successful after 0s"], complete: true });
    const before = bench.calls.length;
    assert.deepEqual(await log.read(signal), { lines: [], complete: true });
    assert.equal(bench.calls.length, before);
  });

  it("is read to its end where the run ends without a further line", async () => {
    const builder = new LedBuilder();
    bench.builder = builder.build;
    const registry = bench.registry();
    const run = await bench.schedule(registry);
    const log = registry.log(run);
    (await builder.started).log("a line");
    assert.deepEqual(await log.read(signal), { lines: ["a line"], complete: false });
    await registry.cancel(run);
    assert.deepEqual(await log.read(signal), { lines: [], complete: true });
  });

  it("is read whole where it is larger than what is read at a time", async () => {
    const written = Array.from({ length: 350 }, (_, line) => `${line} ${"é".repeat(1900)}`);
    bench.builder = async (_input, write) => {
      for (const line of written) write(line);
      return { digest: DIGEST, image: IMAGE };
    };
    const run = await bench.schedule();
    const { lines, complete } = await bench.registry().log(run).read(signal);
    assert.deepEqual([lines.slice(0, -1), complete], [written, true]);
    // From the second on, with the byte before.
    const ranges = bench.requests.map(({ headers }) => headers.get("range")).filter((range) => range !== undefined);
    assert.deepEqual(ranges, ["bytes=0-1048575", "bytes=1048575-2097150"]);
  });

  it("is read at a new address where the first has expired, and not at a third", async () => {
    const builder = new LedBuilder();
    bench.builder = builder.build;
    const log = bench.registry().log(await bench.schedule());
    (await builder.started).log("a line");
    let refusals = 1;
    bench.fault = ({ method, url }) =>
      method === "GET" && url.pathname.endsWith("rawtext.log") && refusals-- > 0 ? EXPIRED(Date.now()) : undefined;
    assert.deepEqual((await log.read(signal)).lines, ["a line"]);
    assert.equal(bench.calls.filter((call) => call === "POST /runs/cb1/listLogSasUrl").length, 2);
    refusals = 2;
    assert.equal(await bench.failure(log.read(signal)), "Azure Storage does not let the log be read (403 AuthenticationFailed).");
  });
});
