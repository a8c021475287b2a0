// Role assignments by themselves: for whom, and on a registry that looks at other roles.
import type { ChainModel, Finding } from "./model";
import { roleOf, sameText, scopeContains } from "./rbac";
import { ROLES } from "./roles";
import { finding } from "./rules";

const PRINCIPAL_TYPE = "ServicePrincipal";

export function checkRoles(model: ChainModel): Finding[] {
  return [...principalTypes(model), ...pullRoles(model)];
}

function principalTypes({ roleAssignments, identities }: ChainModel): Finding[] {
  return roleAssignments.flatMap(({ resource, principalId, principalType }) => {
    if (principalType === undefined || principalType === PRINCIPAL_TYPE || principalId === undefined) return [];
    if (!identities.some((identity) => sameText(identity.principalId, principalId))) return [];
    return [finding("WI078", { resource, property: "principalType", expected: PRINCIPAL_TYPE, actual: principalType })];
  });
}

function pullRoles({ roleAssignments, registries = [] }: ChainModel): Finding[] {
  const held = roleAssignments.flatMap(({ resource, scope, principalId, roleDefinitionId }) =>
    scope === undefined ? [] : [{ resource, scope, principalId, role: roleOf(roleDefinitionId ?? "") }],
  );
  return registries
    .filter(({ abac }) => abac === true)
    .flatMap(({ id }) => {
      const here = held.filter(({ scope }) => scopeContains(scope, id));
      return here
        .filter(({ role }) => role === ROLES.acrPull)
        .filter(({ principalId }) => !here.some((other) => other.principalId === principalId && other.role !== ROLES.acrPull))
        .map(({ resource }) => {
          const expected = ROLES.containerRegistryRepositoryReader.name;
          return finding("WI080", { resource, property: "roleDefinitionId", expected, actual: ROLES.acrPull.name });
        });
    });
}
