// The two systems whose pods act as a managed identity: the reader of a storage account, and the lab with a secret in a vault.
import {
  enableWorkloadIdentity,
  location,
  principalOfIdentity,
  removeFromCluster,
  removeIdentityCredential,
  removeRole,
  secretScope,
  word,
} from "./commands";
import { accountId, blobs, managedIdentity, vault, vaultId } from "./importFile";
import type { System } from "./system";

const PRINCIPAL = '"$PRINCIPAL"';
const SECRETS_USER = "Key Vault Secrets User";

export const storageReader: System = {
  title: "the reader of a storage account",
  needs: { required: ["identity", "storage-account", "container"], defaults: { "old-service-account": "sa" } },
  adopted: (request) => [managedIdentity(request), blobs(request)],
  settings: (request) => [
    location(`az storage account show --resource-group ${word(request["resource-group"])} --name ${request["storage-account"]}`),
    { key: "names.storageAccount", value: request["storage-account"] },
    { key: "storage.enabled", value: "true" },
    { key: "storage.container", value: request.container },
    { key: "serviceAccess", value: "internal", why: "whoever reaches the page may read the blobs through it" },
  ],
  prepare: (request) => [enableWorkloadIdentity(request)],
  beforeUp: (request) => [
    {
      why: "The stack turns shared keys and public blobs off, and sets Standard_LRS: whoever uses a key, a connection string or another redundancy must not have this account adopted.",
      commands: [
        `az storage account show --resource-group ${word(request["resource-group"])} --name ${request["storage-account"]} --query "[kind, sku.name, allowSharedKeyAccess, allowBlobPublicAccess]"`,
      ],
    },
  ],
  remove: (request) => [
    {
      why: "The old pod, and what it acted by.",
      commands: [removeFromCluster(["deployment/get-storage"], request), removeIdentityCredential(request)],
    },
    {
      why: "The right to write in the whole account: the stack lets the identity read one container.",
      commands: [principalOfIdentity(request), removeRole(PRINCIPAL, "Storage Blob Data Contributor", accountId(request))],
    },
  ],
  undo: (request) => [
    {
      why: "Shared keys, where they were on before.",
      commands: [
        `az storage account update --resource-group ${word(request["resource-group"])} --name ${request["storage-account"]} --allow-shared-key-access true`,
      ],
    },
  ],
};

export const aksLab: System = {
  title: "the lab with a secret in a vault",
  needs: { required: ["identity", "vault"], defaults: { "old-service-account": "workload-identity-sa", secret: "my-secret" } },
  adopted: (request) => [managedIdentity(request), vault(request)],
  settings: (request) => [
    location(`az keyvault show --name ${request.vault}`),
    { key: "names.vault", value: request.vault },
    {
      key: "vaultSoftDeleteDays",
      value: `"$(az keyvault show --name ${request.vault} --query properties.softDeleteRetentionInDays --output tsv)"`,
      evaluated: true,
      why: "Azure refuses a change",
    },
    {
      key: "vaultPurgeProtection",
      value: `"$(az keyvault show --name ${request.vault} --query 'properties.enablePurgeProtection || \`false\`' --output tsv)"`,
      evaluated: true,
      why: "Azure refuses to turn it off",
    },
    { key: "secretName", value: request.secret },
    {
      key: "secretValue",
      value: `az keyvault secret show --vault-name ${request.vault} --name ${request.secret} --query value --output tsv`,
      why: "the value stays: without it the stack writes a random one",
      secret: true,
    },
    { key: "serviceAccess", value: "none" },
  ],
  prepare: (request) => [enableWorkloadIdentity(request)],
  beforeUp: (request) => [
    {
      why: `Azure takes an assignment once, and the stack makes this one itself under another name (RoleAssignmentExists): the old one must go first. The same role on the secret alone keeps the old pods reading meanwhile; it counts after up to ten minutes.`,
      commands: [
        principalOfIdentity(request),
        `az role assignment create --assignee-object-id ${PRINCIPAL} --assignee-principal-type ServicePrincipal --role '${SECRETS_USER}' --scope ${word(secretScope(request))}`,
      ],
    },
    { why: "Ten minutes later:", commands: [removeRole(PRINCIPAL, SECRETS_USER, vaultId(request))] },
  ],
  remove: (request) => [
    {
      why: "The old pods, and what they acted by.",
      commands: [
        removeFromCluster(["pod/sample-workload-identity", "pod/sample-workload-identity-key-vault"], request),
        removeIdentityCredential(request),
        principalOfIdentity(request),
        removeRole(PRINCIPAL, SECRETS_USER, secretScope(request)),
      ],
    },
    {
      why: "Your own rights on all secrets, if the lab gave you them: the stack writes through the control plane.",
      commands: [
        removeRole('"$(az ad signed-in-user show --query id --output tsv)"', "Key Vault Administrator", vaultId(request)),
      ],
    },
  ],
  undo: (request) => [
    {
      why: "The role on the vault, which went with the stack.",
      commands: [
        principalOfIdentity(request),
        `az role assignment create --assignee-object-id ${PRINCIPAL} --assignee-principal-type ServicePrincipal --role '${SECRETS_USER}' --scope ${word(vaultId(request))}`,
      ],
    },
  ],
};
