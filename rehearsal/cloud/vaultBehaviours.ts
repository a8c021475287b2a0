// Vaults and secrets as Resource Manager takes them: names that are taken, by others or by what was deleted.
import { z } from "zod";
import { sameText } from "../../chain";
import { AzureError } from "./azureError";
import type { PutRequest, ResourceManager } from "./resourceManager";
import { VAULT } from "./resourceTypes";

const vaultShape = z.looseObject({ tenantId: z.string(), createMode: z.string().optional() });

export function vault({ id, name, properties, existing }: PutRequest, manager: ResourceManager) {
  const { createMode } = vaultShape.parse(properties);
  if (existing === undefined) {
    if (createMode === "recover") refuseNothingToRecover(id, name, manager);
    else refuseTaken(id, name, manager);
  }
  return { vaultUri: `https://${name.toLowerCase()}.vault.azure.net/` };
}

// Text: hashicorp/terraform-provider-azurerm#12972 names the code; its words are those that azurerm passes on.
function refuseNothingToRecover(id: string, name: string, manager: ResourceManager): void {
  const deleted = manager.softDeleted.vault(name)?.vault;
  if (deleted !== undefined && sameText(deleted.id, id)) return;
  throw new AzureError(
    400,
    "SoftDeletedVaultDoesNotExist",
    "A soft deleted vault with the given name does not exist. Ensure that the name for the vault that is being attempted to recover is in a recoverable state.",
  );
}

function refuseTaken(id: string, name: string, manager: ResourceManager): void {
  const deleted = manager.softDeleted.vault(name)?.vault;
  // alan-turing-institute/data-safe-haven#2523
  if (deleted !== undefined && sameText(deleted.id, id))
    throw new AzureError(
      409,
      "ConflictError",
      "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
    );
  const taken = manager.isTaken(VAULT, id, name) || deleted !== undefined;
  // Esri/arcgis-gitops#174. Which of both a deleted vault of another group gets is not documented: that it is this one is ours.
  if (taken)
    throw new AzureError(
      409,
      "VaultAlreadyExists",
      `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information about VaultAlreadyExists, soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.`,
    );
}

const policyShape = z.looseObject({ tenantId: z.string(), objectId: z.string() });

/** https://www.pulumi.com/registry/packages/azure-native/api-docs/keyvault/accesspolicy/ */
export function accessPolicy({ properties }: PutRequest) {
  policyShape.parse(properties);
  return {};
}

/**
 * ironmansoftware/powershell-universal#1990; the inner error is ObjectIsDeletedButRecoverable (external-secrets/external-secrets#3519). Both are
 * Key Vault's own; that Resource Manager passes them on is ours.
 */
export function secret({ id, name }: PutRequest, manager: ResourceManager) {
  if (manager.softDeleted.secret(id) === undefined) return {};
  throw new AzureError(
    409,
    "Conflict",
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged. (ObjectIsDeletedButRecoverable)`,
  );
}
