// Mistakes between the identity and the secret: the vault refuses.
import { APP_ENVIRONMENT, ROLES, roleDefinitionId } from "../../chain";
import { IDENTITY, POD, ROLE, SECRET, TENANT_ID, VAULT } from "../support/chainModel";
import type { RuleCase } from "./ruleCase";

const OTHER_GUID = "99999999-9999-4999-8999-999999999999";
const GROUP = VAULT.id.slice(0, VAULT.id.indexOf("/providers"));
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
    mistake: "the identity has Key Vault Contributor, which manages vaults only",
    changes: { role: { roleDefinitionId: roleDefinitionId("keyVaultContributor", VAULT.id), scope: GROUP } },
    finds: [
      "WI021",
      "ForbiddenByRbac",
      ROLE.resource,
      "roleDefinitionId",
      ROLES.keyVaultSecretsUser.name,
      "Key Vault Contributor",
    ],
  },
  {
    mistake: "the identity owns the vault, which lets it manage and not read",
    changes: { role: { roleDefinitionId: roleDefinitionId("owner", VAULT.id) } },
    finds: ["WI021", "ForbiddenByRbac", ROLE.resource, "roleDefinitionId", ROLES.keyVaultSecretsUser.name, "Owner"],
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
    mistake: "the identity has Reader at the vault",
    changes: { role: { roleDefinitionId: roleDefinitionId("reader", VAULT.id) } },
    finds: ["WI021", "ForbiddenByRbac", ROLE.resource, "roleDefinitionId", ROLES.keyVaultSecretsUser.name, ROLES.reader.name],
  },
  {
    mistake: "the identity has Key Vault Reader on the resource group",
    changes: { role: { roleDefinitionId: roleDefinitionId("keyVaultReader", VAULT.id), scope: GROUP } },
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
    mistake: "the identity has a role on the resource group that is not about vaults",
    changes: { role: { roleDefinitionId: roleDefinitionId("reader", VAULT.id), scope: GROUP } },
    finds: ["WI020", "ForbiddenByRbac", IDENTITY.resource, "role assignments", `Key Vault Secrets User on ${VAULT.id}`, "none"],
  },
  {
    mistake: "the right role is on another vault, beside Reader on the resource group",
    changes: { role: { scope: `${VAULT.id}2` } },
    more: {
      roleAssignments: [{ ...ROLE, resource: "reader", scope: GROUP, roleDefinitionId: roleDefinitionId("reader", VAULT.id) }],
    },
    finds: ["WI022", "ForbiddenByRbac", ROLE.resource, "scope", VAULT.id, `${VAULT.id}2`],
  },
  {
    mistake: "the right role is on another vault, beside Reader at this one",
    changes: { role: { scope: `${VAULT.id}2` } },
    more: { roleAssignments: [{ ...ROLE, resource: "reader", roleDefinitionId: roleDefinitionId("reader", VAULT.id) }] },
    finds: ["WI022", "ForbiddenByRbac", ROLE.resource, "scope", VAULT.id, `${VAULT.id}2`],
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
