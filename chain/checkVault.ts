// The links between the identity and the secret: role, vault, secret. They apply to a pod whose container is told of a vault of the program.
import type { LinkCheck, PodContext } from "./check";
import { checkAccess, type Need } from "./checkAccess";
import { checkAccessPolicies } from "./checkAccessPolicies";
import type { ChainModel, IdentityInModel, VaultInModel } from "./model";
import { sameText } from "./rbac";
import { GET_SECRET_ACTION, ROLES } from "./roles";
import { finding } from "./rules";
import type { Named } from "./told";
import { vaultTargets } from "./vaultTargets";

export function checkVault({ model, pod, identity }: PodContext): LinkCheck[] {
  return pod.containers.flatMap((container) =>
    vaultTargets(model, pod, container).flatMap(({ at, vault, secrets }): LinkCheck[] => {
      if (vault === undefined && model.elsewhere?.includes("vaults")) return [];
      if (vault === undefined) return [unknownVault(pod.resource, at, model.vaults)];
      if (identity === undefined) return [];
      // A role may also be assigned at the one secret.
      const targets = secrets.length === 0 ? [vault.id] : secrets.map(({ value }) => `${vault.id}/secrets/${value}`);
      const checks = targets.flatMap((target) => access(vault, target, identity, model));
      const refused = checks.find((each) => each.finding !== undefined);
      return [
        ...(refused === undefined ? checks.slice(0, 1) : [refused]),
        ...secrets.flatMap((secret) => checkSecret(secret, vault, pod.resource, model)),
      ];
    }),
  );
}

function unknownVault(resource: string, { property, value: actual }: Named, vaults: readonly VaultInModel[]): LinkCheck {
  const expected = vaults.map(({ uri }) => uri).join(" or ") || "a vault's uri";
  return { link: "vault", expected, found: actual, finding: finding("WI028", { resource, property, expected, actual }) };
}

/** Whether the identity may read `target`, the vault or a secret in it. */
export function access(vault: VaultInModel, target: string, identity: IdentityInModel, model: ChainModel): LinkCheck[] {
  const { tenantId: actual } = vault;
  const { tenantId: expected } = identity;
  if (actual !== undefined && expected !== undefined && !sameText(actual, expected)) {
    const place = { resource: vault.resource, property: "properties.tenantId", expected, actual };
    return [{ link: "vault", expected: place.expected, found: place.actual, finding: finding("WI025", place) }];
  }
  // Whether roles count at all.
  if (vault.rbac === undefined) return [];
  if (!vault.rbac) return [checkAccessPolicies(model, identity, vault)];
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

export function checkSecret(
  { property, value: name }: Named,
  vault: VaultInModel,
  podResource: string,
  { secrets, elsewhere = [] }: ChainModel,
): LinkCheck[] {
  const ofVault = secrets.filter(({ vaultId = vault.id }) => sameText(vaultId, vault.id));
  const found = ofVault.find((candidate) => sameText(candidate.name ?? name, name));
  if (found === undefined) {
    // People put secrets into vaults by hand.
    if (ofVault.length === 0 && elsewhere.includes("vaults")) return [];
    const expected = ofVault.map((candidate) => candidate.name).join(" or ") || "a secret of this name";
    const place = { resource: podResource, property, expected, actual: name };
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
