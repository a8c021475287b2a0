// Tenant, subscription and resource providers: what a client asks before it asks for anything else.
// https://learn.microsoft.com/rest/api/resources/subscriptions
import { sameText } from "../../../chain";
import type { EmulatedResponse } from "../../network/handler";
import { AzureError } from "../azureError";
import { DEPLOYER } from "../deployer";
import type { RestCall, RestContext } from "./context";
import { NAMESPACES } from "./shapes";

export function tenants({ cloud: { tenantId } }: RestContext): EmulatedResponse {
  return { status: 200, body: { value: [{ id: `/tenants/${tenantId}`, tenantId }] } };
}

/** Whoever has no role in a subscription is not shown it. */
export function subscriptions(context: RestContext, call: RestCall): EmulatedResponse {
  return { status: 200, body: { value: hasRole(context, call) ? [bodyOf(context)] : [] } };
}

export function subscription(context: RestContext, call: RestCall): EmulatedResponse {
  if (hasRole(context, call)) return { status: 200, body: bodyOf(context) };
  const { subscriptionId } = context.cloud;
  throw new AzureError(404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`);
}

function hasRole({ cloud }: RestContext, { caller: { principalId } }: RestCall): boolean {
  if (principalId === DEPLOYER.principalId) return true;
  return cloud.roleAssignments().some((assignment) => sameText(assignment.principalId, principalId));
}

function bodyOf({ cloud: { subscriptionId, tenantId }, facts }: RestContext): object {
  return {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId,
    displayName: "Rehearsal",
    state: facts.state,
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: facts.quotaId,
      spendingLimit: facts.spendingLimit,
    },
    authorizationSource: "RoleBased",
    managedByTenants: [],
  };
}

/** Every provider that is emulated is registered unless the subscription's facts say otherwise. Locations and versions of its types are not known here, so none are named. */
export function providers({ cloud: { subscriptionId }, facts }: RestContext, namespace: string | undefined): EmulatedResponse {
  const body = (name: string) => ({
    id: `/subscriptions/${subscriptionId}/providers/${name}`,
    namespace: name,
    registrationState: facts.registrations[name] ?? "Registered",
    registrationPolicy: "RegistrationRequired",
    resourceTypes: (NAMESPACES.get(name) ?? []).map((type) => ({
      resourceType: type.slice(name.length + 1),
      locations: [],
      apiVersions: [],
    })),
  });
  if (namespace !== undefined) return { status: 200, body: body(namespace) };
  return { status: 200, body: { value: [...NAMESPACES.keys()].map(body) } };
}
