// If-Match and If-None-Match, where Azure has them: clusters and their pools.
// https://learn.microsoft.com/rest/api/aks/managed-clusters/create-or-update
import { AzureError } from "../azureError";
import type { AzureResource } from "../resourceManager";
import { etagOf } from "./envelope";
import type { Shape } from "./shapes";

/** Throws 412 unless the resource is as the caller says. Types without ETags take no notice of the headers. */
export function checkConditions(
  shape: Shape,
  existing: AzureResource | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  if (shape.etag === undefined) return;
  const current = existing === undefined ? undefined : etagOf(existing.properties);
  const names = (header: string) => header.split(",").map((each) => each.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"));
  const matches = (header: string) => current !== undefined && names(header).some((name) => name === "*" || name === current);
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (match !== undefined && !matches(match)) throw failed("If-Match", match, current);
  if (noneMatch !== undefined && matches(noneMatch)) throw failed("If-None-Match", noneMatch, current);
}

/** Status and code are HTTP's and Azure's; the words are ours. */
function failed(header: string, value: string, current: string | undefined): AzureError {
  const state = current === undefined ? "the resource does not exist" : `the resource's ETag is '${current}'`;
  return new AzureError(412, "PreconditionFailed", `The condition '${header}: ${value}' does not hold: ${state}.`);
}
