// The links between the identity and the secret: role, vault, secret. They apply to a pod whose container is given a vault.
import type { LinkCheck, PodContext } from "./check";
import { checkAccess, type Need } from "./checkAccess";
import type { ChainModel, ContainerLink, IdentityInModel, VaultInModel } from "./model";
import { sameText } from "./rbac";
import { GET_SECRET_ACTION, ROLES } from "./roles";
import { finding } from "./rules";
import { APP_ENVIRONMENT } from "./workloadIdentity";

export function checkVault({ model, pod, identity }: PodContext): LinkCheck[] {
  return pod.containers.flatMap((container) => {
    const uri = container.env[APP_ENVIRONMENT.vaultUri];
    if (uri === undefined) return [];
    const vault = model.vaults.find((candidate) => sameText(withSlash(candidate.uri), withSlash(uri)));
    if (vault === undefined && model.elsewhere?.includes("vaults")) return [];
    if (vault === undefined) return [unknownVault(pod.resource, container, uri, model.vaults)];
    if (identity === undefined) return [];
    const secretName = container.env[APP_ENVIRONMENT.secretName];
    // A role may also be assigned at the one secret.
    const target = secretName === undefined ? vault.id : `${vault.id}/secrets/${secretName}`;
    return [...access(vault, target, identity, model), ...secret(container, vault, pod.resource, model)];
  });
}

/** An address with the slash at its end that some programs leave out; the SDKs do not mind. */
export function withSlash(uri: string): string {
  return uri.endsWith("/") ? uri : `${uri}/`;
}

/** Where a person finds a variable of a container. */
export function envProperty({ name }: ContainerLink, variable: string): string {
  return `spec.template.spec.containers["${name}"].env["${variable}"]`;
}

function unknownVault(resource: string, container: ContainerLink, actual: string, vaults: readonly VaultInModel[]): LinkCheck {
  const expected = vaults.map(({ uri }) => uri).join(" or ") || "a vault's uri";
  const place = { resource, property: envProperty(container, APP_ENVIRONMENT.vaultUri), expected, actual };
  return { link: "vault", expected, found: actual, finding: finding("WI028", place) };
}

function access(vault: VaultInModel, target: string, identity: IdentityInModel, model: ChainModel): LinkCheck[] {
  const { tenantId: actual } = vault;
  const { tenantId: expected } = identity;
  if (actual !== undefined && expected !== undefined && !sameText(actual, expected)) {
    const place = { resource: vault.resource, property: "properties.tenantId", expected, actual };
    return [{ link: "vault", expected: place.expected, found: place.actual, finding: finding("WI025", place) }];
  }
  // Whether roles count at all.
  if (vault.rbac === undefined) return [];
  if (!vault.rbac) {
    const place = { resource: vault.resource, property: "properties.enableRbacAuthorization", expected: "true", actual: "false" };
    return [
      { link: "role", expected: "role assignments count", found: "access policies count", finding: finding("WI024", place) },
    ];
  }
  const need: Need = {
    link: "role",
    place: vault.name,
    scope: vault.id,
    target,
    actions: [GET_SECRET_ACTION],
    kind: "dataAction",
    role: ROLES.keyVaultSecretsUser.name,
    family: "Microsoft.KeyVault/",
    rules: { none: "WI020", wrongRole: "WI021", wrongScope: "WI022" },
    code: "ForbiddenByRbac",
  };
  return [checkAccess(model, identity, need)];
}

function secret(
  container: ContainerLink,
  vault: VaultInModel,
  podResource: string,
  { secrets, elsewhere = [] }: ChainModel,
): LinkCheck[] {
  const name = container.env[APP_ENVIRONMENT.secretName];
  if (name === undefined) return [];
  const ofVault = secrets.filter(({ vaultId = vault.id }) => sameText(vaultId, vault.id));
  const found = ofVault.find((candidate) => sameText(candidate.name ?? name, name));
  if (found === undefined) {
    // People put secrets into vaults by hand.
    if (ofVault.length === 0 && elsewhere.includes("vaults")) return [];
    const expected = ofVault.map((candidate) => candidate.name).join(" or ") || "a secret of this name";
    const place = { resource: podResource, property: envProperty(container, APP_ENVIRONMENT.secretName), expected, actual: name };
    return [{ link: "secret", expected, found: name, finding: finding("WI026", place) }];
  }
  const link = {
    link: "secret",
    expected: `${name}, enabled`,
    found: `${name}, ${found.enabled === false ? "disabled" : "enabled"}`,
  };
  if (found.enabled !== false) return [link];
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
