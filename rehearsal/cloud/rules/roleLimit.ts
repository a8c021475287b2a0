import { sameText } from "../../../chain";
import { AzureError } from "../azureError";
import type { PutCheck } from "../resourceManager";
import { ROLE_ASSIGNMENT } from "../resourceTypes";

/** https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits - at subscription, groups and resources together. */
export const ROLE_ASSIGNMENTS_PER_SUBSCRIPTION = 4000;

export function roleLimit(limit = ROLE_ASSIGNMENTS_PER_SUBSCRIPTION): PutCheck {
  return ({ type, existing }, manager) => {
    if (!sameText(type, ROLE_ASSIGNMENT) || existing !== undefined || manager.list(ROLE_ASSIGNMENT).length < limit) return;
    // The status is ours; code and words are the page's.
    throw new AzureError(400, "RoleAssignmentLimitExceeded", "No more role assignments can be created");
  };
}
