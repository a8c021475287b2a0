// The two systems whose pods act as a managed identity: the reader of a storage account, and the lab with a secret in a vault.
import {
  enableWorkloadIdentity,
  identity,
  location,
  noteBefore,
  noted,
  principalOfIdentity,
  removeFromCluster,
  removeIdentityCredential,
  removeRole,
  secretScope,
  word,
} from "./commands";
import { accountId, blobs, managedIdentity, vault, vaultId } from "./importFile";
import type { Request } from "./request";
import type { System } from "./system";

const PRINCIPAL = '"$PRINCIPAL"';
const SECRETS_USER = "Key Vault Secrets User";

/** One account, for a command that shows or updates it. */
const account = (verb: string, { "resource-group": group, "storage-account": name }: Request) =>
  `az storage account ${verb} --resource-group ${word(group)} --name ${name}`;

export const storageReader: System = {
  title: "the reader of a storage account",
  needs: { required: ["identity", "storage-account", "container"], defaults: { "old-service-account": "sa" } },
  adopted: (request) => [managedIdentity(request), blobs(request)],
  note: (request) => [
    noteBefore({
      identity: identity("show", request),
      account: account("show", request),
      container: `az storage container-rm show --resource-group ${word(request["resource-group"])} --storage-account ${request["storage-account"]} --name ${request.container}`,
    }),
    {
      why: "Do not adopt it unless kind is StorageV2, hierarchicalNamespace and nfs are false or null, and nobody needs what the stack changes: it turns shared keys and public blobs off, and sets Standard_LRS.",
      commands: [
        `${account("show", request)} --query "{kind: kind, sku: sku.name, hierarchicalNamespace: isHnsEnabled, nfs: enableNfsV3, sharedKeys: allowSharedKeyAccess, publicBlobs: allowBlobPublicAccess}"`,
      ],
    },
  ],
  settings: (request) => [
    location(account("show", request)),
    { key: "names.storageAccount", value: request["storage-account"] },
    { key: "storage.enabled", value: "true" },
    { key: "storage.container", value: request.container },
    { key: "serviceAccess", value: "internal", why: "whoever reaches the page may read the blobs through it" },
  ],
  prepare: (request) => [enableWorkloadIdentity(request)],
  beforeUp: () => [],
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
      // On is Azure's default, which it shows as null.
      why: "Shared keys, unless they were off before.",
      commands: [
        `grep -q '"allowSharedKeyAccess": false' ${noted("account")} || ${account("update", request)} --allow-shared-key-access true`,
      ],
    },
  ],
  stays:
    "of the account its redundancy (Standard_LRS), no public blobs, no cross-tenant replication, sign-in by Entra ID as the default, HTTPS only, TLS 1.2, public network access; no public access to the container; the tags of account and identity.",
};

export const aksLab: System = {
  title: "the lab with a secret in a vault",
  needs: { required: ["identity", "vault"], defaults: { "old-service-account": "workload-identity-sa", secret: "my-secret" } },
  adopted: (request) => [managedIdentity(request), vault(request)],
  note: (request) => [
    noteBefore({
      identity: identity("show", request),
      vault: `az keyvault show --name ${request.vault}`,
      // Not its value.
      secret: `az keyvault secret show --vault-name ${request.vault} --name ${request.secret} --query "{attributes: attributes, contentType: contentType, tags: tags}"`,
    }),
    {
      why: "Do not adopt it if anybody reads it by an access policy, a virtual machine or a template does, it is premium, or its network is closed: the stack makes it a vault of roles, Standard and open.",
      commands: [
        `az keyvault show --name ${request.vault} --query '{roles: properties.enableRbacAuthorization, policies: length(properties.accessPolicies || \`[]\`), machines: properties.enabledForDeployment, disks: properties.enabledForDiskEncryption, templates: properties.enabledForTemplateDeployment, sku: properties.sku.name, network: properties.publicNetworkAccess, firewall: properties.networkAcls.defaultAction}'`,
      ],
    },
  ],
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
  stays:
    "of the vault roles instead of access policies, the Standard tier, public network access, and that machines, disk encryption and templates do not read it; the secret's content type (text/plain) and one version more, of the same value; the tags of vault and identity.",
};
