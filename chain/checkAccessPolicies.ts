// Whether a vault with access policies, where roles do not count, lets an identity read its secrets.
import type { LinkCheck } from "./check";
import type { AccessPolicyLink, ChainModel, IdentityInModel, VaultInModel } from "./model";
import { sameText, scopeContains } from "./rbac";
import { finding } from "./rules";

/** Whether an access policy of the vault lets the principal read secrets. Its permissions are compared without case, as in Azure. */
export function policyAllowsGet(
  { accessPolicies = [] }: Pick<VaultInModel, "accessPolicies">,
  tenantId: string | undefined,
  principalId: string,
): boolean {
  return accessPolicies.some((policy) => isFor(policy, tenantId, principalId) && givesGet(policy));
}

function isFor({ objectId, tenantId: its }: AccessPolicyLink, tenantId: string | undefined, principalId: string): boolean {
  return isSame(objectId, principalId) && isSame(its, tenantId);
}

/** What is not known yet counts as the right one. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || sameText(one, other);
}

function givesGet({ secrets }: AccessPolicyLink): boolean {
  return secrets.some((permission) => sameText(permission, "get") || sameText(permission, "all"));
}

export function checkAccessPolicies(model: ChainModel, identity: IdentityInModel, vault: VaultInModel): LinkCheck {
  const { tenantId, principalId, clientId, application, name } = identity;
  const link = { link: "access policy", expected: `get on secrets of ${vault.name}` };
  if (policyAllowsGet(vault, tenantId, principalId)) return { ...link, found: `get for ${name}` };
  const { resource, accessPolicies = [] } = vault;
  const own = accessPolicies.find((policy) => isFor(policy, tenantId, principalId));
  if (own !== undefined) {
    const actual = own.secrets.join(", ") || "none";
    const place = { ...placeOf(own, vault, `["${principalId}"].permissions.secrets`), expected: "get", actual };
    return { ...link, found: actual, finding: finding("WI047", place) };
  }
  const others = [clientId, ...(application === undefined ? [] : [application.objectId])];
  const mistaken = accessPolicies.find(
    ({ objectId = "", tenantId: its }) =>
      others.some((id) => sameText(id, objectId)) || (sameText(objectId, principalId) && !isSame(its, tenantId)),
  );
  const hasRole = model.roleAssignments.some(
    ({ principalId: holder = principalId, scope = vault.id }) =>
      [principalId, ...others].some((id) => sameText(id, holder)) &&
      (scopeContains(scope, vault.id) || scopeContains(vault.id, scope)),
  );
  // Whoever assigned a role meant it to count.
  if (mistaken === undefined && hasRole) {
    const place = { resource, property: "properties.enableRbacAuthorization", expected: "true", actual: "false" };
    return { link: "role", expected: "role assignments count", found: "access policies count", finding: finding("WI024", place) };
  }
  const place =
    mistaken !== undefined && sameText(mistaken.objectId ?? "", principalId)
      ? {
          ...placeOf(mistaken, vault, `["${principalId}"].tenantId`),
          expected: tenantId ?? "the identity's tenantId",
          actual: mistaken.tenantId ?? "none",
        }
      : {
          ...placeOf(mistaken, vault, "[].objectId"),
          expected: principalId,
          actual: mistaken === undefined ? noneOf(accessPolicies) : whose(mistaken, clientId),
        };
  return { ...link, found: place.actual, finding: finding("WI046", place) };
}

/** Where a person finds a field of a policy: `inVault` says which entry of the vault's list, and which field of it. */
function placeOf(policy: AccessPolicyLink | undefined, vault: VaultInModel, inVault: string) {
  if (policy?.resource === undefined) return { resource: vault.resource, property: `properties.accessPolicies${inVault}` };
  return { resource: policy.resource, property: `policy${inVault.slice(inVault.indexOf("]") + 1)}` };
}

function whose({ objectId = "" }: AccessPolicyLink, clientId: string): string {
  return `${objectId} (${sameText(objectId, clientId) ? "the clientId" : "the object id of the application, not of its service principal"})`;
}

function noneOf(policies: readonly AccessPolicyLink[]): string {
  return policies.length === 0 ? "no access policy" : `only policies for ${policies.map(({ objectId }) => objectId).join(", ")}`;
}
