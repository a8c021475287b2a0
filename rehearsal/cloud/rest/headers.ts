// What an answer to a write says of the operation that goes on. The addresses have the form of AKS's; Azure's services differ in it, and no
// client may take them apart. https://github.com/Azure/azure-rest-api-specs-rpc: async-api-reference
import type { EmulatedResponse } from "../../network/handler";
import type { AzureResource } from "../resourceManager";
import type { RestCall } from "./context";
import type { Shape, Waiting } from "./shapes";

export function waiting(
  { url }: RestCall,
  { type }: Shape,
  resource: Pick<AzureResource, "id" | "properties">,
  operation: string,
  kind: Waiting,
  accepted: EmulatedResponse,
): EmulatedResponse {
  if (kind === "state") return accepted;
  const at = (what: "operations" | "operationresults") => {
    const [, , subscription = ""] = resource.id.split("/");
    const location = String(resource.properties.location ?? "global")
      .toLowerCase()
      .replaceAll(" ", "");
    const path = `/subscriptions/${subscription}/providers/${type.slice(0, type.indexOf("/"))}/locations/${location}/${what}/${operation}`;
    return `${url.origin}${path}?api-version=${url.searchParams.get("api-version") ?? ""}`;
  };
  const asynchronous = { "azure-asyncoperation": at("operations") };
  const location = { location: at("operationresults") };
  // A PUT's result is the resource itself; of the others nothing else could say how they ended.
  const more = kind === "location" ? location : accepted.status === 202 ? { ...asynchronous, ...location } : asynchronous;
  // Storage accepts with 202 and an empty body: https://learn.microsoft.com/rest/api/storagerp/storage-accounts/create
  const shown = kind === "location" ? { status: 202 } : accepted;
  return { ...shown, headers: { ...accepted.headers, ...more } };
}
