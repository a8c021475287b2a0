// Which of a program's pods a rehearsal is about.
import { APP_ENVIRONMENT, type ChainModel, isMeantForWorkloadIdentity } from "../chain";
import { type PodTemplate, podLink } from "./cluster/podTemplate";

/** Whether anything of a pod says that it is meant for workload identity; in a rehearsal the variable of a vault that this project gives its application does. */
export function isMeant(template: PodTemplate, model: ChainModel): boolean {
  return (
    template.containers.some(({ env }) => env.some(({ name }) => name === APP_ENVIRONMENT.vaultUri)) ||
    isMeantForWorkloadIdentity(model, podLink(template))
  );
}
