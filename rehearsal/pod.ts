// One pod: admitted, started, and watched until it is ready or shows that it will not be.
import { type LinkCheck, POD_ENVIRONMENT, type ServiceAccountLink } from "../chain";
import type { ClusterState } from "./chainModel";
import type { Issuer } from "./cloud/oidc";
import { admit } from "./cluster/admission";
import { type ContainerProcess, startContainer } from "./cluster/kubelet";
import { type PodProcesses, runContainers } from "./cluster/podProcesses";
import { type PodTemplate, podId, podName } from "./cluster/podTemplate";
import { type ContainerPlan, type PlanContext, planContainers } from "./containerPlans";
import type { Network } from "./network/network";
import type { ContainerReport, PodReport } from "./report";
import { checkStart, type StartCheck } from "./startFindings";

export interface PodsContext extends PlanContext {
  readonly states: readonly ClusterState[];
  issuer(url: string): Issuer;
  readonly directory: string;
  readonly network: Network;
  readonly caFile: string;
  /** What was left out of the program and may create any object. */
  readonly holders: readonly string[];
}

/** A pod template that is meant for workload identity, with what the rules say of its chain. */
export interface Checked {
  readonly state: ClusterState;
  readonly template: PodTemplate;
  readonly links: readonly LinkCheck[];
}

interface Started {
  readonly report: PodReport;
  readonly template: PodTemplate;
  readonly plans: readonly ContainerPlan[];
  /** Of what the pod names; absent where the webhook refused it before. */
  readonly start?: StartCheck;
  readonly processes?: PodProcesses;
}

export function serviceAccountOf(
  { model }: ClusterState,
  { namespace, serviceAccountName }: PodTemplate,
): ServiceAccountLink | undefined {
  return model.serviceAccounts.find((account) => account.namespace === namespace && account.name === serviceAccountName);
}

/** What answers at the pod's address: its first container, or the last that was started before it. */
export function mainOf({ started, template }: Pick<PodProcesses, "started"> & Pick<Started, "template">): ContainerProcess {
  const main = started.find(({ container }) => container === template.containers[0]) ?? started.at(-1);
  if (main === undefined) throw new Error(`${template.declared}: no container was started`);
  return main;
}

/** One pod of a template, until it is ready or shows that it will not be; `onStart` is told of each of its processes at once. */
export async function runPod(
  context: PodsContext,
  { state, template, links }: Checked,
  index: number,
  signal: AbortSignal,
  onStart: (container: ContainerProcess) => void,
): Promise<Started> {
  const admission = admit(template, serviceAccountOf(state, template), state.model.cluster);
  const { namespace, serviceAccountName: serviceAccount } = template;
  const report = {
    pod: podId(template, index),
    namespace,
    name: podName(template, index),
    serviceAccount,
    mutated: admission.kind === "mutated",
    env: [],
    ready: false,
    url: null,
    containers: [],
  };
  if (admission.kind === "refused") return { report, template, plans: [] };
  const start = checkStart(state, template, context.holders);
  if (start.findings.length > 0) return { report, template, plans: [], start };
  const plans = await planContainers(context, state, template);
  // The kubelet starts no container that breaks the pod's own rule, and none of a pod whose image is not there.
  if (plans.some(({ findings }) => findings.some(({ severity }) => severity === "error")))
    return { report, template, plans, start };
  const issuerUrl = state.model.cluster.issuer;
  const issuer = issuerUrl === undefined ? undefined : context.issuer(issuerUrl);
  const options = { directory: context.directory, network: context.network, issuer, caFile: context.caFile };
  const explained = links.some(({ finding }) => finding?.severity === "error");
  const processes = await runContainers(
    plans.flatMap(({ runnable, runs, ...rest }) => {
      const path = runs === "command" ? (process.env.PATH ?? "") : "";
      return runnable === undefined ? [] : [{ ...rest, runnable, isStandIn: runs === "stand-in", path }];
    }),
    async (request) => {
      const container = await startContainer({ template, admission, index, ...request }, options);
      onStart(container);
      return container;
    },
    context.network.calls,
    (started) => ({ explained, canAsk: started.some(canAsk), runsToEnd: template.runsToEnd }),
    signal,
  );
  const { started, readiness } = processes;
  const { injected, url } = started.length === 0 ? { injected: [], url: null } : mainOf({ started, template });
  const containers = plans.map(({ container: { name }, init, runs }): ContainerReport => {
    const its = started.find(({ container }) => container.name === name);
    return { name, init: init !== undefined, runs, env: its?.injected ?? [], end: its?.process.end ?? null };
  });
  return { report: { ...report, env: injected, ready: readiness.ready, url, containers }, template, plans, start, processes };
}

function canAsk({ environment }: ContainerProcess): boolean {
  return [POD_ENVIRONMENT.clientId, POD_ENVIRONMENT.tokenFile].every((name) => name in environment);
}
