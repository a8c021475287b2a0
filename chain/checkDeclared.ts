// What a model shows without following a pod's chain: mistakes of a resource by itself, or of a few beside each other.
import { checkContainers } from "./checkContainers";
import { checkCredentials } from "./checkCredentials";
import { checkObjects } from "./checkObjects";
import { checkRoles } from "./checkRoles";
import { checkSecretProviders } from "./checkSecretProviders";
import type { ChainModel, Finding } from "./model";

export function checkDeclared(model: ChainModel): Finding[] {
  return [
    ...checkCredentials(model),
    ...checkRoles(model),
    ...checkObjects(model.objects ?? []),
    ...checkContainers(model.pods),
    ...checkSecretProviders(model),
  ];
}
