// A pod that is told of nothing to read: whether its identity may do anything at all.
import type { LinkCheck, PodContext } from "./check";
import { sameText } from "./rbac";
import { isReader } from "./readers";
import { finding } from "./rules";

/**
 * Silent where the program makes nothing that is read with roles, and where the identity has any role or access policy: what the pod wants outside of them,
 * as a database or Microsoft Graph, nothing here shows. A warning for that reason.
 */
export function checkAnyRole({ model, pod, identity }: PodContext): LinkCheck[] {
  const { vaults, blobContainers = [], roleAssignments } = model;
  if (identity === undefined || vaults.length + blobContainers.length === 0) return [];
  const isTold = pod.containers.some((container) => isReader(model, pod, container));
  const mayBeTold = pod.containers.some(({ env }) => Object.values(env).includes(undefined));
  if (isTold || mayBeTold) return [];
  // Whom an assignment is for may not be known yet.
  const isOwn = (id = identity.principalId) => sameText(id, identity.principalId);
  const policies = vaults.flatMap(({ accessPolicies = [] }) => accessPolicies);
  if (roleAssignments.some(({ principalId }) => isOwn(principalId)) || policies.some(({ objectId }) => isOwn(objectId)))
    return [];
  const mistaken = roleAssignments.find(({ principalId = "" }) => sameText(principalId, identity.clientId));
  const link = { link: "any role", expected: "a role on something" };
  if (mistaken !== undefined) {
    const { resource, principalId } = mistaken;
    const place = { resource, property: "principalId", expected: identity.principalId, actual: `${principalId} (the clientId)` };
    return [{ ...link, found: place.actual, finding: finding("WI023", place) }];
  }
  const place = { resource: identity.resource, property: "role assignments", expected: link.expected, actual: "none" };
  return [{ ...link, found: "none", finding: finding("WI045", { ...place, actual: `${identity.name} has no role` }) }];
}
