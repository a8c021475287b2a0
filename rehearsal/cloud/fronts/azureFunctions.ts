// What azure-native's functions answer: who runs the program, what is there already, credentials of a cluster.

import { z } from "zod";
import { lastSegment } from "../../../chain";
import { AzureError } from "../azureError";
import { type Properties, typeOf } from "../resourceManager";
import { type AzureNativeContext, DEPLOYER_CLIENT_ID, groupId, KINDS, kindOf } from "./azureKinds";
import { azureFront, azureTarget } from "./azureNative";
import { clusterCredentials } from "./clusterCredentials";
import { getManagedCluster } from "./existingClusters";
import { refuseKeys } from "./storage";

const text = z.string().min(1);

export async function invokeAzure(
  context: AzureNativeContext,
  token: string,
  args: Properties,
): Promise<Record<string, unknown>> {
  const { manager } = context;
  switch (kindOf(token)) {
    case "authorization:getClientConfig":
      return {
        clientId: DEPLOYER_CLIENT_ID,
        objectId: context.deployerObjectId,
        subscriptionId: context.subscriptionId,
        tenantId: manager.tenantId,
      };
    case "authorization:getClientToken":
      return { token: await context.deployerToken(text.optional().parse(args.endpoint) ?? "https://management.azure.com") };
    case "resources:getResourceGroup": {
      const { resourceGroupName: name } = z.looseObject({ resourceGroupName: text }).parse(args);
      // A group that the program only reads must be there already, so it is: nothing else of it is known.
      const group =
        manager.get(groupId(context, name)) ??
        manager.put(
          groupId(context, name),
          { location: context.defaultLocation ?? "unknown" },
          `existing resource group ${name}`,
        );
      return { id: group.id, name, location: group.properties.location, tags: {} };
    }
    case "containerservice:getManagedCluster":
      return getManagedCluster(context, args);
    case "containerservice:listManagedClusterUserCredentials":
      return clusterCredentials(manager, args, "user");
    case "containerservice:listManagedClusterAdminCredentials":
      return clusterCredentials(manager, args, "admin");
    case "storage:listStorageAccountKeys":
      return refuseKeys(manager, args);
    default: {
      const type = token.replace(/:get(?=[A-Z]\w*$)/, ":");
      if (type !== token && Object.hasOwn(KINDS, kindOf(type) ?? "")) return getEmulated(context, type, args);
      throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate the function ${token}`);
    }
  }
}

/** What there is of a type whose resources are emulated. */
async function getEmulated(context: AzureNativeContext, type: string, inputs: Properties): Promise<Record<string, unknown>> {
  const { id } = azureTarget(context, { type, name: "", inputs, declared: type });
  const found = await azureFront(context).read(type, id);
  if (found !== undefined) return { ...found.state, id: found.id };
  // https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found
  throw new AzureError(404, "ResourceNotFound", `The Resource '${typeOf(id)}/${lastSegment(id)}' was not found.`);
}
