// Azure's role-based access control, as far as the chain needs it: assignments at a scope or above it, and built-in role definitions.
// Not evaluated: deny assignments, conditions, notActions, groups and custom roles. https://learn.microsoft.com/azure/role-based-access-control/overview
import type { RoleAssignmentLink } from "./model";
import { actionMatches, ROLES, type RoleDefinition } from "./roles";

export type ActionKind = "action" | "dataAction";

/** Whether some assignment lets the principal do this. A role that this project does not know allows nothing. */
export function isAllowed(
  assignments: readonly RoleAssignmentLink[],
  principalId: string,
  action: string,
  kind: ActionKind,
  scopeId: string,
): boolean {
  return assignments
    .filter((assignment) => sameText(assignment.principalId, principalId) && scopeContains(assignment.scope, scopeId))
    .some((assignment) => roleAllows(assignment.roleDefinitionId, action, kind));
}

export function roleAllows(roleDefinitionId: string, action: string, kind: ActionKind): boolean {
  const role = roleOf(roleDefinitionId);
  return ((kind === "action" ? role?.actions : role?.dataActions) ?? []).some((pattern) => actionMatches(pattern, action));
}

/** The built-in role of a definition's id, or undefined for one that this project does not know. */
export function roleOf(roleDefinitionId: string): RoleDefinition | undefined {
  const guid = roleDefinitionId.slice(roleDefinitionId.lastIndexOf("/") + 1);
  const roles: readonly RoleDefinition[] = Object.values(ROLES);
  return roles.find(({ id }) => sameText(id, guid));
}

/** Scopes nest by whole segments: `…/vaults/kv` does not contain `…/vaults/kv2`. */
export function scopeContains(scope: string, id: string): boolean {
  const border = (text: string) => `${text.toLowerCase().replace(/\/+$/, "")}/`;
  return border(id).startsWith(border(scope));
}

export function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
