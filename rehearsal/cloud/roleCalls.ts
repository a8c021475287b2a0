// Reading who has which role over HTTP: lists of role assignments, and role definitions.
// https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest and /role-definitions-list
import { lastSegment, ROLES, type RoleAssignmentLink, type RoleDefinition, roleOf, sameText, scopeContains } from "../../chain";
import { azureError, type EmulatedResponse } from "../network/handler";
import { mayDo } from "./deployer";
import { authorizationFailed } from "./managementRefusals";
import type { AccessToken } from "./tokens";
import type { AzureView } from "./view";

export interface RoleCall {
  /** What the roles are asked of: a subscription, a resource group, a resource or what lies below one. */
  readonly scope: string;
  readonly kind: "roleAssignments" | "roleDefinitions";
  /** GUID of one of them; undefined asks for the list. */
  readonly name: string | undefined;
  readonly filter: string | null;
}

/** A caller needs the right to read at the scope that it asks about: one on a part of it is not enough. Then 400, 404. */
export function roleAnswer(view: AzureView, caller: AccessToken, call: RoleCall): EmulatedResponse | undefined {
  const action = `Microsoft.Authorization/${call.kind}/read`;
  if (!mayDo(view, caller.principalId, action, "action", call.scope)) return authorizationFailed(caller, action, call.scope);
  if (call.kind === "roleDefinitions") return definitions(view, call);
  return call.name === undefined ? assignments(view, call) : undefined;
}

type Filter = (assignment: RoleAssignmentLink) => boolean;

const AT_SCOPE = /^atScope\(\)$/i;
const OF_PRINCIPAL = /^(?:assignedTo\('(?<assigned>[^']+)'\)|principalId eq '(?<principal>[^']+)')$/i;
const BOTH = /^atScope\(\) and (?<rest>assignedTo\('[^']+'\))$/i;

/** Each filter that Azure has; undefined for another one. There are no groups here: what is assigned to somebody is assigned directly. */
function filterOf(filter: string, scope: string): Filter | undefined {
  if (AT_SCOPE.test(filter)) return (assignment) => scopeContains(assignment.scope, scope);
  const { rest } = BOTH.exec(filter)?.groups ?? {};
  const { assigned, principal = assigned } = OF_PRINCIPAL.exec(rest ?? filter)?.groups ?? {};
  if (principal === undefined) return undefined;
  return (assignment) =>
    sameText(assignment.principalId, principal) && (rest === undefined || scopeContains(assignment.scope, scope));
}

/** By which the Azure CLI finds a role. https://learn.microsoft.com/rest/api/authorization/role-definitions/list */
const ROLE_NAME = /^roleName eq '(?<name>(?:[^']|'')+)'$/i;

/** At the scope, above it and below it; `atScope()` leaves out what lies below. */
function assignments(view: AzureView, { scope, filter }: RoleCall): EmulatedResponse {
  const accepts = filter === null ? () => true : filterOf(filter, scope);
  if (accepts === undefined) {
    // The text as in Azure/azure-rest-api-specs#28255; its code is not shown there.
    const text = `The filter '${filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.`;
    return azureError(400, "BadRequest", text);
  }
  const value = view
    .roleAssignments()
    .filter((assignment) => scopeContains(assignment.scope, scope) || scopeContains(scope, assignment.scope))
    .filter(accepts)
    .map((assignment) => assignmentResource(view, assignment));
  return { status: 200, body: { value } };
}

export function assignmentResource(
  view: AzureView,
  { id, scope, principalId, roleDefinitionId, condition }: RoleAssignmentLink,
): object {
  // However the program wrote it, Azure returns the definition below the subscription.
  const definition = definitionId(view, lastSegment(roleDefinitionId));
  // Of others than the program's identities it is not known whether they are a person, a group or an identity.
  const isIdentity = view.identities().some((identity) => sameText(identity.principalId, principalId));
  return {
    id,
    type: "Microsoft.Authorization/roleAssignments",
    name: lastSegment(id),
    properties: {
      roleDefinitionId: definition,
      principalId,
      scope,
      ...(isIdentity ? { principalType: "ServicePrincipal" } : {}),
      ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
    },
  };
}

function definitions(view: AzureView, { scope, name, filter }: RoleCall): EmulatedResponse | undefined {
  const custom = view.customRoles();
  if (name !== undefined) {
    const role = roleOf(name, custom);
    if (role !== undefined) return { status: 200, body: definitionResource(view, role) };
    return azureError(404, "RoleDefinitionDoesNotExist", `The specified role definition with ID '${name}' does not exist.`);
  }
  const wanted = ROLE_NAME.exec(filter ?? "")?.groups?.name?.replaceAll("''", "'");
  if (filter !== null && wanted === undefined) return undefined;
  const assignable = custom.filter(({ assignableScopes }) => assignableScopes.some((each) => scopeContains(each, scope)));
  const found: readonly RoleDefinition[] = [...Object.values(ROLES), ...assignable];
  const value = found.filter(({ name: roleName }) => wanted === undefined || sameText(roleName, wanted));
  return { status: 200, body: { value: value.map((role) => definitionResource(view, role)) } };
}

/** The lists of a built-in role are those of chain/roles.ts: what a rehearsal can meet, and no more. */
export function definitionResource(view: AzureView, role: RoleDefinition): object {
  const custom = view.customRoles().find(({ id }) => sameText(id, role.id));
  const { actions, notActions = [], dataActions, notDataActions = [] } = role;
  return {
    id: definitionId(view, role.id),
    type: "Microsoft.Authorization/roleDefinitions",
    name: role.id,
    properties: {
      roleName: role.name,
      type: custom === undefined ? "BuiltInRole" : "CustomRole",
      assignableScopes: custom?.assignableScopes ?? ["/"],
      permissions: [{ actions, notActions, dataActions, notDataActions }],
    },
  };
}

function definitionId({ subscriptionId }: AzureView, guid: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}
