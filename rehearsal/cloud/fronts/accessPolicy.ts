// azure-native's access policy of a vault as a resource of its own: its id is the vault's with the principal's behind it.
import { z } from "zod";
import type { Properties } from "../resourceManager";
import { type AzureNativeContext, groupId } from "./azureKinds";
import type { AzureTarget } from "./azureNative";

const text = z.string().min(1);
const inputsShape = z.looseObject({
  resourceGroupName: text,
  vaultName: text,
  policy: z.looseObject({ objectId: text }),
});

export function accessPolicyTarget(context: AzureNativeContext, inputs: Properties): AzureTarget {
  const { resourceGroupName, vaultName, policy } = inputsShape.parse(inputs);
  const vault = `${groupId(context, resourceGroupName)}/providers/Microsoft.KeyVault/vaults/${vaultName}`;
  return {
    id: `${vault}/accessPolicy/${policy.objectId}`,
    properties: policy,
    outputsOf: ({ properties }) => ({ policy: properties }),
  };
}

/** The way back, for a refresh. */
export function accessPolicyInputs(id: string, policy: Properties): Properties {
  const [, resourceGroupName, vaultName] = /\/resourceGroups\/([^/]+)\/.*\/vaults\/([^/]+)\//i.exec(id) ?? [];
  return { resourceGroupName, vaultName, policy };
}
