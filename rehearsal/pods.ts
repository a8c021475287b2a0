// Every pod that the program declares for workload identity: admitted, started, and watched until it is ready or shows that it will not be.
import { checkPod, type Finding, type LinkCheck, POD_ENVIRONMENT, type ServiceAccountLink } from "../chain";
import type { BuiltImage } from "./build/types";
import type { ClusterState } from "./chainModel";
import type { Issuer } from "./cloud/oidc";
import { admit } from "./cluster/admission";
import type { RunnableOrProblem } from "./cluster/imageCommand";
import { injectedVariables, type Pod, startPod } from "./cluster/kubelet";
import { type PodTemplate, podId, podLink } from "./cluster/podTemplate";
import { type Readiness, waitUntilReady } from "./cluster/readiness";
import { standInFor } from "./cluster/standIns";
import { imageFindings, missingImage } from "./imageFindings";
import { isMeant } from "./meant";
import type { Network } from "./network/network";
import type { PodReport } from "./report";
import { UsageError } from "./usageError";

export interface PodsContext {
  readonly states: readonly ClusterState[];
  issuer(url: string): Issuer;
  /** What was built under this reference; undefined for an image that is in no emulated registry. */
  image(reference: string): Promise<BuiltImage | undefined>;
  /** A command that stands in for every image. */
  readonly command: string | undefined;
  readonly directory: string;
  readonly projectDirectory: string;
  readonly network: Network;
  readonly caFile: string;
}

/** A pod template that is meant for workload identity, with what the rules say of its chain. */
export interface Checked {
  readonly state: ClusterState;
  readonly template: PodTemplate;
  readonly links: readonly LinkCheck[];
}

/** What was seen of a pod's process until its readiness was settled. */
export interface PodRun {
  readonly output: string;
  /** How the process ended; undefined where it runs. */
  readonly end: string | undefined;
  /** What the readiness probe got last: a status, or undefined for no answer. */
  readonly status: number | undefined;
  /** Ports of this machine by the names of the container's ports. */
  readonly ports: Readonly<Record<string, number>>;
  /** The file on this machine that its AZURE_FEDERATED_TOKEN_FILE names; undefined where the webhook gave it none. */
  readonly tokenFile: string | undefined;
}

export interface Pods {
  readonly reports: readonly PodReport[];
  readonly templates: readonly Checked[];
  readonly findings: readonly Finding[];
  /** What was built for a template that runs, by the template's `declared`. */
  readonly images: ReadonlyMap<string, BuiltImage>;
  /** Templates that have nothing to do with workload identity, and are not run. */
  readonly others: readonly PodTemplate[];
  /** Every pod that started, by its name in the report. */
  readonly runs: ReadonlyMap<string, PodRun>;
  /** Their processes as they are now, by the same name. */
  readonly processes: ReadonlyMap<string, Pod>;
  /** Settles with the first pod that was ready and then ended by itself, and how. */
  readonly lost: Promise<string>;
  readonly appReadyMs: number;
  readonly firstSecretMs: number;
}

interface Started {
  readonly report: PodReport;
  /** What declares its template. */
  readonly declared: string;
  readonly findings: readonly Finding[];
  readonly image?: BuiltImage | undefined;
  readonly pod?: Pod;
  readonly readiness?: Readiness;
}

