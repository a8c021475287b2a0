// Which of a program's pods a rehearsal is about.
import {
  APP_ENVIRONMENT,
  CLIENT_ID_ANNOTATION,
  isReader,
  type ServiceAccountLink,
  TENANT_ID_ANNOTATION,
  USE_LABEL,
} from "../chain";
import type { ClusterState } from "./chainModel";
import { type PodTemplate, podLink } from "./cluster/podTemplate";

/**
 * Whether anything of a pod says that it is meant for workload identity: a label gone to the wrong place must not make it disappear from the report. A pod that
 * only shares the ServiceAccount of one that has the label, and reads nothing, is not: it goes by that name for what it does in the cluster.
 */
export function isMeant(
  template: PodTemplate,
  serviceAccount: ServiceAccountLink | undefined,
  { model, templates }: Pick<ClusterState, "model" | "templates">,
): boolean {
  const labels = [template.labels, template.ownerLabels, serviceAccount?.labels ?? {}];
  const annotations = serviceAccount?.annotations ?? {};
  if (template.containers.some(({ env }) => env.some(({ name }) => name === APP_ENVIRONMENT.vaultUri))) return true;
  if (labels.some((set) => USE_LABEL in set)) return true;
  if (!(CLIENT_ID_ANNOTATION in annotations) && !(TENANT_ID_ANNOTATION in annotations)) return false;
  const pod = podLink(template);
  const isShared = templates.some(
    ({ namespace, serviceAccountName, labels: its }) =>
      namespace === template.namespace && serviceAccountName === template.serviceAccountName && USE_LABEL in its,
  );
  return !isShared || pod.containers.some((container) => isReader(model, pod, container));
}
