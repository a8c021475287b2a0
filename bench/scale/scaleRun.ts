// A stack with so many workloads on the real Pulumi engine, against the emulated cloud: how long preview and up take, and what memory.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf, openEngineStack } from "../../rehearsal/engine/engineStack";
import type { Engine } from "../../rehearsal/engine/findEngine";
import type { EngineSession } from "../../rehearsal/engine/session";
import { startNetwork } from "../../rehearsal/network/network";
import { readStack } from "../../rehearsal/stack";
import { PROGRAM_CLIENT } from "../../rehearsal/stackProgram";
import { createWorld } from "../../rehearsal/world";
import { type ProcessPeak, watchPeaks } from "./processPeaks";

export interface ScaleOptions {
  readonly root: string;
  readonly engine: Engine;
  /** Workloads of the stack, each with an identity, a ServiceAccount and a namespace of its own. */
  readonly workloads: number;
  /** Whether the engine writes its state at every step, as it does by itself. */
  readonly checkpoints: boolean;
}

export interface Cost {
  /** From the start of the CLI to its end. */
  readonly seconds: number;
  /** Of the engine, the language host and the program. Less at the mercy of what else the machine does than `seconds`. */
  readonly cpuSeconds: number;
  readonly engineMegabytes: number;
  readonly programMegabytes: number;
}

export interface ScaleRun {
  readonly workloads: number;
  /** What `up` created, components and providers included. */
  readonly resources: number;
  readonly preview: Cost;
  readonly up: Cost;
  /** Of the stand-ins for Azure and Kubernetes during `up`, which real providers do not take: part of the time, and of no memory above. */
  readonly standInCpuSeconds: number;
}

/** Nothing is built, and nothing pulled: the pods come up by the chain's rules. */
const PREBUILT = ["imageBuilder=prebuilt", `image=registry.example/app@sha256:${"a".repeat(64)}`];
/** https://www.pulumi.com/docs/iac/cli/environment-variables/ - without checkpoints an up that is killed leaves nothing to go on from. */
const NO_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** What `workloads` is set to: the default workload is one of them. A key is all that differs, and everything else follows from it. */
export function workloadsOf(count: number): Record<string, object> {
  return Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`w${String(index + 1).padStart(4, "0")}`, {}]));
}

/** Throws an error with what the CLI said where one of the runs fails. */
export async function scaleRun({ root, engine, workloads, checkpoints }: ScaleOptions): Promise<ScaleRun> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const files = readStack(root, "dev", [...PREBUILT, `workloads=${JSON.stringify(workloadsOf(workloads))}`]);
  const world = createWorld(files, undefined, folder);
  const network = await startNetwork(world.hosts);
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, network.caPem);
  try {
    const stack = await openEngineStack({
      engine,
      files,
      world,
      folder,
      network: { proxyUrl: network.clientUrl(PROGRAM_CLIENT), caFile },
      environment: checkpoints ? {} : NO_CHECKPOINTS,
    });
    try {
      const preview = await measured(stack, "preview");
      const before = process.cpuUsage();
      const up = await measured(stack, "up", "--yes", "--skip-preview");
      const { user, system } = process.cpuUsage(before);
      return {
        workloads,
        resources: up.created,
        preview: preview.cost,
        up: up.cost,
        standInCpuSeconds: (user + system) / 1e6,
      };
    } finally {
      await stack.close();
    }
  } finally {
    await network.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(stack: EngineSession, ...args: readonly string[]): Promise<{ cost: Cost; created: number }> {
  const started = performance.now();
  const running = stack.start(...args);
  const watch = watchPeaks(running.process.pid ?? 0);
  let seconds = 0;
  running.process.once("exit", () => {
    seconds = (performance.now() - started) / 1000;
  });
  const run = await running.done.finally(() => watch.stop());
  if (run.code !== 0) throw new Error(`pulumi ${args[0]} failed:\n${failureOf(run)}`);
  const created = run.steps.filter(({ op, state }) => op === "create" && state === "done").length;
  return { cost: { seconds, ...costOf(watch.stop()) }, created };
}

/** The first of the processes is the engine; the program is what Pulumi's runner for Node.js runs. */
export function costOf(processes: readonly ProcessPeak[]): Omit<Cost, "seconds"> {
  const most = (found: readonly ProcessPeak[]) => Math.max(0, ...found.map(({ peakMegabytes }) => peakMegabytes));
  return {
    cpuSeconds: processes.reduce((sum, each) => sum + each.cpuSeconds, 0),
    engineMegabytes: most(processes.slice(0, 1)),
    programMegabytes: most(processes.filter(({ command }) => RUNNER.test(command))),
  };
}

const RUNNER = /@pulumi[/\\]pulumi[/\\]cmd[/\\]run(?=[ /\\.]|$)/;
