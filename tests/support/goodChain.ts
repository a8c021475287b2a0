// One chain that works, as data: what tests of the data plane and of the application change one thing of.
import {
  AUDIENCE,
  type BlobContainerLink,
  type FederatedCredentialLink,
  type IdentityLink,
  type RoleAssignmentLink,
  roleDefinitionId,
  serviceAccountSubject,
  type VaultLink,
} from "../../chain";
import type { SecretVersion, StorageAccountLink } from "../../rehearsal/cloud/view";

export const TENANT_ID = "11111111-1111-4111-8111-111111111111";
export const SUBSCRIPTION_ID = "22222222-2222-4222-8222-222222222222";
export const ISSUER_URL = `https://westeurope.oic.prod-aks.azure.com/${TENANT_ID}/33333333-3333-4333-8333-333333333333/`;
export const NAMESPACE = "web";
export const SERVICE_ACCOUNT = "web";
export const SUBJECT = serviceAccountSubject(NAMESPACE, SERVICE_ACCOUNT);
export const SECRET_NAME = "greeting";
export const SECRET_VALUE = "the value that nobody may print";
export const SECRET_VERSION = "0123456789abcdef0123456789abcdef";
/** When the emulated clock of a test starts. */
export const START_MS = Date.UTC(2026, 10, 2, 8, 0, 0);

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-web/providers`;
const IDENTITY_ID = `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-web`;
const VAULT_ID = `${GROUP}/Microsoft.KeyVault/vaults/kv-web`;

export const IDENTITY: IdentityLink = {
  resource: "azure-native:managedidentity:UserAssignedIdentity::web",
  id: IDENTITY_ID,
  name: "id-web",
  clientId: "44444444-4444-4444-8444-444444444444",
  principalId: "55555555-5555-4555-8555-555555555555",
  tenantId: TENANT_ID,
};

/** What a node carries. It has no federated credential and no role. */
export const KUBELET_IDENTITY: IdentityLink = {
  resource: "azure-native:managedidentity:UserAssignedIdentity::kubelet",
  id: `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-kubelet`,
  name: "id-kubelet",
  clientId: "66666666-6666-4666-8666-666666666666",
  principalId: "77777777-7777-4777-8777-777777777777",
  tenantId: TENANT_ID,
};

export const CREDENTIAL: FederatedCredentialLink = {
  resource: "azure-native:managedidentity:FederatedIdentityCredential::web",
  id: `${IDENTITY_ID}/federatedIdentityCredentials/web`,
  name: "web",
  identityId: IDENTITY_ID,
  issuer: ISSUER_URL,
  subject: SUBJECT,
  audiences: [AUDIENCE],
};

export const VAULT: VaultLink = {
  resource: "azure-native:keyvault:Vault::web",
  id: VAULT_ID,
  name: "kv-web",
  uri: "https://kv-web.vault.azure.net/",
  tenantId: TENANT_ID,
  rbac: true,
};

export const ASSIGNMENT: RoleAssignmentLink = {
  resource: "azure-native:authorization:RoleAssignment::web",
  id: `${VAULT_ID}/providers/Microsoft.Authorization/roleAssignments/88888888-8888-4888-8888-888888888888`,
  scope: VAULT_ID,
  principalId: IDENTITY.principalId,
  roleDefinitionId: roleDefinitionId("keyVaultSecretsUser", VAULT_ID),
};

export const SECRET: SecretVersion = {
  version: SECRET_VERSION,
  value: SECRET_VALUE,
  contentType: undefined,
  enabled: true,
  created: Math.floor(START_MS / 1000),
};

/** As a program for identities makes it: no keys, nothing open to everybody. */
export const STORAGE_ACCOUNT: StorageAccountLink = {
  id: `${GROUP}/Microsoft.Storage/storageAccounts/stweb`,
  name: "stweb",
  endpoint: "https://stweb.blob.core.windows.net/",
  sharedKeys: false,
  publicAccess: false,
};

export const CONTAINER: BlobContainerLink = {
  resource: "azure-native:storage:BlobContainer::web",
  id: `${STORAGE_ACCOUNT.id}/blobServices/default/containers/documents`,
  name: "documents",
  account: STORAGE_ACCOUNT.name,
  endpoint: STORAGE_ACCOUNT.endpoint,
};

/** Lets the identity of the good chain read the container; not part of the good state. */
export const BLOB_ASSIGNMENT: RoleAssignmentLink = {
  resource: "azure-native:authorization:RoleAssignment::blobs",
  id: `${CONTAINER.id}/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-8888-4888-8888-888888888888`,
  scope: CONTAINER.id,
  principalId: IDENTITY.principalId,
  roleDefinitionId: roleDefinitionId("storageBlobDataReader", CONTAINER.id),
};

/** An application of Entra ID with its service principal; not part of the good state. */
export const APPLICATION = {
  resource: "azuread:index/application:Application::web",
  id: "/applications/bbbbbbbb-0000-4000-8000-000000000001",
  name: "app-web",
  clientId: "bbbbbbbb-0000-4000-8000-000000000002",
  principalId: "bbbbbbbb-0000-4000-8000-000000000003",
  tenantId: TENANT_ID,
  application: { objectId: "bbbbbbbb-0000-4000-8000-000000000001", hasServicePrincipal: true },
} as const satisfies IdentityLink;

export const APPLICATION_CREDENTIAL: FederatedCredentialLink = {
  ...CREDENTIAL,
  resource: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential::web",
  id: `${APPLICATION.application.objectId}/federatedIdentityCredential/bbbbbbbb-0000-4000-8000-000000000004`,
  identityId: APPLICATION.id,
};
