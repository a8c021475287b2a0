// The links between the identity and the secret: role, vault, secret. They apply to a pod whose container is given a vault.
import type { LinkCheck, PodContext } from "./check";
import type { ContainerLink, IdentityLink, RoleAssignmentLink, VaultLink } from "./model";
import { isAllowed, roleAllows, roleOf, sameText, scopeContains } from "./rbac";
import { GET_SECRET_ACTION, ROLES } from "./roles";
import { finding } from "./rules";
import { APP_ENVIRONMENT } from "./workloadIdentity";

export function checkVault({ model, pod, identity }: PodContext): LinkCheck[] {
  return pod.containers.flatMap((container) => {
    const uri = container.env[APP_ENVIRONMENT.vaultUri];
    if (uri === undefined) return [];
    const vault = model.vaults.find((candidate) => sameText(withSlash(candidate.uri), withSlash(uri)));
    if (vault === undefined) return [unknownVault(pod.resource, container, uri, model.vaults)];
    if (identity === undefined) return [];
    const secretName = container.env[APP_ENVIRONMENT.secretName];
    // A role may also be assigned at the one secret.
    const target = secretName === undefined ? vault.id : `${vault.id}/secrets/${secretName}`;
    return [...access(vault, target, identity, model.roleAssignments), ...secret(container, vault, pod.resource, model.secrets)];
  });
}

function withSlash(uri: string): string {
  return uri.endsWith("/") ? uri : `${uri}/`;
}

function envProperty({ name }: ContainerLink, variable: string): string {
  return `spec.template.spec.containers["${name}"].env["${variable}"]`;
}

function unknownVault(resource: string, container: ContainerLink, actual: string, vaults: readonly VaultLink[]): LinkCheck {
  const expected = vaults.map(({ uri }) => uri).join(" or ") || "a vault's uri";
  const place = { resource, property: envProperty(container, APP_ENVIRONMENT.vaultUri), expected, actual };
  return { link: "vault", expected, found: actual, finding: finding("WI028", place) };
}

function access(
  vault: VaultLink,
  target: string,
  identity: IdentityLink,
  assignments: readonly RoleAssignmentLink[],
): LinkCheck[] {
  if (!sameText(vault.tenantId, identity.tenantId)) {
    const place = {
      resource: vault.resource,
      property: "properties.tenantId",
      expected: identity.tenantId,
      actual: vault.tenantId,
    };
    return [{ link: "vault", expected: place.expected, found: place.actual, finding: finding("WI025", place) }];
  }
  if (!vault.rbac) {
    const place = { resource: vault.resource, property: "properties.enableRbacAuthorization", expected: "true", actual: "false" };
    return [
      { link: "role", expected: "role assignments count", found: "access policies count", finding: finding("WI024", place) },
    ];
  }
  const role = ROLES.keyVaultSecretsUser.name;
  const link = { link: "role", expected: `${role} on ${vault.name}` };
  const held = assignments.filter(({ principalId }) => sameText(principalId, identity.principalId));
  if (isAllowed(assignments, identity.principalId, GET_SECRET_ACTION, "dataAction", target)) {
    const names = held
      .filter(({ scope }) => scopeContains(scope, target))
      .map(({ roleDefinitionId }) => roleName(roleDefinitionId));
    return [{ ...link, found: `${names.join(", ")} on ${vault.name}` }];
  }
  const missing = whyNot(vault, target, identity, held, assignments);
  return [{ ...link, found: missing.actual, finding: missing }];
}

// The nearest miss first: whoever assigned something meant that to work.
function whyNot(
  vault: VaultLink,
  target: string,
  identity: IdentityLink,
  held: readonly RoleAssignmentLink[],
  all: readonly RoleAssignmentLink[],
) {
  const wrongRole = ({ resource, roleDefinitionId }: RoleAssignmentLink) =>
    finding("WI021", {
      resource,
      property: "roleDefinitionId",
      expected: ROLES.keyVaultSecretsUser.name,
      actual: roleName(roleDefinitionId),
    });
  const reaching = held.filter(({ scope }) => scopeContains(scope, target));
  const here = reaching.find(({ roleDefinitionId }) => isAboutVaults(roleDefinitionId));
  if (here !== undefined) return wrongRole(here);
  const elsewhere = held.find(({ roleDefinitionId }) => roleAllows(roleDefinitionId, GET_SECRET_ACTION, "dataAction"));
  if (elsewhere !== undefined)
    return finding("WI022", { resource: elsewhere.resource, property: "scope", expected: vault.id, actual: elsewhere.scope });
  const byClientId = all.find(({ principalId }) => sameText(principalId, identity.clientId));
  if (byClientId !== undefined) {
    return finding("WI023", {
      resource: byClientId.resource,
      property: "principalId",
      expected: identity.principalId,
      actual: `${byClientId.principalId} (the clientId)`,
    });
  }
  // A role on a group that is not about vaults has its own purpose; one that was assigned at this very vault has not.
  const atVault = reaching.find(({ scope }) => scopeContains(vault.id, scope));
  if (atVault !== undefined) return wrongRole(atVault);
  return finding("WI020", {
    resource: identity.resource,
    property: "role assignments",
    expected: `${ROLES.keyVaultSecretsUser.name} on ${vault.id}`,
    actual: "none",
  });
}

function isAboutVaults(roleDefinitionId: string): boolean {
  const role = roleOf(roleDefinitionId);
  return [...(role?.actions ?? []), ...(role?.dataActions ?? [])].some((pattern) => pattern.startsWith("Microsoft.KeyVault/"));
}

function roleName(roleDefinitionId: string): string {
  return roleOf(roleDefinitionId)?.name ?? roleDefinitionId;
}

function secret(
  container: ContainerLink,
  vault: VaultLink,
  podResource: string,
  secrets: PodContext["model"]["secrets"],
): LinkCheck[] {
  const name = container.env[APP_ENVIRONMENT.secretName];
  if (name === undefined) return [];
  const ofVault = secrets.filter(({ vaultId }) => sameText(vaultId, vault.id));
  const found = ofVault.find((candidate) => sameText(candidate.name, name));
  if (found === undefined) {
    const expected = ofVault.map((candidate) => candidate.name).join(" or ") || "a secret of this name";
    const place = { resource: podResource, property: envProperty(container, APP_ENVIRONMENT.secretName), expected, actual: name };
    return [{ link: "secret", expected, found: name, finding: finding("WI026", place) }];
  }
  const link = { link: "secret", expected: `${name}, enabled`, found: `${name}, ${found.enabled ? "enabled" : "disabled"}` };
  if (found.enabled) return [link];
  return [
    {
      ...link,
      finding: finding("WI027", {
        resource: found.resource,
        property: "properties.attributes.enabled",
        expected: "true",
        actual: "false",
      }),
    },
  ];
}
