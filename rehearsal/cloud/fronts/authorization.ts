// azure-native's role assignments and custom roles. Both lie at a scope, not in a group, and are named by GUIDs.
import { z } from "zod";
import { stableGuid } from "../behaviours";
import type { Properties } from "../resourceManager";
import type { AzureTarget } from "./azureNative";

const text = z.string().min(1);
const PROVIDER = "providers/Microsoft.Authorization";

export function roleAssignmentTarget(inputs: Properties, declared: string): AzureTarget {
  const { scope, roleAssignmentName } = z
    .looseObject({ scope: text, roleAssignmentName: text.default(stableGuid("assignment", declared)) })
    .parse(inputs);
  return { id: `${scope}/${PROVIDER}/roleAssignments/${roleAssignmentName}`, properties: inputs, outputsOf: () => inputs };
}

/** `roleDefinitionId` is the GUID alone here; an assignment wants the whole id. Neither it nor the scope is an output. */
export function roleDefinitionTarget(inputs: Properties, declared: string): AzureTarget {
  const { scope, roleDefinitionId, ...given } = z
    .looseObject({ scope: text, roleDefinitionId: text.default(stableGuid("definition", declared)) })
    .parse(inputs);
  return {
    id: `${scope}/${PROVIDER}/roleDefinitions/${roleDefinitionId}`,
    properties: given,
    outputsOf: ({ properties }) => properties,
  };
}
