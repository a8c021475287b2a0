// Regions exist for the subscription, and identities can trust tokens in theirs.
import { federates, REGIONS_WITHOUT_FEDERATION, regionName } from "../../../chain";
import { all } from "../azure";
import type { Check } from "../check";
import { fail, pass } from "../outcome";
import type { Plan } from "../plan";

const ACTION = "Microsoft.Resources/subscriptions/locations/read";

function regionsOf({ resources }: Plan): readonly string[] {
  return [...new Set(resources.flatMap(({ location }) => (location === undefined ? [] : [regionName(location)])))].sort();
}

export const REGION: Check = {
  id: "region",
  asks: "whether the subscription has each region that the stack uses",
  rights: [ACTION],
  source: "https://learn.microsoft.com/azure/reliability/regions-list",
  async run({ azure, plan }) {
    const wanted = regionsOf(plan);
    if (wanted.length === 0) return [];
    const locations = await azure.ask({ action: ACTION, what: "the regions of the subscription" }, (abortSignal) =>
      all(azure.subscriptions.subscriptions.listLocations(azure.subscriptionId, { abortSignal })),
    );
    const names = new Set(locations.map(({ name = "" }) => regionName(name)));
    const missing = wanted.filter((region) => !names.has(region));
    if (missing.length === 0) return [pass(`${wanted.join(", ")}: there for this subscription`)];
    return missing.map((region) =>
      fail(
        `the subscription has no region ${region}`,
        `pulumi config set azure-native:location REGION; az account list-locations --output table names all ${names.size}`,
      ),
    );
  },
};

const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";
const CREDENTIAL = `${IDENTITY}/federatedIdentityCredentials`;

export const FEDERATION_REGION: Check = {
  id: "federation-region",
  asks: "whether managed identities take federated credentials in the region of each identity that has one (a list, nothing is asked)",
  rights: [],
  source:
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#unsupported-regions-user-assigned-managed-identities",
  run({ plan }) {
    const credentials = plan.resources.filter(({ type }) => type === CREDENTIAL).map(({ id }) => id.toLowerCase());
    const federated = plan.resources.filter(
      ({ type, id }) => type === IDENTITY && credentials.some((credential) => credential.startsWith(`${id.toLowerCase()}/`)),
    );
    const refused = federated.filter(({ location }) => location !== undefined && !federates(location));
    if (federated.length === 0) return [];
    if (refused.length === 0)
      return [
        pass(
          `${federated.length} federated ${federated.length === 1 ? "identity" : "identities"}, none in ${REGIONS_WITHOUT_FEDERATION.join(" or ")}`,
        ),
      ];
    return refused.map(({ name, location, declared }) =>
      fail(
        `${declared}: identity ${name} lies in ${location}, where identities take no federated credentials (405)`,
        "give the identity another location: only its own region counts, not the cluster's",
      ),
    );
  },
};
