// Azure's role-based access control, as far as the chain needs it: assignments at a scope or above it, and built-in role definitions.
// Not evaluated: deny assignments, conditions and groups. https://learn.microsoft.com/azure/role-based-access-control/overview
import { lastSegment } from "./lastSegment";
import type { RoleInModel } from "./model";
import { actionMatches, ROLES, type RoleDefinition } from "./roles";

export type ActionKind = "action" | "dataAction";

/**
 * Whether some assignment lets the principal do this. A role that is neither built in and known here nor among `customRoles` allows nothing; an assignment of
 * which something is not known yet counts as the right one.
 */
export function isAllowed(
  assignments: readonly RoleInModel[],
  principalId: string,
  action: string,
  kind: ActionKind,
  scopeId: string,
  customRoles: readonly RoleDefinition[] = [],
): boolean {
  return assignments
    .filter(
      ({ principalId: holder = principalId, scope = scopeId }) => sameText(holder, principalId) && scopeContains(scope, scopeId),
    )
    .some(({ roleDefinitionId }) => roleDefinitionId === undefined || roleAllows(roleDefinitionId, action, kind, customRoles));
}

export function roleAllows(
  roleDefinitionId: string,
  action: string,
  kind: ActionKind,
  customRoles: readonly RoleDefinition[] = [],
): boolean {
  const role = roleOf(roleDefinitionId, customRoles);
  if (role === undefined) return false;
  const [given, taken = []] = kind === "action" ? [role.actions, role.notActions] : [role.dataActions, role.notDataActions];
  const matches = (pattern: string) => actionMatches(pattern, action);
  return given.some(matches) && !taken.some(matches);
}

/** The role of a definition's id: a built-in one that this project knows, or one of `customRoles`; otherwise undefined. */
export function roleOf(roleDefinitionId: string, customRoles: readonly RoleDefinition[] = []): RoleDefinition | undefined {
  const guid = lastSegment(roleDefinitionId);
  const roles: readonly RoleDefinition[] = [...Object.values(ROLES), ...customRoles];
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
