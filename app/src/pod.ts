// What this pod is: name, age, load, memory, CPUs; of the container where a control group says so.
import { readFileSync, type Stats, statSync } from "node:fs";
import { availableParallelism, hostname, loadavg } from "node:os";
import { join } from "node:path";
import type { Config } from "./config";

export interface PodFacts {
  readonly host: string;
  readonly name: string | null;
  readonly namespace: string | null;
  readonly uptimeSeconds: number;
  readonly processUptimeSeconds: number;
  /** Averages over 1, 5 and 15 minutes, of the whole node: the kernel keeps none for a container. */
  readonly load: readonly number[];
  readonly memory: Memory;
  /** The container's CPU limit, or the CPUs that it may run on. */
  readonly cpus: number;
}

export interface Memory {
  /** What counts against the limit: usage without the file cache that the kernel can drop at once, as `kubectl top` shows it. */
  readonly usedBytes: number;
  readonly limitBytes: number | null;
  readonly of: "container" | "process";
}

function read(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8").trim();
  } catch {
    return undefined;
  }
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function statOf(text: string | undefined, key: string): number {
  return integer(new RegExp(`^${key} (\\d+)$`, "m").exec(text ?? "")?.[1]) ?? 0;
}

/** A limit above this is version 1's way to say that there is none (the largest page-aligned number). */
const NO_LIMIT_BYTES = 2 ** 60;

/** Memory of the control group mounted at `root`, version 2 or 1; where there is none, of this process alone. */
export function memoryOf(root = "/sys/fs/cgroup"): Memory {
  const current = integer(read(root, "memory.current"));
  if (current !== undefined) {
    const cache = statOf(read(root, "memory.stat"), "inactive_file");
    return { usedBytes: Math.max(0, current - cache), limitBytes: integer(read(root, "memory.max")) ?? null, of: "container" };
  }
  const usage = integer(read(root, "memory/memory.usage_in_bytes"));
  const limit = integer(read(root, "memory/memory.limit_in_bytes"));
  // The node's own group has these files too, but no limit: its usage must not pass for the container's.
  if (usage === undefined || limit === undefined || limit >= NO_LIMIT_BYTES)
    return { usedBytes: process.memoryUsage.rss(), limitBytes: null, of: "process" };
  const cache = statOf(read(root, "memory/memory.stat"), "total_inactive_file");
  return { usedBytes: Math.max(0, usage - cache), limitBytes: limit, of: "container" };
}

/** CPUs by the quota of the control group mounted at `root`; without one, those that this process may run on. */
export function cpusOf(root = "/sys/fs/cgroup"): number {
  const [quotaText, periodText] = read(root, "cpu.max")?.split(" ") ?? [
    read(root, "cpu/cpu.cfs_quota_us"),
    read(root, "cpu/cpu.cfs_period_us"),
  ];
  const quota = integer(quotaText);
  const period = integer(periodText);
  if (quota === undefined || period === undefined || period === 0) return availableParallelism();
  return Math.round((quota / period) * 100) / 100;
}

/**
 * Seconds since the pod started. The container runtime writes the host name's file once, when it creates the pod's sandbox, and mounts it into
 * every container: it is as old as the pod and outlives a restart of the container, while PID 1 is only as old as the container.
 * Where no such file is mounted (another device than its folder), the process is the pod.
 */
export function podUptimeSeconds(
  now: number,
  stat: (path: string) => Pick<Stats, "dev" | "mtimeMs"> | undefined = statIfThere,
): number {
  const ofProcess = process.uptime();
  const file = stat("/etc/hostname");
  if (file === undefined || file.dev === stat("/etc")?.dev) return ofProcess;
  return Math.max(ofProcess, (now - file.mtimeMs) / 1000);
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

export function podFacts(config: Config, now: number): PodFacts {
  return {
    host: config.hostname ?? hostname(),
    name: config.podName ?? null,
    namespace: config.podNamespace ?? null,
    uptimeSeconds: Math.round(podUptimeSeconds(now)),
    processUptimeSeconds: Math.round(process.uptime()),
    load: loadavg().map((value) => Math.round(value * 100) / 100),
    memory: memoryOf(),
    cpus: cpusOf(),
  };
}
