// From a signed-in identity to what it reads: roles, vault, blobs, and the list of its own roles.
import type { Rule } from "./rule";

const VAULT_CODES = "https://learn.microsoft.com/azure/key-vault/general/common-error-codes";
const BLOB_ROLES = "https://learn.microsoft.com/azure/storage/blobs/assign-azure-role-data-access";

export const ACCESS_RULES = {
  WI020: {
    title: "The identity has a role on the vault",
    code: "ForbiddenByRbac",
    cause: "The assignment was forgotten, since whoever deploys can manage the vault; or it went when the vault was recovered.",
    source: "https://github.com/Azure/azure-cli/issues/22510",
  },
  WI021: {
    title: "The identity's role on the vault allows reading secrets",
    code: "ForbiddenByRbac",
    cause: "A role was taken by how its name sounds: Reader, Contributor and Owner of a vault read no secret's value.",
    fix: "Use Key Vault Secrets User: readers see names, contributors and owners manage the vault, and none of them reads values.",
    source: "https://learn.microsoft.com/azure/key-vault/general/rbac-guide",
  },
  WI022: {
    title: "The identity's role is assigned at this vault or above it",
    code: "ForbiddenByRbac",
    cause: "The scope names a vault that was there before, or another environment's.",
    fix: "Add an assignment with this vault's own id as scope; leave the other one if something uses it.",
    source: "https://github.com/Azure/terraform-azurerm-avm-res-keyvault-vault/issues/78",
  },
  WI023: {
    title: "The role is assigned to the identity's principalId",
    code: "ForbiddenByRbac",
    cause: "The clientId, which the annotation needs, is used for the assignment as well.",
    fix: "Use the identity's principalId: the clientId names the same identity only when signing in.",
    source: "https://github.com/Azure-Samples/azure-search-openai-demo/issues/9",
  },
  WI024: {
    title: "The vault takes role assignments",
    code: "AccessDenied",
    cause: "An older API version or template leaves the vault with access policies, and roles are assigned to no effect.",
    source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/23927",
  },
  WI025: {
    title: "The vault belongs to the identity's tenant",
    code: "VaultTenantMismatch",
    cause: "The vault's tenantId is a copied value, or the subscription has moved to another directory.",
    source: "https://github.com/Azure/azure-sdk-for-js/blob/main/sdk/identity/identity/TROUBLESHOOTING.md",
  },
  WI026: {
    title: "The vault has the secret that the pod asks for",
    code: "SecretNotFound",
    cause: "The name is written once where the secret is made and once more where the pod is told it.",
    source: VAULT_CODES,
  },
  WI027: {
    title: "The secret is enabled",
    code: "SecretDisabled",
    cause: "A version was disabled while a secret was being rotated, and none has followed.",
    source: VAULT_CODES,
  },
  WI028: {
    title: "The vault address that the pod was given is a vault's",
    code: "HostNotFound",
    cause: "The address is put together from a name, and the vault's real name has a suffix or another spelling.",
    source: VAULT_CODES,
  },
  WI040: {
    title: "The identity has a role on the blob container",
    code: "AuthorizationPermissionMismatch",
    cause: "The assignment was forgotten: an account with shared keys works without one, and one without them does not.",
    source: "https://github.com/Azure/azure-sdk-for-python/issues/28284",
  },
  WI041: {
    title: "The identity's role on the blob container allows reading blobs",
    code: "AuthorizationPermissionMismatch",
    cause: "A role that manages the account was taken: it reads blobs by listing the account's keys, never with its identity.",
    fix: "Use Storage Blob Data Reader: owners and contributors manage the account, and none of them reads blobs with its identity.",
    source: BLOB_ROLES,
  },
  WI042: {
    title: "The identity's role is assigned at this blob container or above it",
    code: "AuthorizationPermissionMismatch",
    cause: "The scope is put together from names, and one of them is another container's or account's.",
    fix: "Add an assignment with this container's own id as scope; leave the other one if something uses it.",
    source: BLOB_ROLES,
  },
  WI043: {
    title: "The blob address that the pod was given is a storage account's",
    code: "HostNotFound",
    cause: "The address is put together from a name, and the account's real name has a suffix or another spelling.",
    source: "https://learn.microsoft.com/azure/storage/common/storage-account-overview",
  },
  WI044: {
    title: "The storage account has the container that the pod reads",
    code: "ContainerNotFound",
    cause: "The name is written once where the container is made and once more where the pod is told it.",
    source: "https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes",
  },
  WI045: {
    title: "The identity that a pod goes by has a role on something",
    code: "Unexplained",
    cause: "The assignment was forgotten, or names another principal: signing in needs no role, and everything after it does.",
    fix: "Assign the identity a role on what the pod reads, with its principalId; leave it as it is where the pod only signs in to something outside of Azure's roles.",
    source: "https://learn.microsoft.com/azure/aks/workload-identity-deploy-cluster",
    warning: "The pod signs in, and its identity may do nothing",
    severity: "warning",
  },
  WI046: {
    title: "The vault's access policies name the identity's principalId, in its tenant",
    code: "AccessDenied",
    cause: "The clientId, which the annotation needs, is used as the policy's objectId as well; or the identity has no policy.",
    fix: "Give the vault an access policy with the identity's principalId as objectId and get on secrets, or set enableRbacAuthorization to true and assign a role.",
    source: "https://learn.microsoft.com/azure/key-vault/general/assign-access-policy",
  },
  WI047: {
    title: "The vault's access policy for the identity allows get on secrets",
    code: "AccessDenied",
    cause: "The policy has permissions for keys or certificates, or list alone, which shows names and not values.",
    fix: "Add get to permissions.secrets of the identity's access policy.",
    source: "https://learn.microsoft.com/azure/key-vault/general/assign-access-policy",
  },
  WI050: {
    title: "The identity may read role assignments and role definitions at the scope that the pod lists",
    code: "AuthorizationFailed",
    cause: "The role is assigned below the scope that is listed, or lacks one of the two actions.",
    source: "https://github.com/Azure-Samples/azure-workload-identity-nodejs-aks-terraform",
  },
  WI051: {
    title: "The pod lists the roles of its own identity",
    code: "Unexplained",
    cause: "The pod is given the principalId of another identity, or the clientId of its own.",
    fix: "Give the pod its identity's principalId: of another principal it lists roles that it does not have.",
    source: "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest",
  },
} as const satisfies Record<string, Rule>;
