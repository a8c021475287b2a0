// The one place that assigns a role: every assignment has a name that follows from what it assigns, and a principal type.
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { customRoleAssignmentName, type RoleName, roleAssignmentName, roleDefinitionId } from "../chain";

/** Kinds of principals that this project assigns roles to. A managed identity is a `ServicePrincipal`. */
export const PrincipalType = { User: "User", Group: "Group", ServicePrincipal: "ServicePrincipal" } as const;
export type PrincipalType = (typeof PrincipalType)[keyof typeof PrincipalType];

/** A built-in role by its name in `ROLES`, or a role of the program's own by the resource id of its definition. */
export type GrantedRole = RoleName | { definitionId: pulumi.Input<string> };

export interface RoleAssignmentSpec {
  /** Resource id that the role is granted on. Changing it replaces the assignment. */
  scope: pulumi.Input<string>;
  /** Object id of the principal. Changing it replaces the assignment. */
  principalId: pulumi.Input<string>;
  /** Changing it replaces the assignment. */
  role: GrantedRole;
  /**
   * Kind of the principal. Defaults to `ServicePrincipal`. It is always sent: without it Azure looks a new principal up in a directory that may
   * not have it yet. https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
   */
  principalType?: pulumi.Input<PrincipalType>;
}

/** Assigns a role under a name that depends on scope, principal and role only, so that a second run finds the first one's assignment. */
export function assignRole(
  name: string,
  { scope, principalId, role, principalType = PrincipalType.ServicePrincipal }: RoleAssignmentSpec,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return new authorization.RoleAssignment(name, { scope, principalId, principalType, ...named(scope, principalId, role) }, opts);
}

function named(scope: pulumi.Input<string>, principalId: pulumi.Input<string>, role: GrantedRole) {
  if (typeof role !== "string") {
    return {
      roleDefinitionId: role.definitionId,
      roleAssignmentName: pulumi
        .all([scope, principalId, role.definitionId])
        .apply(([id, principal, definition]) => customRoleAssignmentName(id, principal, definition)),
    };
  }
  return {
    roleDefinitionId: pulumi.output(scope).apply((id) => roleDefinitionId(role, id)),
    roleAssignmentName: pulumi.all([scope, principalId]).apply(([id, principal]) => roleAssignmentName(id, principal, role)),
  };
}
