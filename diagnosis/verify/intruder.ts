// Two pods that look like the application's own and must be refused: one with another ServiceAccount, and one without the label.
import type { V1Container, V1Deployment, V1Pod } from "@kubernetes/client-node";
import { POD_ENVIRONMENT, USE_LABEL, USE_LABEL_VALUE } from "../../chain";
import type { WorkloadOutput } from "../stackOutputs";

/** Tells what this command has started, whatever happens to the command: its value is the run's own. */
export const INTRUDER_LABEL = "aks-workload-identity/verify";
/** Kubernetes ends a pod after this time even where nothing else can. */
const DEADLINE_SECONDS = 180;

export interface Intruder {
  readonly link: string;
  /** A pod of the other kind gets no token at all. */
  readonly hasToken: boolean;
  readonly body: V1Pod;
}

/**
 * With image, variables and everything else of the Deployment's pods, so that they ask for what those ask for. Its labels are left out: with them a Service
 * would send requests here, and the Deployment would count the pod as one of its own.
 */
export function intruders(
  deployment: V1Deployment,
  output: WorkloadOutput,
  otherAccount: string,
  run: string,
): readonly Intruder[] {
  const variables = { [POD_ENVIRONMENT.clientId]: output.clientId, [POD_ENVIRONMENT.tenantId]: output.tenantId };
  const label = { [USE_LABEL]: USE_LABEL_VALUE };
  return [
    {
      link: `a pod with the ServiceAccount ${otherAccount}`,
      hasToken: true,
      body: podOf(deployment, `verify-${run}-account`, otherAccount, { ...label, [INTRUDER_LABEL]: run }, variables),
    },
    {
      link: "a pod without the label",
      hasToken: false,
      body: podOf(deployment, `verify-${run}-label`, output.serviceAccount, { [INTRUDER_LABEL]: run }, {}),
    },
  ];
}

function podOf(
  { spec: { template } = { selector: {}, template: {} } }: V1Deployment,
  name: string,
  serviceAccountName: string,
  labels: Record<string, string>,
  variables: Readonly<Record<string, string>>,
): V1Pod {
  // The API gives the account's name under its old name as well, and refuses two that differ.
  const { serviceAccount: _, containers = [], ...spec } = template.spec ?? { containers: [] };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      labels,
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
    },
    spec: {
      ...spec,
      serviceAccountName,
      restartPolicy: "Never",
      activeDeadlineSeconds: DEADLINE_SECONDS,
      terminationGracePeriodSeconds: 1,
      containers: containers.map((container) => changed(container, variables)),
    },
  };
}

/** Nothing may end it before it has said whether it got in. */
function changed(
  { livenessProbe: _l, startupProbe: _s, ...container }: V1Container,
  variables: Readonly<Record<string, string>>,
): V1Container {
  const kept = (container.env ?? []).filter(({ name }) => !(name in variables));
  return { ...container, env: [...kept, ...Object.entries(variables).map(([name, value]) => ({ name, value }))] };
}
