// Every pod that the program declares for workload identity, and what was seen of all of them.
import { checkPod, type Finding, POD_ENVIRONMENT } from "../chain";
import type { ClusterState } from "./chainModel";
import type { ContainerProcess } from "./cluster/kubelet";
import type { PodProcesses } from "./cluster/podProcesses";
import { type Container, type PodTemplate, podLink } from "./cluster/podTemplate";
import type { ContainerPlan } from "./containerPlans";
import { isMeant } from "./meant";
import { type Checked, mainOf, type PodsContext, runPod } from "./pod";
import type { PodReport, Report } from "./report";

/** What was seen of a pod's processes until its readiness was settled. */
export interface PodRun {
  /** Of all its containers; of one that failed last. */
  readonly output: string;
  /** How the process that failed ended, or the first container's; undefined where it runs. */
  readonly end: string | undefined;
  /** Which process that is, for a person. Default: `its process`. */
  readonly which?: string;
  /** What the readiness probe got last: a status, or undefined for no answer. */
  readonly status: number | undefined;
  /** Ports of this machine by the names of the container's ports. */
  readonly ports: Readonly<Record<string, number>>;
  /** The file on this machine that its AZURE_FEDERATED_TOKEN_FILE names; undefined where the webhook gave it none. */
  readonly tokenFile: string | undefined;
}

export interface Pods {
  readonly states: readonly ClusterState[];
  readonly reports: readonly PodReport[];
  readonly templates: readonly Checked[];
  readonly findings: readonly Finding[];
  /** What the pods need and the program does not show. */
  readonly notCovered: Report["notCovered"];
  /** What runs as each container of a template, by the template's `declared`; those of which no pod came are absent. */
  readonly plans: ReadonlyMap<string, readonly ContainerPlan[]>;
  /** Templates that have nothing to do with workload identity, and are not run. */
  readonly others: readonly PodTemplate[];
  /** Every pod that started, by its name in the report. */
  readonly runs: ReadonlyMap<string, PodRun>;
  /** The process of their first container as it is now, by the same name. */
  readonly processes: ReadonlyMap<string, ContainerProcess>;
  /** Settles with the first pod that was ready and then ended by itself, and how. */
  readonly lost: Promise<string>;
  readonly appReadyMs: number;
  readonly firstSecretMs: number;
}

export async function runPods(context: PodsContext, closers: (() => Promise<void>)[], signal: AbortSignal): Promise<Pods> {
  const all = context.states.flatMap((state) => state.templates.map((template) => ({ state, template })));
  const templates = all
    .filter(({ state, template }) => isMeant(template, state.model))
    .map(({ state, template }) => ({ state, template, links: checkPod(state.model, podLink(template)) }));
  const run = new Set(templates.map(({ template }) => template));
  const processes: ContainerProcess[] = [];
  closers.push(async () => void (await Promise.all(processes.map(({ process }) => process.stop()))));
  const settled = await Promise.allSettled(
    templates.flatMap((checked) =>
      Array.from({ length: checked.template.replicas }, (_, index) =>
        runPod(context, checked, index, signal, (container) => processes.push(container)),
      ),
    ),
  );
  // Only when all have come to rest: one that is still starting would be missed by whoever ends them.
  const started = settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  const ran = started.flatMap(({ processes: its, template, report }) =>
    its === undefined || its.started.length === 0 ? [] : [{ ...its, template, report }],
  );
  return {
    states: context.states,
    reports: started.map(({ report }) => report),
    templates,
    findings: started.flatMap(({ plans, start }) => [...(start?.findings ?? []), ...plans.flatMap(({ findings }) => findings)]),
    notCovered: started.flatMap(({ start }) => start?.notCovered ?? []),
    plans: new Map(started.map(({ template, plans }) => [template.declared, plans])),
    others: all.map(({ template }) => template).filter((template) => !run.has(template)),
    runs: new Map(ran.map((its) => [its.report.pod, runOf(its)])),
    processes: new Map(ran.map((its) => [its.report.pod, mainOf(its)])),
    lost: Promise.race(ran.flatMap(losses)),
    appReadyMs: Math.max(0, ...ran.map(({ readiness }) => readiness.readyMs ?? 0)),
    firstSecretMs: firstSecretMs(context, ran),
  };
}

interface Ran extends PodProcesses {
  readonly template: PodTemplate;
  readonly report: PodReport;
}

function firstSecretMs({ network }: PodsContext, ran: readonly Ran[]): number {
  const call = network.calls.find(({ status, path }) => status === 200 && path.startsWith("/secrets/"));
  const first = ran.find(({ report }) => report.pod === call?.client)?.started[0];
  if (call === undefined || first === undefined) return 0;
  return call.startedMs + call.durationMs - (performance.timeOrigin + first.startedMs);
}

/** What ends and was not to. */
function losses({ started, report, template }: Ran): Promise<string>[] {
  if (!report.ready || template.runsToEnd) return [];
  const stay = started.filter(({ container }) => template.initContainers.every((init) => init !== container || init.stays));
  return stay.map(({ process, container }) =>
    process.ended.then((how) => `${report.pod}: ${whichOf(container, template)} ${how}`),
  );
}

function whichOf(container: Container, { containers, initContainers }: PodTemplate): string {
  if (containers.length + initContainers.length === 1) return "its process";
  return `its ${containers.includes(container) ? "container" : "init container"} "${container.name}"`;
}

function runOf(its: Ran): PodRun {
  const { started, failed, readiness, template } = its;
  const main = mainOf(its);
  const shown = failed ?? main;
  const output = [...started.filter((each) => each !== shown), shown].map(({ process }) => process.output).join("");
  const tokenFile = started.map(({ environment }) => environment[POD_ENVIRONMENT.tokenFile]).find((file) => file !== undefined);
  const which = whichOf(shown.container, template);
  return { output, end: shown.process.end, which, status: readiness.status, ports: main.ports, tokenFile };
}
