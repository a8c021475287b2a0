// Regions, as far as the chain depends on them: names, and where a managed identity can trust nobody.

/** `West Europe` is `westeurope`: Azure takes both. */
export function regionName(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

/**
 * Where a user-assigned identity takes no federated credential (405 "Support for federated identity credentials not enabled"). The identity's own region counts, not the
 * cluster's. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#unsupported-regions-user-assigned-managed-identities
 */
export const REGIONS_WITHOUT_FEDERATION: readonly string[] = ["malaysiasouth", "newzealandnorth"];

export function federates(location: string): boolean {
  return !REGIONS_WITHOUT_FEDERATION.includes(regionName(location));
}
