import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watchPeaks } from "../../bench/scale/processPeaks";
import { perWorkload } from "../../bench/scale/scaleFigures";
import { costOf, workloadsOf } from "../../bench/scale/scaleRun";
import { NAME_RULES } from "../../chain";

describe("the growth with workloads", () => {
  it("is what each workload costs beyond the smallest run, against the first of these", () => {
    assert.deepEqual(
      perWorkload([
        { workloads: 1, value: 10 },
        { workloads: 101, value: 210 },
        { workloads: 301, value: 910 },
      ]),
      [
        { workloads: 101, perWorkload: 2, ratio: 1 },
        { workloads: 301, perWorkload: 3, ratio: 1.5 },
      ],
    );
  });

  it("says nothing of one run alone", () => assert.deepEqual(perWorkload([{ workloads: 1, value: 10 }]), []));

  it("is measured with keys that stay the same when more are added, the default workload being one of them", () => {
    assert.deepEqual(workloadsOf(3), { w0001: {}, w0002: {} });
    assert.deepEqual(workloadsOf(1), {});
    assert.ok(Object.keys(workloadsOf(1000)).every((key) => NAME_RULES.workload.pattern.test(key)));
  });

  it("counts the first process as the engine, Pulumi's runner as the program, and the processor time of all", () => {
    const process = (command: string, peakMegabytes: number, cpuSeconds: number) => ({ command, peakMegabytes, cpuSeconds });
    assert.deepEqual(
      costOf([
        process("/engine/pulumi up", 100, 1),
        process("node /engine/pulumi-language-nodejs 127.0.0.1:1", 50, 0.5),
        process("node /p/node_modules/@pulumi/pulumi/cmd/run/index.js --monitor=x .", 300, 4),
      ]),
      { cpuSeconds: 5.5, engineMegabytes: 100, programMegabytes: 300 },
    );
  });

  it("finds the peak of a process below the watched one", async function () {
    if (process.platform !== "linux") this.skip();
    const program = "const kept = Buffer.alloc(150e6, 1); console.log(kept.length); process.stdin.resume();";
    const child = spawn("/bin/sh", ["-c", `"${process.execPath}" -e '${program}'; true`], { stdio: ["pipe", "pipe", "inherit"] });
    await once(child.stdout, "data");
    // The first look comes at once.
    const peaks = watchPeaks(child.pid ?? 0).stop();
    child.stdin.end();
    await once(child, "close");
    const [shell, node] = peaks;
    assert.equal(peaks.length, 2);
    assert.match(shell?.command ?? "", /^\/bin\/sh -c /);
    assert.ok((shell?.peakMegabytes ?? 0) < 100, String(shell?.peakMegabytes));
    assert.ok((node?.peakMegabytes ?? 0) > 150, String(node?.peakMegabytes));
  });
});
