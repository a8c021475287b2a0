// Vaults that were deleted and not purged. https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/list-deleted
import type { EmulatedResponse } from "../../network/handler";
import { AzureError } from "../azureError";
import type { AzureResource } from "../resourceManager";
import { VAULT } from "../resourceTypes";
import { forbidden, perform, type RestCall, type RestContext } from "./context";
import { pageOf } from "./paging";

const TYPE = "Microsoft.KeyVault/deletedVaults";

/** The last one of each name; one that has come again is no longer deleted. */
function deleted({ cloud: { manager } }: RestContext): AzureResource[] {
  const byName = new Map(manager.deleted.filter(({ type }) => type === VAULT).map((vault) => [vault.name.toLowerCase(), vault]));
  for (const { name } of manager.list(VAULT)) byName.delete(name.toLowerCase());
  return [...byName.values()];
}

const region = (location: unknown) => String(location).toLowerCase().replaceAll(" ", "");

/** When it was deleted and will be purged is not known here, and left out. */
function bodyOf({ cloud: { subscriptionId } }: RestContext, { id, name, properties }: AzureResource) {
  const { location, tags, enablePurgeProtection } = properties;
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region(location)}/deletedVaults/${name}`,
    name,
    type: TYPE,
    properties: { vaultId: id, location, tags, purgeProtectionEnabled: enablePurgeProtection },
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
      const all = deleted(context).map((vault) => bodyOf(context, vault));
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
    const vault = deleted(context).find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (vault !== undefined && region(vault.properties.location) === region(location)) return vault;
    // Code as in hashicorp/terraform-provider-azurerm#11970; the words are ours.
    throw new AzureError(404, "DeletedVaultNotFound", `No vault '${name}' was deleted in '${location}'.`);
  };
  if (!isPurge) return perform(context, "read", TYPE, find().id, () => ({ status: 200, body: bodyOf(context, find()) }));
  return perform(context, "call", `${TYPE}/purge`, find().id, () => purge(context, find()));
}

function purge({ cloud: { manager } }: RestContext, vault: AzureResource): EmulatedResponse {
  // https://stackoverflow.com/a/64094916
  if (vault.properties.enablePurgeProtection === true)
    throw new AzureError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.");
  const others = manager.deleted.filter(({ type, name }) => type !== VAULT || name.toLowerCase() !== vault.name.toLowerCase());
  manager.deleted.splice(0, manager.deleted.length, ...others);
  return { status: 200 };
}
