// A process that the rehearsal starts: it ends when it is told to, whoever else holds its output.
import { strict as assert } from "node:assert";
import { tmpdir } from "node:os";
import { ManagedProcess } from "../../../rehearsal/cluster/process";

/** Prints the id of a process in a group of its own that inherits its output, and goes on as `then` says. */
const detached = (then: string) =>
  `const { pid } = require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { detached: true, stdio: "inherit" });
   process.stdout.write(pid + "\\n", () => { ${then} });`;

describe("a process of the rehearsal", () => {
  const strangers: number[] = [];
  afterEach(() => {
    for (const pid of strangers.splice(0)) process.kill(pid, "SIGKILL");
  });

  const start = (script: string) =>
    new ManagedProcess({ file: process.execPath, args: ["-e", script], directory: tmpdir(), environment: {} });
  const remember = (output: string) => {
    assert.match(output, /^\d+\n/);
    strangers.push(Number.parseInt(output, 10));
  };

  it("is seen to end though a process outside its group holds its output", async () => {
    const pod = start(detached("process.exit(3)"));
    assert.equal(await pod.ended, "exited with code 3");
    remember(pod.output);
  });

  it("can be stopped though a process outside its group holds its output", async () => {
    const pod = start(detached("setInterval(() => {}, 1000);"));
    await new Promise<void>((resolve) => {
      const look = () => (pod.output === "" ? setImmediate(look) : resolve());
      look();
    });
    remember(pod.output);
    await pod.stop();
    assert.equal(pod.end, "was ended by SIGTERM");
  });

  it("keeps what it printed last", async () => {
    const pod = start(`process.stdout.write("a".repeat(100_000) + "the end"); process.exitCode = 1;`);
    assert.equal(await pod.ended, "exited with code 1");
    assert.equal(pod.output.length, 64 * 1024);
    assert.ok(pod.output.endsWith("the end"));
  });
});
