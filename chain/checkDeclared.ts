// What a model shows without following a pod's chain: mistakes of a resource by itself, or of a few beside each other.
import { checkContainers } from "./checkContainers";
import { checkCredentials } from "./checkCredentials";
import { checkObjects } from "./checkObjects";
import { checkRoles } from "./checkRoles";
import type { ChainModel, Finding } from "./model";

/** `said`: what was found already; the same mistake is not told once more by another rule. */
export function checkDeclared(model: ChainModel, said: readonly Finding[] = []): Finding[] {
  const isSaid = ({ resource, property }: Finding) =>
    said.some((one) => one.resource === resource && one.property.startsWith(property));
  const found = [
    ...checkCredentials(model),
    ...checkRoles(model),
    ...checkObjects(model.objects ?? []),
    ...checkContainers(model.pods),
  ];
  return found.filter((one) => !isSaid(one));
}
