// Ids of Resource Manager: the type in them, the parent before them, and what is said when that is not there.
import { lastSegment } from "../../chain";
import { AzureError } from "./azureError";

/** Texts as in pulumi/pulumi#3891 and hashicorp/terraform-provider-azurerm#32179. */
export function parentNotFound(type: string, parent: string): AzureError {
  if (typeOf(parent) === "Microsoft.Resources/resourceGroups")
    return new AzureError(404, "ResourceGroupNotFound", `Resource group '${lastSegment(parent)}' could not be found.`);
  // The type is named without its provider.
  const kind = type.slice(type.indexOf("/") + 1);
  return new AzureError(
    404,
    "ParentResourceNotFound",
    `Failed to perform 'write' on resource(s) of type '${kind}', because the parent resource '${parent}' could not be found.`,
  );
}

// An id is pairs of kind and name; a new provider starts a new type. https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
export function typeOf(id: string): string {
  const segments = id.split("/").slice(1);
  const provider = segments.map((segment) => segment.toLowerCase()).lastIndexOf("providers");
  if (provider < 0) return segments.length === 4 ? "Microsoft.Resources/resourceGroups" : "Microsoft.Resources/subscriptions";
  const kinds = segments.slice(provider + 2).filter((_, index) => index % 2 === 0);
  return [segments[provider + 1], ...kinds].join("/");
}

export function parentOf(id: string): string | undefined {
  const segments = id.split("/");
  const cut = segments.slice(0, -2);
  // The one blob service of an account comes with it: nobody creates it.
  if (cut.slice(-2).join("/").toLowerCase() === "blobservices/default") cut.splice(-2);
  if (cut.at(-2)?.toLowerCase() === "providers") cut.splice(-2);
  // Subscriptions are there before any resource; a role's scope may be one that this emulation does not hold, and is not a parent.
  return cut.length <= 3 || id.toLowerCase().includes("/microsoft.authorization/") ? undefined : cut.join("/");
}
