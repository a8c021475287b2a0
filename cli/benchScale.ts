// npm run bench -- --scale: how time and memory of preview and up grow with the workloads of a stack, on the real Pulumi engine.
import { detail, line } from "./benchOutput";

type Run = import("../bench/scale/scaleRun").ScaleRun;
type Cost = import("../bench/scale/scaleRun").Cost;

export interface ScaleSettings {
  /** Workloads of each run. */
  readonly sizes: readonly number[];
  readonly checkpoints: boolean;
}

export const SCALE_SIZES = [1, 100, 300, 1000] as const;
const AIMS = { ratio: 1.2, megabytes: 2048 } as const;

export async function printScale(root: string, { sizes, checkpoints }: ScaleSettings): Promise<void> {
  const { findEngine, isEngine } = require("../rehearsal/engine/findEngine") as typeof import("../rehearsal/engine/findEngine");
  const { scaleRun } = require("../bench/scale/scaleRun") as typeof import("../bench/scale/scaleRun");
  const engine = findEngine({ project: root });
  if (!isEngine(engine)) throw new Error(`--scale needs a Pulumi engine: ${engine.reason}`);
  const runs: Run[] = [];
  console.log(`stack dev on Pulumi ${engine.version}, state checkpoints ${checkpoints ? "on" : "off"}`);
  console.log(row("workloads", "resources", "", "seconds", "CPU seconds", "engine MB", "program MB"));
  for (const workloads of sizes) {
    const run = await scaleRun({ root, engine, workloads, checkpoints });
    runs.push(run);
    console.log(row(run.workloads, run.resources, "preview", ...cells(run.preview)));
    console.log(row("", "", "up", ...cells(run.up)));
    detail(`of the stand-ins for Azure and Kubernetes during up, not in the CPU above: ${run.standInCpuSeconds.toFixed(1)} s`);
  }
  if (runs.length > 1) printGrowth(runs);
  const most = Math.max(...runs.flatMap(({ preview, up }) => [preview, up]).map(megabytes));
  line("memory", `at most ${most.toFixed(0)} MB of engine and program`, most < AIMS.megabytes, `aim below ${AIMS.megabytes} MB`);
  detail("peaks as Linux keeps them (VmHWM), looked at every 200 ms while the processes ran");
}

const COLUMNS: readonly { readonly name: string; readonly unit: string; readonly digits: number; of(run: Run): number }[] = [
  { name: "preview time", unit: "ms", digits: 0, of: ({ preview }) => preview.seconds * 1000 },
  { name: "preview CPU", unit: "ms", digits: 0, of: ({ preview }) => preview.cpuSeconds * 1000 },
  { name: "up time", unit: "ms", digits: 0, of: ({ up }) => up.seconds * 1000 },
  { name: "up CPU", unit: "ms", digits: 0, of: ({ up }) => up.cpuSeconds * 1000 },
  { name: "preview memory", unit: "MB", digits: 2, of: ({ preview }) => megabytes(preview) },
  { name: "up memory", unit: "MB", digits: 2, of: ({ up }) => megabytes(up) },
];

function printGrowth(runs: readonly Run[]): void {
  const { perWorkload } = require("../bench/scale/scaleFigures") as typeof import("../bench/scale/scaleFigures");
  for (const { name, unit, digits, of } of COLUMNS) {
    const costs = perWorkload(runs.map((run) => ({ workloads: run.workloads, value: of(run) })));
    const shown = costs.map(({ workloads, perWorkload: cost }) => `${cost.toFixed(digits)} at ${workloads}`).join(", ");
    const worst = Math.max(...costs.map(({ ratio }) => ratio));
    const figure = `${shown} ${unit} a workload; ${worst.toFixed(2)} x the first of these`;
    line(name, figure, worst <= AIMS.ratio, `aim ${AIMS.ratio} x`);
  }
  detail(`a workload beyond the first ${Math.min(...runs.map(({ workloads }) => workloads))}, whose run is the constant part`);
}

function megabytes({ engineMegabytes, programMegabytes }: Cost): number {
  return engineMegabytes + programMegabytes;
}

function cells({ seconds, cpuSeconds, engineMegabytes, programMegabytes }: Cost): string[] {
  return [seconds.toFixed(1), cpuSeconds.toFixed(1), engineMegabytes.toFixed(0), programMegabytes.toFixed(0)];
}

function row(...values: readonly (string | number)[]): string {
  return values.map((value) => String(value).padStart(12)).join("");
}
