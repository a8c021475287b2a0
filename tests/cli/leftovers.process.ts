// What npm run rehearse leaves behind when it cannot end in order: nothing, or nothing that the next one does not clear.
import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildApp } from "../app/appProcess";
import { ROOT } from "../support/program";
import { APP, type CliProcess, CliRuns, listens } from "./cliProcess";

/** How long a process that does not obey SIGTERM is given: a second Ctrl-C does not wait for that. */
const GRACE_MS = 2000;

describe("npm run rehearse, ended out of order", function () {
  this.timeout(60_000);
  let runs: CliRuns;
  const started: CliProcess[] = [];
  before(() => {
    buildApp();
    runs = new CliRuns(1);
  });
  afterEach(() => {
    for (const run of started.splice(0)) if (run.groupLives()) run.signalGroup("SIGKILL");
  });
  after(() => runs.remove());

  const start = (program: string | undefined, ...args: readonly string[]) => {
    const run = program === undefined ? runs.start(...args) : runs.startIn(program, ...args);
    started.push(run);
    return run;
  };

  it("whose output nobody reads any more: ends with exit code 130, without a message", async () => {
    const run = start(undefined, "--app", APP);
    await run.shows(/emulated Azure on loopback/);
    run.hangUp();
    const { code, stderr } = await run.ended;
    assert.deepEqual({ code, stderr }, { code: 130, stderr: "" });
    assert.deepEqual(runs.left(), []);
  });

  it("by SIGKILL while it serves: the next run ends its pods and removes its files", async () => {
    const run = start(undefined, "--serve", "--app", APP);
    const [, url = ""] = await run.shows(/^app\/app-0 +(http:\S+)\n(?:.*\n)*Serving until Ctrl-C\.\n/m);
    run.signalGroup("SIGKILL");
    await run.ended;
    const port = Number(new URL(url).port);
    assert.equal(await listens(port), true);
    assert.equal(runs.left().length, 1);
    assert.equal((await runs.run("--set", "defect=exits")).code, 2);
    assert.equal(await listens(port), false);
    assert.deepEqual(runs.left(), []);
  });

  it("leaves the files of a run that still goes on to it", async () => {
    const run = start(undefined, "--serve", "--app", "exit 1");
    await run.shows(/Serving until Ctrl-C\.\n/);
    const [own] = runs.left();
    await runs.run("--set", "defect=exits");
    assert.deepEqual(runs.left(), [own]);
    run.signal("SIGINT");
    assert.equal((await run.ended).code, 1);
    assert.deepEqual(runs.left(), []);
  });

  it("by a second Ctrl-C: does not wait for a pod that does not obey", async () => {
    const marker = join(runs.temporary, "pod");
    const run = start(undefined, "--app", `trap "" TERM; echo $$ > "${marker}"; while true; do sleep 1; done`);
    await run.shows(/resources registered/);
    await until(() => readFileSync(marker, "utf8").endsWith("\n"));
    const sinceMs = performance.now();
    const again = setInterval(() => run.signal("SIGINT"), 50);
    const { code } = await run.ended.finally(() => clearInterval(again));
    assert.equal(code, 130);
    assert.ok(performance.now() - sinceMs < GRACE_MS);
    assert.deepEqual(runs.left(), []);
  });

  for (const builder of ["acr", "docker"]) {
    it(`while ${builder} builds an image: Ctrl-C ends the build, with exit code 130`, async () => {
      const folder = join(runs.temporary, "image");
      const marker = join(runs.temporary, "building");
      mkdirSync(folder);
      writeFileSync(
        join(folder, "build.js"),
        `const server = require("node:net").createServer().listen(0, "127.0.0.1", () =>
           require("node:fs").writeFileSync(${JSON.stringify(marker)}, server.address().port + "\\n"));`,
      );
      writeFileSync(join(folder, "Dockerfile"), 'FROM scratch\nCOPY build.js /\nRUN node build.js\nCMD ["node"]\n');
      const run = start(ROOT, "--set", `imageBuilder=${builder}`, "--set", `appFolder=${folder}`);
      await until(() => readFileSync(marker, "utf8").endsWith("\n"));
      const port = Number(readFileSync(marker, "utf8"));
      assert.equal(await listens(port), true);
      run.signal("SIGINT");
      const { code, stderr } = await run.ended;
      assert.deepEqual({ code, stderr }, { code: 130, stderr: "" });
      assert.equal(await listens(port), false);
      rmSync(folder, { recursive: true });
      rmSync(marker);
      assert.deepEqual(runs.left(), []);
    });
  }
});

async function until(holds: () => boolean): Promise<void> {
  const seen = () => {
    try {
      return holds();
    } catch {
      return false;
    }
  };
  while (!seen()) await new Promise((resolve) => setTimeout(resolve, 10));
}
