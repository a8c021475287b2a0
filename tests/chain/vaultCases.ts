// Mistakes between the identity and the secret: the vault refuses.
import { APP_ENVIRONMENT, ROLES, roleDefinitionId } from "../../chain";
import { IDENTITY, POD, ROLE, SECRET, TENANT_ID, VAULT } from "../support/chainModel";
import type { RuleCase } from "./ruleCase";

const OTHER_GUID = "99999999-9999-4999-8999-999999999999";
const variable = (name: string) => `spec.template.spec.containers["app"].env["${name}"]`;
const container = (env: Readonly<Record<string, string>>) => [{ name: "app", image: "app", env }];
const app = { [APP_ENVIRONMENT.vaultUri]: VAULT.uri, [APP_ENVIRONMENT.secretName]: SECRET.name };

export const VAULT_CASES: readonly RuleCase[] = [
  {
    mistake: "the identity has no role",
    changes: { role: null },
    finds: ["WI020", "ForbiddenByRbac", IDENTITY.resource, "role assignments", `Key Vault Secrets User on ${VAULT.id}`, "none"],
  },
  {
    mistake: "the identity has Key Vault Reader",
    changes: { role: { roleDefinitionId: roleDefinitionId("keyVaultReader", VAULT.id) } },
    finds: [
      "WI021",
      "ForbiddenByRbac",
      ROLE.resource,
      "roleDefinitionId",
      ROLES.keyVaultSecretsUser.name,
      ROLES.keyVaultReader.name,
    ],
  },
  {
    mistake: "the identity has a role of which nothing is known",
    changes: { role: { roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${OTHER_GUID}` } },
    finds: [
      "WI021",
      "ForbiddenByRbac",
      ROLE.resource,
      "roleDefinitionId",
      ROLES.keyVaultSecretsUser.name,
      `/providers/Microsoft.Authorization/roleDefinitions/${OTHER_GUID}`,
    ],
  },
  {
    mistake: "the role is on a vault whose name starts alike",
    changes: { role: { scope: `${VAULT.id}2` } },
    finds: ["WI022", "ForbiddenByRbac", ROLE.resource, "scope", VAULT.id, `${VAULT.id}2`],
  },
  {
    mistake: "the role is on another secret of the vault",
    changes: { role: { scope: `${VAULT.id}/secrets/other` } },
    finds: ["WI022", "ForbiddenByRbac", ROLE.resource, "scope", VAULT.id, `${VAULT.id}/secrets/other`],
  },
  {
    mistake: "the role is assigned to the clientId",
    changes: { role: { principalId: IDENTITY.clientId } },
    finds: [
      "WI023",
      "ForbiddenByRbac",
      ROLE.resource,
      "principalId",
      IDENTITY.principalId,
      `${IDENTITY.clientId} (the clientId)`,
    ],
  },
  {
    mistake: "the vault uses access policies",
    changes: { vault: { rbac: false } },
    finds: ["WI024", "AccessDenied", VAULT.resource, "properties.enableRbacAuthorization", "true", "false"],
  },
  {
    mistake: "the vault belongs to another tenant",
    changes: { vault: { tenantId: OTHER_GUID } },
    finds: ["WI025", "VaultTenantMismatch", VAULT.resource, "properties.tenantId", TENANT_ID, OTHER_GUID],
  },
  {
    mistake: "the vault has no secret of the name",
    changes: { pod: { containers: container({ ...app, [APP_ENVIRONMENT.secretName]: "greetings" }) } },
    finds: ["WI026", "SecretNotFound", POD.resource, variable(APP_ENVIRONMENT.secretName), "greeting", "greetings"],
  },
  {
    mistake: "the secret is in another vault",
    changes: { secret: { vaultId: `${VAULT.id}2` } },
    finds: ["WI026", "SecretNotFound", POD.resource, variable(APP_ENVIRONMENT.secretName), "a secret of this name", "greeting"],
  },
  {
    mistake: "the secret is disabled",
    changes: { secret: { enabled: false } },
    finds: ["WI027", "SecretDisabled", SECRET.resource, "properties.attributes.enabled", "true", "false"],
  },
  {
    mistake: "the vault address is no vault's",
    changes: { pod: { containers: container({ ...app, [APP_ENVIRONMENT.vaultUri]: "https://kv-oders.vault.azure.net/" }) } },
    finds: [
      "WI028",
      "HostNotFound",
      POD.resource,
      variable(APP_ENVIRONMENT.vaultUri),
      VAULT.uri,
      "https://kv-oders.vault.azure.net/",
    ],
  },
];
