// What azure-native does with a storage account's keys: nothing, in a rehearsal.
import { z } from "zod";
import { AzureError } from "../azureError";
import { STORAGE_ACCOUNT } from "../behaviours";
import { storageAccountLink } from "../links";
import type { Properties, ResourceManager } from "../resourceManager";

const shape = z.looseObject({ resourceGroupName: z.string(), accountName: z.string() });

/**
 * azure-native fetches the account's key and signs with it, so it cannot put a blob where keys are off.
 * https://github.com/pulumi/pulumi-azure-native/issues/2015
 */
export function refuseBlob(manager: ResourceManager, inputs: Properties): never {
  if (!keysOpen(manager, inputs))
    throw new AzureError(
      403,
      "KeyBasedAuthenticationNotPermitted",
      "Key based authentication is not permitted on this storage account.",
    );
  throw new AzureError(
    501,
    "NotEmulated",
    "the rehearsal does not emulate azure-native:storage:Blob, which signs with the account's key",
  );
}

/** Azure hands the keys out also where they open nothing. The rehearsal has none: a program that needs one is not without credentials. */
export function refuseKeys(manager: ResourceManager, inputs: Properties): never {
  const why = keysOpen(manager, inputs) ? "" : ", and they would open nothing: allowSharedKeyAccess is false";
  throw new AzureError(501, "NotEmulated", `the rehearsal hands out no keys of a storage account${why}`);
}

function keysOpen(manager: ResourceManager, inputs: Properties): boolean {
  const { resourceGroupName, accountName } = shape.parse(inputs);
  const end = `/resourcegroups/${resourceGroupName}/providers/${STORAGE_ACCOUNT}/${accountName}`.toLowerCase();
  const account = manager.list(STORAGE_ACCOUNT).find(({ id }) => id.toLowerCase().endsWith(end));
  if (account !== undefined) return storageAccountLink(account).sharedKeys;
  throw new AzureError(
    404,
    "ResourceNotFound",
    `The Resource '${STORAGE_ACCOUNT}/${accountName}' under resource group '${resourceGroupName}' was not found.`,
  );
}
