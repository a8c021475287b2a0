// Whether a container is told to read anything with its pod's identity.
import { BLOB_ADDRESS, blobTargets } from "./blobTargets";
import type { ChainModel, ContainerLink, PodLink } from "./model";
import { toldTo } from "./told";
import { VAULT_ADDRESS, vaultTargets } from "./vaultTargets";
import { APP_ENVIRONMENT } from "./workloadIdentity";

/** Whether a container is told of any vault or blobs, the program's own or not. */
export function isReader(model: ChainModel, pod: PodLink, container: ContainerLink): boolean {
  const told = toldTo(pod, container);
  return (
    [APP_ENVIRONMENT.vaultUri, APP_ENVIRONMENT.roleListScope].some((name) => container.env[name] !== undefined) ||
    told.some(({ value }) => VAULT_ADDRESS.test(value) || BLOB_ADDRESS.test(value)) ||
    vaultTargets(model, pod, container).length > 0 ||
    blobTargets(model, pod, container).length > 0
  );
}
