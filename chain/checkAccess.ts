// Whether an identity may do what its pod needs, and where it may not, which assignment was meant to let it: the same for a vault, a container or a list.
import type { LinkCheck } from "./check";
import type { Code } from "./codes";
import type { ChainModel, IdentityInModel, RoleAssignmentLink, RoleInModel } from "./model";
import { type ActionKind, isAllowed, roleAllows, roleOf, sameText, scopeContains } from "./rbac";
import { finding, type RuleId } from "./rules";

/** What the identity has to be allowed. */
export interface Need {
  /** Name of the link in a report. */
  readonly link: string;
  /** What the role is granted on, as a person calls it. */
  readonly place: string;
  /** Resource id that the narrowest assignment has as its scope. */
  readonly scope: string;
  /** Resource id of what is read: the scope itself or something in it. */
  readonly target: string;
  readonly actions: readonly string[];
  readonly kind: ActionKind;
  /** Name of the role to grant. */
  readonly role: string;
  /** Beginning of the actions of roles that are about such resources: one of them was meant for this. */
  readonly family: string;
  readonly rules: {
    readonly none: RuleId;
    readonly wrongRole: RuleId;
    readonly wrongScope: RuleId;
  };
  /** What the pod shows, where a rule is shared. */
  readonly code: Code;
}

export function checkAccess(model: ChainModel, identity: IdentityInModel, need: Need): LinkCheck {
  const { roleAssignments: assignments, customRoles = [] } = model;
  const { actions, kind, target, place } = need;
  const link = { link: need.link, expected: `${need.role} on ${place}` };
  if (actions.every((action) => isAllowed(assignments, identity.principalId, action, kind, target, customRoles))) {
    const names = known(heldBy(identity.principalId, assignments))
      .filter(({ scope, roleDefinitionId }) => scopeContains(scope, target) && helps(need, roleDefinitionId, model))
      .map(({ roleDefinitionId }) => roleName(roleDefinitionId, model));
    return { ...link, found: names.length === 0 ? "not known yet" : `${names.join(", ")} on ${place}` };
  }
  const missing = whyNot(model, identity, need);
  return { ...link, found: missing.actual, finding: missing };
}

function heldBy(principal: string, assignments: readonly RoleInModel[]): readonly RoleInModel[] {
  return assignments.filter(({ principalId }) => principalId !== undefined && sameText(principalId, principal));
}

/** Those of which everything is known: the others can neither help nor explain. */
function known(assignments: readonly RoleInModel[]): readonly RoleAssignmentLink[] {
  return assignments.flatMap(({ scope, principalId, roleDefinitionId, ...rest }) =>
    scope === undefined || principalId === undefined || roleDefinitionId === undefined
      ? []
      : [{ ...rest, scope, principalId, roleDefinitionId }],
  );
}

function helps({ actions, kind }: Need, roleDefinitionId: string, { customRoles = [] }: ChainModel): boolean {
  return actions.some((action) => roleAllows(roleDefinitionId, action, kind, customRoles));
}

// The nearest miss first: whoever assigned something meant that to work.
function whyNot(model: ChainModel, identity: IdentityInModel, need: Need) {
  const { scope: wanted, target, role, rules, code } = need;
  const wrongRole = ({ resource, roleDefinitionId }: RoleAssignmentLink) => {
    const actual = roleName(roleDefinitionId, model);
    return finding(rules.wrongRole, { resource, property: "roleDefinitionId", expected: role, actual, code });
  };
  const assignments = known(model.roleAssignments);
  const held = known(heldBy(identity.principalId, assignments));
  const reaching = held.filter(({ scope }) => scopeContains(scope, target));
  const here = reaching.find(({ roleDefinitionId }) => isAbout(need.family, roleDefinitionId, model));
  if (here !== undefined) return wrongRole(here);
  const elsewhere = held.find(({ roleDefinitionId }) => helps(need, roleDefinitionId, model));
  if (elsewhere !== undefined) {
    const { resource, scope } = elsewhere;
    return finding(rules.wrongScope, { resource, property: "scope", expected: wanted, actual: scope, code });
  }
  const mistaken = toAnotherId(identity, assignments, need);
  if (mistaken !== undefined) return mistaken;
  // A role on a group that is about something else has its own purpose; one that was assigned at this very place has not.
  const atPlace = reaching.find(({ scope }) => scopeContains(wanted, scope));
  if (atPlace !== undefined) return wrongRole(atPlace);
  const place = { resource: identity.resource, property: "role assignments", expected: `${role} on ${wanted}`, actual: "none" };
  return finding(rules.none, { ...place, code });
}

// An identity has several ids, and only one of them is granted roles.
function toAnotherId(identity: IdentityInModel, all: readonly RoleAssignmentLink[], need: Need) {
  const others = [
    { id: identity.clientId, what: "the clientId" },
    ...(identity.application === undefined
      ? []
      : [{ id: identity.application.objectId, what: "the object id of the application, not of its service principal" }]),
  ];
  for (const { id, what } of others) {
    const assignment = all.find(
      ({ principalId, scope }) =>
        sameText(principalId, id) && (scopeContains(scope, need.target) || scopeContains(need.scope, scope)),
    );
    if (assignment === undefined) continue;
    return finding("WI023", {
      resource: assignment.resource,
      property: "principalId",
      expected: identity.principalId,
      actual: `${assignment.principalId} (${what})`,
      code: need.code,
    });
  }
  return undefined;
}

function isAbout(family: string, roleDefinitionId: string, { customRoles = [] }: ChainModel): boolean {
  const role = roleOf(roleDefinitionId, customRoles);
  return [...(role?.actions ?? []), ...(role?.dataActions ?? [])].some((pattern) => pattern.startsWith(family));
}

function roleName(roleDefinitionId: string, { customRoles = [] }: ChainModel): string {
  return roleOf(roleDefinitionId, customRoles)?.name ?? roleDefinitionId;
}
