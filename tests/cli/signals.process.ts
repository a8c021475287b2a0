// Ctrl-C and its like: npm run rehearse ends at once with all that it started, whatever it is doing.
import { strict as assert } from "node:assert";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { buildApp } from "../app/appProcess";
import { APP, type CliProcess, CliRuns, listens } from "./cliProcess";

describe("npm run rehearse, interrupted", function () {
  this.timeout(60_000);
  let runs: CliRuns;
  let proxyFile: string;
  const pods = createServer();
  let serving: CliProcess;
  let running: CliProcess;
  let waiting: CliProcess;

  before(async () => {
    buildApp();
    runs = new CliRuns(3);
    proxyFile = join(runs.temporary, "proxy");
    await once(pods.listen(0, "127.0.0.1"), "listening");
    const address = pods.address();
    assert.ok(address !== null && typeof address === "object");
    // Each process of the pod holds a connection: it shows when both have started, and when both are gone.
    const hold = `"${process.execPath}" -e "require('node:net').connect(${address.port}, '127.0.0.1')"`;
    waiting = runs.start("--json", "--app", `${hold} & ${hold}; wait`);
    serving = runs.start("--serve", "--app", `echo "$HTTPS_PROXY" > "${proxyFile}"; ${APP}`);
    running = runs.start("--set", "defect=never-ends");
  });
  after(() => {
    for (const run of [serving, running, waiting]) if (run.groupLives()) run.signalGroup("SIGKILL");
    pods.close();
    runs.remove();
  });

  it("while the program runs: SIGTERM to the command alone ends the program too, with exit code 130 and no message", async () => {
    await running.shows(/emulated Azure on loopback/);
    running.signal("SIGTERM");
    const { code, stdout, stderr } = await running.ended;
    assert.deepEqual({ code, stderr }, { code: 130, stderr: "" });
    assert.match(stdout, /^✓ emulated Azure on loopback.*\n$/);
    assert.equal(running.groupLives(), false);
  });

  it("while it waits for a pod: Ctrl-C ends the pod and what that started, with exit code 130 and no document", async () => {
    const held = [await connection(), await connection()];
    const gone = held.map((socket) =>
      once(
        socket.resume().on("error", () => {}),
        "close",
      ),
    );
    waiting.signalGroup("SIGINT");
    assert.deepEqual(await waiting.ended, { code: 130, stdout: "", stderr: "" });
    await Promise.all(gone);
    assert.equal(waiting.groupLives(), false);
  });

  it("while it serves: Ctrl-C after a chain that works is exit code 0, and page and network are gone", async () => {
    const [, url = ""] = await serving.shows(/^app\/app-0 +(http:\S+)\n(?:.*\n)*Serving until Ctrl-C\.\n/m);
    assert.match(serving.stdout, /The chain works for 1 pod\(s\) in \d+\.\d\d s\./);
    assert.equal((await fetch(`${url}readyz`)).status, 200);
    const ports = [url, readFileSync(proxyFile, "utf8")].map((text) => Number(new URL(text).port));
    assert.deepEqual(await Promise.all(ports.map(listens)), [true, true]);
    serving.signalGroup("SIGINT");
    const { code, stderr } = await serving.ended;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(await Promise.all(ports.map(listens)), [false, false]);
    assert.equal(serving.groupLives(), false);
  });

  it("leaves no temporary file behind", async () => {
    await Promise.all([serving.ended, running.ended, waiting.ended]);
    assert.deepEqual(runs.left(), []);
  });

  const early: Socket[] = [];
  pods.on("connection", (socket) => early.push(socket));
  async function connection(): Promise<Socket> {
    const first = early.shift();
    if (first !== undefined) return first;
    const ended = waiting.ended.then(({ stdout, stderr }) => {
      throw new Error(`ended before its pod started:\n${stdout}${stderr}`);
    });
    await Promise.race([once(pods, "connection"), ended]);
    return early.shift() ?? assert.fail("no connection");
  }
});
