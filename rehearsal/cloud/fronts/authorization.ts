// azure-native's role assignments and custom roles. Both lie at a scope, not in a group, and are named by GUIDs.
import { z } from "zod";
import { stableGuid } from "../behaviours";
import type { Properties, ResourceManager } from "../resourceManager";

const text = z.string().min(1);
const PROVIDER = "providers/Microsoft.Authorization";

export function registerRoleAssignment(manager: ResourceManager, inputs: Properties, declared: string) {
  const { scope, roleAssignmentName } = z
    .looseObject({ scope: text, roleAssignmentName: text.default(stableGuid("assignment", declared)) })
    .parse(inputs);
  const resource = manager.put(`${scope}/${PROVIDER}/roleAssignments/${roleAssignmentName}`, inputs, declared);
  return { id: resource.id, state: { ...inputs, name: resource.name } };
}

/** `roleDefinitionId` is the GUID alone here; an assignment wants the whole id. Neither it nor the scope is an output. */
export function registerRoleDefinition(manager: ResourceManager, inputs: Properties, declared: string) {
  const { scope, roleDefinitionId, ...given } = z
    .looseObject({ scope: text, roleDefinitionId: text.default(stableGuid("definition", declared)) })
    .parse(inputs);
  const { id, name, properties } = manager.put(`${scope}/${PROVIDER}/roleDefinitions/${roleDefinitionId}`, given, declared);
  return { id, state: { ...properties, name } };
}
