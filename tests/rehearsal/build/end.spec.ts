// Builds that are ended while they are under way.
import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { BuildYard, failureOf } from "./builds";

describe("a build that is under way", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  // Says its process id in the project's folder, and goes on for ever.
  const ENDLESS = 'require("node:fs").writeFileSync(process.env.STARTED, String(process.pid)); setInterval(() => {}, 1000);';
  const start = (signal?: AbortSignal, limit?: AbortSignal) => {
    const started = join(yard.project, "started");
    const seen = new Promise<number>((resolve) => {
      const watcher = watch(yard.project, () => {
        const pid = existsSync(started) ? readFileSync(started, "utf8") : "";
        if (pid === "") return;
        watcher.close();
        resolve(Number(pid));
      });
    });
    const lines = [
      "FROM scratch",
      `ENV STARTED=${started}`,
      "COPY endless.js /",
      ...(limit === undefined ? [] : ["RUN make"]),
      "RUN node endless.js",
      "COPY endless.js /after.js",
      'CMD ["node"]',
    ];
    return {
      seen,
      built: yard.build({ Dockerfile: lines.join("\n"), "endless.js": ENDLESS }, {}, signal, limit && { limit: () => limit }),
    };
  };
  const isRunning = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("ends by its signal with every process, and performs no further step", async () => {
    const abort = new AbortController();
    const { seen, built } = start(abort.signal);
    const pid = await seen;
    abort.abort();
    const ended = await built;
    assert.equal(isRunning(pid), false);
    assert.equal(failureOf(ended), "the build was cancelled");
    assert.deepEqual(ended.files, { "/endless.js": ENDLESS });
    assert.deepEqual(ended.log.slice(3), ["Step 4/6 : RUN node endless.js", "the build was cancelled"]);
  });

  it("fails at its limit, names the step that was under way, and ends its processes", async () => {
    const limit = new AbortController();
    const { seen, built } = start(undefined, limit.signal);
    const pid = await seen;
    limit.abort();
    const ended = await built;
    assert.equal(isRunning(pid), false);
    assert.equal(failureOf(ended), "the build takes longer than 10 minutes (Dockerfile line 5: RUN node endless.js)");
    assert.deepEqual(ended.files, { "/endless.js": ENDLESS });
    assert.deepEqual(ended.log.slice(5), ["Step 5/7 : RUN node endless.js", failureOf(ended)]);
  });

  it("leaves others alone", async () => {
    const abort = new AbortController();
    const { seen, built } = start(abort.signal);
    const pid = await seen;
    const other = yard.lines(["FROM scratch", 'CMD ["node"]']);
    abort.abort();
    assert.equal(failureOf(await built), "the build was cancelled");
    assert.equal(isRunning(pid), false);
    assert.ok("digest" in (await other).outcome);
  });

  it("does not begin with a signal that has been given", async () => {
    assert.equal(failureOf(await yard.build({ Dockerfile: "FROM scratch" }, {}, AbortSignal.abort())), "the build was cancelled");
    assert.deepEqual(readdirSync(yard.directory), []);
  });
});
