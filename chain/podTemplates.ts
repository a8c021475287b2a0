// Where pod templates are, and which pods say that they are meant for workload identity.
import type { ChainModel, PodLink } from "./model";
import { isReader } from "./readers";
import { CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION, USE_LABEL } from "./workloadIdentity";

/** By the kind of the object that holds it: the path from the object to what has the pod's metadata and spec. */
export const POD_TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  Pod: [],
};

/**
 * Whether the pod, what holds it, or its ServiceAccount says so: a label that has gone to the wrong place must not make a pod disappear from a report. A pod that
 * only shares the ServiceAccount of one that has the label, and is told nothing to read, does not: it goes by that name for what it does in the cluster.
 */
export function isMeantForWorkloadIdentity(model: ChainModel, pod: PodLink): boolean {
  const { serviceAccounts, pods } = model;
  const account = serviceAccounts.find(({ namespace, name }) => namespace === pod.namespace && name === pod.serviceAccountName);
  const labels = [pod.labels, pod.ownerLabels, account?.labels ?? {}];
  const annotations = account?.annotations ?? {};
  if (labels.some((set) => USE_LABEL in set)) return true;
  if (!(CLIENT_ID_ANNOTATION in annotations) && !(TENANT_ID_ANNOTATION in annotations)) return false;
  const isShared = pods.some(
    ({ namespace, serviceAccountName, labels: its }) =>
      namespace === pod.namespace && serviceAccountName === pod.serviceAccountName && USE_LABEL in its,
  );
  return !isShared || pod.containers.some((container) => isReader(model, pod, container));
}
