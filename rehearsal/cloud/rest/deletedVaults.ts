// Vaults that were deleted and not purged. https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/list-deleted
import type { EmulatedResponse } from "../../network/handler";
import { AzureError } from "../azureError";
import type { SoftDeletedVault } from "../softDeleted";
import { forbidden, perform, type RestCall, type RestContext } from "./context";
import { pageOf } from "./paging";

const TYPE = "Microsoft.KeyVault/deletedVaults";

const region = (location: unknown) => String(location).toLowerCase().replaceAll(" ", "");

function bodyOf({ cloud: { subscriptionId } }: RestContext, { vault, deletedMs, purgeMs, purgeProtection }: SoftDeletedVault) {
  const { id, name } = vault;
  const { location, tags } = vault.properties;
  const date = (ms: number) => new Date(ms).toISOString();
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region(location)}/deletedVaults/${name}`,
    name,
    type: TYPE,
    properties: {
      vaultId: id,
      location,
      tags,
      deletionDate: date(deletedMs),
      scheduledPurgeDate: date(purgeMs),
      // Left out where it is off, as the property of the vault is.
      ...(purgeProtection ? { purgeProtectionEnabled: true } : {}),
    },
  };
}

/** `path` is what follows the provider's name. Undefined: no such call. */
export async function onDeletedVaults(
  context: RestContext,
  call: RestCall,
  path: readonly string[],
): Promise<EmulatedResponse | undefined> {
  const root = `/subscriptions/${context.cloud.subscriptionId}`;
  if (call.method === "GET" && path.length === 1 && /^deletedVaults$/i.test(path[0] ?? "")) {
    const refused = forbidden(context, call, "Microsoft.KeyVault/deletedVaults/read", root);
    if (refused !== undefined) return refused;
    return perform(context, "read", TYPE, root, () => {
      const all = context.cloud.manager.softDeleted.vaults().map((vault) => bodyOf(context, vault));
      return { status: 200, body: pageOf(all, call.url, context.pageSize) };
    });
  }
  // There are no managed HSMs here, so none was deleted either: the Azure CLI asks for both.
  if (call.method === "GET" && path.length === 1 && /^deletedManagedHSMs$/i.test(path[0] ?? ""))
    return forbidden(context, call, "Microsoft.KeyVault/deletedManagedHsms/read", root) ?? { status: 200, body: { value: [] } };
  const [locations = "", location = "", kind = "", name = "", action] = path;
  if (!/^locations$/i.test(locations) || !/^deletedVaults$/i.test(kind) || name === "" || path.length > 5) return undefined;
  const isPurge = call.method === "POST" && /^purge$/i.test(action ?? "");
  if (!isPurge && (call.method !== "GET" || action !== undefined)) return undefined;
  const right = `Microsoft.KeyVault/locations/deletedVaults/${isPurge ? "purge/action" : "read"}`;
  const refused = forbidden(context, call, right, root);
  if (refused !== undefined) return refused;
  const find = () => {
    const found = context.cloud.manager.softDeleted.vault(name);
    if (found !== undefined && region(found.vault.properties.location) === region(location)) return found;
    // Code as in hashicorp/terraform-provider-azurerm#11970; the words are ours.
    throw new AzureError(404, "DeletedVaultNotFound", `No vault '${name}' was deleted in '${location}'.`);
  };
  if (!isPurge) return perform(context, "read", TYPE, find().vault.id, () => ({ status: 200, body: bodyOf(context, find()) }));
  return perform(context, "call", `${TYPE}/purge`, find().vault.id, () => {
    context.cloud.manager.softDeleted.purgeVault(find().vault.name);
    return { status: 200 };
  });
}
