// A role of the stack's own that lets an identity see which roles it has, and nothing else: the built-in Reader would show every resource.
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { customRoleDefinitionId, customRoleId, ROLE_LIST_ACTIONS } from "../chain";
import type { GrantedRole } from "./roleAssignment";

export interface RoleListRoleArgs {
  /** Resource id at which, and below which, the role may be assigned: the resource group whose assignments are listed. Changing it replaces the role. */
  scope: pulumi.Input<string>;
  /** Name, unique among the roles of the tenant. Changing it replaces the role. */
  roleName: pulumi.Input<string>;
}

/**
 * Creates the role. The deployer needs Microsoft.Authorization/roleDefinitions/write at the scope, which Owner and User Access Administrator have, and Role
 * Based Access Control Administrator and Contributor have not. https://learn.microsoft.com/azure/role-based-access-control/custom-roles
 */
export function roleListRole(
  name: string,
  { scope, roleName }: RoleListRoleArgs,
  opts?: pulumi.CustomResourceOptions,
): GrantedRole {
  const definition = new authorization.RoleDefinition(
    name,
    {
      scope,
      roleDefinitionId: pulumi.all([scope, roleName]).apply(([id, text]) => customRoleId(id, text)),
      roleName,
      roleType: "CustomRole",
      description: "Lists the role assignments of this scope, with the names of their roles.",
      assignableScopes: [scope],
      permissions: [{ actions: [...ROLE_LIST_ACTIONS], notActions: [], dataActions: [], notDataActions: [] }],
    },
    opts,
  );
  return { definitionId: definition.id.apply(customRoleDefinitionId) };
}
