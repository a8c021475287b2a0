// Storage accounts and containers as Resource Manager takes them.
import { z } from "zod";
import { AzureError } from "./azureError";
import type { PutRequest, ResourceManager } from "./resourceManager";
import { STORAGE_ACCOUNT } from "./resourceTypes";

const accountShape = z.looseObject({ kind: z.string(), sku: z.looseObject({ name: z.string() }), location: z.string() });

export function storageAccount({ id, name, properties }: PutRequest, manager: ResourceManager) {
  const { location } = accountShape.parse(properties);
  // The name is a host name, so it is the only one in all of Azure. https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name
  if (manager.isTaken(STORAGE_ACCOUNT, id, name))
    throw new AzureError(409, "StorageAccountAlreadyTaken", `The storage account named ${name} is already taken.`);
  const services = ["blob", "dfs", "file", "queue", "table"];
  const endpoints = services.map((service) => [service, `https://${name}.${service}.core.windows.net/`]);
  return {
    primaryEndpoints: Object.fromEntries(endpoints),
    primaryLocation: location,
    provisioningState: "Succeeded",
    type: STORAGE_ACCOUNT,
  };
}

const containerShape = z.looseObject({ publicAccess: z.enum(["None", "Blob", "Container"]).default("None") });

export function blobContainer({ properties }: PutRequest) {
  const { publicAccess } = containerShape.parse(properties);
  if (publicAccess !== "None")
    throw new AzureError(501, "NotEmulated", "the rehearsal does not emulate containers that are open to everybody");
  return { publicAccess, type: "Microsoft.Storage/storageAccounts/blobServices/containers" };
}

export function blobEndpoint(account: string): string {
  return `https://${account}.blob.core.windows.net/`;
}
