// Which of a program's pods a rehearsal is about.
import { APP_ENVIRONMENT, CLIENT_ID_ANNOTATION, type ServiceAccountLink, TENANT_ID_ANNOTATION, USE_LABEL } from "../chain";
import type { PodTemplate } from "./cluster/podTemplate";

/** Whether anything of a pod says that it is meant for workload identity: a label gone to the wrong place must not make it disappear from the report. */
export function isMeant(template: PodTemplate, serviceAccount: ServiceAccountLink | undefined): boolean {
  const labels = [template.labels, template.ownerLabels, serviceAccount?.labels ?? {}];
  const annotations = serviceAccount?.annotations ?? {};
  return (
    labels.some((set) => USE_LABEL in set) ||
    CLIENT_ID_ANNOTATION in annotations ||
    TENANT_ID_ANNOTATION in annotations ||
    template.containers.some(({ env }) => env.some(({ name }) => name === APP_ENVIRONMENT.vaultUri))
  );
}