export async function runPods(context: PodsContext, closers: (() => Promise<void>)[], signal: AbortSignal): Promise<Pods> {
  const all = context.states.flatMap((state) => state.templates.map((template) => ({ state, template })));
  const templates = all
    .filter(({ state, template }) => isMeant(template, serviceAccountOf(state, template)))
    .map(({ state, template }) => ({ state, template, links: checkPod(state.model, podLink(template)) }));
  const run = new Set(templates.map(({ template }) => template));
  const processes: Pod[] = [];
  closers.push(async () => void (await Promise.all(processes.map(({ process }) => process.stop()))));
  const settled = await Promise.allSettled(
    templates.flatMap((checked) =>
      Array.from({ length: checked.template.replicas }, (_, index) =>
        runPod(context, checked, index, signal, (pod) => processes.push(pod)),
      ),
    ),
  );
  // Only when all have come to rest: one that is still starting would be missed by whoever ends them.
  const started = settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  const runs = started.flatMap(({ pod, readiness }): [string, PodRun][] =>
    pod === undefined ? [] : [[pod.client, runOf(pod, readiness)]],
  );
  const secretCall = context.network.calls.find(({ status, path }) => status === 200 && path.startsWith("/secrets/"));
  const first = started.find(({ pod }) => pod?.client === secretCall?.client)?.pod;
  const firstSecretMs =
    secretCall === undefined || first === undefined
      ? 0
      : secretCall.startedMs + secretCall.durationMs - (performance.timeOrigin + first.startedMs);
  return {
    reports: started.map(({ report }) => report),
    templates,
    findings: started.flatMap(({ findings }) => findings),
    images: new Map(started.flatMap(({ image, declared }) => (image === undefined ? [] : [[declared, image]]))),
    others: all.map(({ template }) => template).filter((template) => !run.has(template)),
    runs: new Map(runs),
    processes: new Map(processes.map((pod) => [pod.client, pod])),
    lost: Promise.race(
      started.flatMap(({ pod, report }) =>
        pod === undefined || !report.ready ? [] : [pod.process.ended.then((how) => `${pod.client}: its process ${how}`)],
      ),
    ),
    appReadyMs: Math.max(0, ...started.map(({ readiness }) => readiness?.readyMs ?? 0)),
    firstSecretMs,
  };
}

function runOf({ process, ports, environment }: Pod, readiness: Readiness | undefined): PodRun {
  const tokenFile = environment[POD_ENVIRONMENT.tokenFile];
  return { output: process.output, end: process.end, status: readiness?.status, ports, tokenFile };
}

export function serviceAccountOf(
  { model }: ClusterState,
  { namespace, serviceAccountName }: PodTemplate,
): ServiceAccountLink | undefined {
  return model.serviceAccounts.find((account) => account.namespace === namespace && account.name === serviceAccountName);
}

/** One pod of a template, until it is ready or shows that it will not be; `onStart` is told of its process at once. */
export async function runPod(
  context: PodsContext,
  { state, template, links }: Checked,
  index: number,
  signal: AbortSignal,
  onStart: (pod: Pod) => void,
): Promise<Started> {
  const admission = admit(template, serviceAccountOf(state, template), state.model.cluster);
  const { namespace, serviceAccountName: serviceAccount } = template;
  const report = {
    pod: podId(template, index),
    namespace,
    name: `${template.name}-${index}`,
    serviceAccount,
    mutated: admission.kind === "mutated",
    env: [],
    ready: false,
    url: null,
  };
  const { declared } = template;
  if (admission.kind === "refused") return { report, declared, findings: [] };
  const reference = template.containers[0]?.image ?? "";
  const standIn = standInFor(reference);
  const image = standIn === undefined && context.command === undefined ? await context.image(reference) : undefined;
  const found = standIn ?? runnableOf(context, image);
  if (found === undefined) return { report, declared, findings: [missingImage(template)] };
  if ("problem" in found) throw new UsageError(found.problem, "mend the folder, or give the command that runs it with --app");
  const findings = image === undefined ? [] : imageFindings(template, image);
  // The kubelet starts no container that breaks the pod's own rule.
  if (findings.some(({ severity }) => severity === "error")) return { report, declared, findings, image };
  signal.throwIfAborted();
  const issuerUrl = state.model.cluster.issuer;
  const path = context.command === undefined ? "" : (process.env.PATH ?? "");
  const issuer = issuerUrl === undefined ? undefined : context.issuer(issuerUrl);
  const pod = await startPod(
    { template, admission, index, runnable: found, path },
    { directory: context.directory, network: context.network, issuer, caFile: context.caFile },
  );
  onStart(pod);
  const injected = injectedVariables(pod);
  const explained = links.some((link) => link.finding !== undefined);
  const canAsk = [POD_ENVIRONMENT.clientId, POD_ENVIRONMENT.tokenFile].every((name) => name in pod.environment);
  const readiness = await waitUntilReady(
    pod,
    context.network.calls,
    { explained, canAsk, signsInOnly: standIn !== undefined },
    signal,
  );
  return {
    report: { ...report, env: injected, ready: readiness.ready, url: pod.url },
    declared,
    findings,
    image,
    pod,
    readiness,
  };
}

function runnableOf({ command, projectDirectory }: PodsContext, image: BuiltImage | undefined): RunnableOrProblem | undefined {
  if (command !== undefined) return { file: "/bin/sh", args: ["-c", command], directory: projectDirectory };
  return image?.runnable;
}
