// What a subscription may have: regions, sizes of machines, quotas, versions of Kubernetes, and what the caller may do. Answers to whoever asks before it creates.
import { roleOf, sameText, scopeContains } from "../../../chain";
import type { EmulatedResponse } from "../../network/handler";
import { DEPLOYER } from "../deployer";
import { groupNotFound } from "./answers";
import { forbidden, perform, type RestCall, type RestContext } from "./context";
import { find } from "./lookup";
import type { KubernetesOffer, Size } from "./subscriptionFacts";

/** https://learn.microsoft.com/rest/api/resources/subscriptions/list-locations */
export function locations(context: RestContext, call: RestCall): EmulatedResponse {
  const root = rootOf(context);
  const refused = forbidden(context, call, "Microsoft.Resources/subscriptions/locations/read", root);
  const value = context.facts.regions.map(({ name, displayName }) => ({
    id: `${root}/locations/${name}`,
    name,
    type: "Region",
    displayName,
    regionalDisplayName: displayName,
    metadata: { regionType: "Physical" },
  }));
  return refused ?? { status: 200, body: { value } };
}

/** Calls at the subscription; undefined: none of these. */
export async function offers(
  context: RestContext,
  call: RestCall,
  namespace: string,
  path: readonly string[],
): Promise<EmulatedResponse | undefined> {
  if (call.method !== "GET") return undefined;
  const [first = "", location = "", kind = ""] = path.map((segment) => segment.toLowerCase());
  const inRegion = first === "locations" && path.length === 3;
  if (namespace === "Microsoft.Compute" && first === "skus" && path.length === 1)
    return read(context, call, "Microsoft.Compute/skus", () => ({ value: skus(context, call.url) }));
  if (namespace === "Microsoft.Compute" && inRegion && kind === "usages")
    return read(context, call, "Microsoft.Compute/locations/usages", () => ({ value: usages(context) }));
  if (namespace === "Microsoft.ContainerService" && inRegion && kind === "kubernetesversions" && location !== "")
    return read(context, call, "Microsoft.ContainerService/locations/kubernetesVersions", () => ({
      values: context.facts.kubernetes.map(versionBody),
    }));
  return undefined;
}

async function read(context: RestContext, call: RestCall, type: string, body: () => object): Promise<EmulatedResponse> {
  const refused = forbidden(context, call, `${type}/read`, rootOf(context));
  return refused ?? perform(context, "read", type, "", () => ({ status: 200, body: body() }));
}

const LOCATION_FILTER = /^location eq '(?<name>[^']+)'$/i;

function skus({ facts }: RestContext, url: URL): readonly object[] {
  const wanted = LOCATION_FILTER.exec(url.searchParams.get("$filter") ?? "")?.groups?.name;
  const regions = facts.regions.filter(({ name }) => wanted === undefined || sameText(name, wanted));
  return regions.flatMap(({ name }) => facts.sizes.map((size) => skuBody(size, name)));
}

function skuBody({ name, family, vcpus, zones, restrictions = [] }: Size, location: string): object {
  return {
    resourceType: "virtualMachines",
    name,
    tier: "Standard",
    family,
    locations: [location],
    locationInfo: [{ location, zones }],
    capabilities: [{ name: "vCPUs", value: String(vcpus) }],
    restrictions: restrictions
      .filter((restriction) => sameText(restriction.location, location))
      .map((restriction) => ({
        type: restriction.zones === undefined ? "Location" : "Zone",
        values: [location],
        restrictionInfo: { locations: [location], ...(restriction.zones === undefined ? {} : { zones: restriction.zones }) },
        reasonCode: restriction.reasonCode,
      })),
  };
}

function usages({ facts }: RestContext): readonly object[] {
  return facts.usages.map(({ name, used, limit }) => ({
    unit: "Count",
    currentValue: used,
    limit,
    name: { value: name, localizedValue: name === "cores" ? "Total Regional vCPUs" : name },
  }));
}

function versionBody({ version, patches, isDefault, isPreview, supportPlans }: KubernetesOffer): object {
  return {
    version,
    ...(isDefault === true ? { isDefault } : {}),
    ...(isPreview === true ? { isPreview } : {}),
    capabilities: { supportPlan: supportPlans },
    patchVersions: Object.fromEntries(patches.map((patch) => [patch, { upgrades: [] }])),
  };
}

/** What the caller's roles give at a scope, one entry a role. https://learn.microsoft.com/rest/api/authorization/permissions */
export function permissions(context: RestContext, call: RestCall, scope: string): EmulatedResponse {
  const refused = forbidden(context, call, "Microsoft.Authorization/permissions/read", scope);
  if (refused !== undefined) return refused;
  const { cloud } = context;
  const [group, groupName = ""] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)/i.exec(scope) ?? [];
  if (group !== undefined && find(context, group).resource === undefined) throw groupNotFound(groupName);
  const { principalId } = call.caller;
  const everything = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };
  if (principalId === DEPLOYER.principalId) return { status: 200, body: { value: [everything] } };
  const value = cloud
    .roleAssignments()
    .filter((assignment) => sameText(assignment.principalId, principalId) && scopeContains(assignment.scope, scope))
    .flatMap(({ roleDefinitionId }) => {
      const role = roleOf(roleDefinitionId, cloud.customRoles());
      if (role === undefined) return [];
      const { actions, notActions = [], dataActions, notDataActions = [] } = role;
      return [{ actions, notActions, dataActions, notDataActions }];
    });
  return { status: 200, body: { value } };
}

function rootOf({ cloud: { subscriptionId } }: RestContext): string {
  return `/subscriptions/${subscriptionId}`;
}
