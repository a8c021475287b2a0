import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cpusOf, memoryOf, podUptimeSeconds } from "../../app/src/pod";

const folders: string[] = [];

function controlGroup(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "cgroup-"));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

describe("The facts of the pod", () => {
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it("take memory from control group version 2, without the cache that the kernel can drop", () => {
    const root = controlGroup({
      "memory.current": "100000000\n",
      "memory.max": "268435456\n",
      "memory.stat": "anon 60000000\ninactive_file 40000000\nactive_file 1\n",
    });
    deepStrictEqual(memoryOf(root), { usedBytes: 60_000_000, limitBytes: 268_435_456, of: "container" });
  });

  it("say that there is no limit where there is none", () => {
    const root = controlGroup({ "memory.current": "1000\n", "memory.max": "max\n", "memory.stat": "inactive_file 5000\n" });
    deepStrictEqual(memoryOf(root), { usedBytes: 0, limitBytes: null, of: "container" });
  });

  it("take memory from control group version 1", () => {
    const root = controlGroup({
      "memory/memory.usage_in_bytes": "100000000\n",
      "memory/memory.limit_in_bytes": "268435456\n",
      "memory/memory.stat": "inactive_file 1\ntotal_inactive_file 30000000\n",
    });
    deepStrictEqual(memoryOf(root), { usedBytes: 70_000_000, limitBytes: 268_435_456, of: "container" });
  });

  it("do not pass the node's memory off as the container's", () => {
    const root = controlGroup({
      "memory/memory.usage_in_bytes": "16000000000\n",
      "memory/memory.limit_in_bytes": "9223372036854771712\n",
    });
    const memory = memoryOf(root);
    strictEqual(memory.of, "process");
    ok(memory.usedBytes < 4_000_000_000);
  });

  it("fall back to the process where there is no control group", () => {
    const { of, limitBytes } = memoryOf(join(tmpdir(), "no-such-cgroup"));
    deepStrictEqual({ of, limitBytes }, { of: "process", limitBytes: null });
  });

  for (const [files, cpus] of [
    [{ "cpu.max": "50000 100000\n" }, 0.5],
    [{ "cpu.max": "max 100000\n" }, availableParallelism()],
    [{ "cpu/cpu.cfs_quota_us": "150000\n", "cpu/cpu.cfs_period_us": "100000\n" }, 1.5],
    [{ "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n" }, availableParallelism()],
    [{ "cpu.max": "garbage" }, availableParallelism()],
    [{}, availableParallelism()],
  ] as const) {
    it(`count ${cpus} CPUs by ${JSON.stringify(files)}`, () => strictEqual(cpusOf(controlGroup(files)), cpus));
  }

  const now = 1_800_000_000_000;
  const stat = (fileDevice: number) => (path: string) =>
    path === "/etc/hostname" ? { dev: fileDevice, mtimeMs: now - 7_200_000 } : { dev: 1, mtimeMs: 0 };

  it("take the pod's age from the host name's file that the runtime mounts", () =>
    strictEqual(podUptimeSeconds(now, stat(2)), 7200));

  it("take the process for the pod where nothing is mounted", () => {
    ok(podUptimeSeconds(now, stat(1)) < 7200);
    ok(podUptimeSeconds(now, () => undefined) < 7200);
  });
});
