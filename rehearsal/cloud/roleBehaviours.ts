// Role assignments and custom roles as Resource Manager takes them. Deny assignments and conditions are not emulated.

import { z } from "zod";
import { GUID, lastSegment, ROLES, sameText, scopeContains } from "../../chain";
import { AzureError } from "./azureError";
import { remembered } from "./remembered";
import type { PutRequest, ResourceManager } from "./resourceManager";
import { IDENTITY, ROLE_ASSIGNMENT, ROLE_DEFINITION } from "./resourceTypes";

const assignmentShape = z.object({
  scope: z.string(),
  principalId: z.string(),
  roleDefinitionId: z.string(),
  principalType: z.string().optional(),
});

interface Assignment {
  readonly scope: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
}

// https://learn.microsoft.com/azure/role-based-access-control/troubleshooting - a name that somebody has given to another assignment already.
function refuseUpdate(before: Assignment, after: Assignment): void {
  if (!sameText(before.principalId, after.principalId) || !sameText(before.scope, after.scope))
    throw new AzureError(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  if (!sameText(roleGuid(before), roleGuid(after)))
    throw new AzureError(
      501,
      "NotEmulated",
      "a role assignment got another role under the same name: what Azure answers is not documented, and a new name is sure to work",
    );
}

function roleGuid({ roleDefinitionId }: Assignment): string {
  return lastSegment(roleDefinitionId);
}

// Azure/modern-web-app-pattern-dotnet#129, with Azure's spelling. azure-native says "User" where a program says nothing.
function refuseOtherType(manager: ResourceManager, principalId: string, principalType = "ServicePrincipal"): void {
  const isIdentity = manager.list(IDENTITY).some(({ properties }) => properties.principalId === principalId);
  if (!isIdentity || principalType === "ServicePrincipal") return;
  const id = principalId.replaceAll("-", "");
  throw new AzureError(
    400,
    "UnmatchedPrincipalType",
    `The PrincipalId '${id}' has type 'ServicePrincipal' , which is different from specified PrinciaplType '${principalType}'.`,
  );
}

const heldOf = remembered(({ properties }) => assignmentShape.parse(properties));

function refuseNoGuid(name: string, kind: string, code: string): void {
  if (!GUID.test(name)) throw new AzureError(400, code, `The ${kind} ID '${name}' is not valid. The ${kind} ID must be a GUID.`);
}

export function roleAssignment({ id, name, properties, existing }: PutRequest, manager: ResourceManager) {
  refuseNoGuid(name, "role assignment", "InvalidRoleAssignmentId");
  const { scope, principalId, roleDefinitionId, principalType } = assignmentShape.parse(properties);
  if (existing !== undefined) refuseUpdate(assignmentShape.parse(existing.properties), { scope, principalId, roleDefinitionId });
  refuseOutOfScope(manager, roleDefinitionId, scope);
  refuseOtherType(manager, principalId, principalType);
  // Azure/bicep#18454: the same scope, principal and role under a second name.
  const same = manager.list(ROLE_ASSIGNMENT).find((other) => {
    const held = heldOf(other);
    return (
      other.id !== id &&
      held.principalId === principalId &&
      sameText(held.scope, scope) &&
      sameText(held.roleDefinitionId, roleDefinitionId)
    );
  });
  if (same !== undefined)
    throw new AzureError(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the existing role assignment is ${same.name}.`,
    );
  return {};
}

const strings = z.array(z.string()).default([]);
const permissionShape = z.object({ actions: strings, notActions: strings, dataActions: strings, notDataActions: strings });

/** What a custom role is made of. A definition without a list has an empty one. */
export const roleDefinitionShape = z.looseObject({
  roleName: z.string().min(1),
  permissions: z.array(permissionShape),
  assignableScopes: z.array(z.string()),
});

// There are hundreds of built-in roles, and not all stand in chain/roles.ts: one that is not known here is taken, and allows nothing.
function refuseOutOfScope(manager: ResourceManager, roleDefinitionId: string, scope: string): void {
  const guid = lastSegment(roleDefinitionId);
  const custom = manager.list(ROLE_DEFINITION).find(({ name }) => sameText(name, guid));
  if (custom === undefined) return;
  const { assignableScopes, roleName } = roleDefinitionShape.parse(custom.properties);
  if (assignableScopes.some((assignable) => scopeContains(assignable, scope))) return;
  // That Azure refuses: https://learn.microsoft.com/azure/role-based-access-control/role-definitions#assignablescopes - the words are ours.
  throw new AzureError(
    400,
    "RoleAssignmentScopeNotAssignableToRoleDefinition",
    `The role '${roleName}' cannot be assigned at '${scope}': its assignable scopes are ${assignableScopes.join(", ")}.`,
  );
}

// Rules of a custom role: https://learn.microsoft.com/azure/role-based-access-control/custom-roles#custom-role-properties
export function roleDefinition({ id, name, properties }: PutRequest, manager: ResourceManager) {
  refuseNoGuid(name, "role definition", "InvalidRoleDefinitionId");
  const { roleName, permissions, assignableScopes } = roleDefinitionShape.parse(properties);
  if (permissions.length !== 1)
    throw new AzureError(501, "NotEmulated", "the rehearsal emulates custom roles with exactly one entry in permissions");
  if (assignableScopes.length === 0 || assignableScopes.includes("/"))
    throw new AzureError(
      400,
      "InvalidAssignableScopes",
      "A custom role needs assignable scopes, and the root scope '/' cannot be one of them.",
    );
  const others = manager.list(ROLE_DEFINITION).filter((other) => !sameText(other.id, id));
  const taken = [
    ...Object.values(ROLES).map((role) => role.name),
    ...others.map((other) => roleDefinitionShape.parse(other.properties).roleName),
  ];
  // One name in the whole tenant: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting, Azure/Azure-Landing-Zones#1505
  if (taken.some((other) => sameText(other, roleName)))
    throw new AzureError(
      409,
      "RoleDefinitionWithSameNameExists",
      "A custom role with the same name already exists in this directory.",
    );
  if (Object.values(ROLES).some((role) => sameText(role.id, name)) || others.some((other) => sameText(other.name, name)))
    throw new AzureError(409, "RoleDefinitionExists", `The role definition ID '${name}' is already that of another role.`);
  return { type: ROLE_DEFINITION, roleType: "CustomRole", permissions };
}
