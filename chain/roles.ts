// The roles that this project grants or meets, with what they allow. Ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
import { lastSegment } from "./lastSegment";
import { uuidV5 } from "./names";

export interface RoleDefinition {
  /** GUID of the definition. */
  readonly id: string;
  readonly name: string;
  /** Control-plane actions, `*` as wildcard. Only those that a rehearsal can meet are listed. */
  readonly actions: readonly string[];
  readonly dataActions: readonly string[];
  /** What is taken away from `actions`. Another role may still give it. Default: nothing. */
  readonly notActions?: readonly string[];
  /** The same for `dataActions`. */
  readonly notDataActions?: readonly string[];
}

/** What it takes to list who has which role: https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest */
export const ROLE_LIST_ACTIONS = [
  "Microsoft.Authorization/roleAssignments/read",
  "Microsoft.Authorization/roleDefinitions/read",
] as const;

/** Reading a blob, and listing a container's. https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory */
export const READ_BLOB_ACTION = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
const BLOB_CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers";
const DELEGATION_KEY = "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action";

export const GET_SECRET_ACTION = "Microsoft.KeyVault/vaults/secrets/getSecret/action";
const READ_SECRET_METADATA_ACTION = "Microsoft.KeyVault/vaults/secrets/readMetadata/action";

export const ROLES = {
  keyVaultSecretsUser: {
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    name: "Key Vault Secrets User",
    actions: [],
    dataActions: [GET_SECRET_ACTION, READ_SECRET_METADATA_ACTION],
  },
  keyVaultSecretsOfficer: {
    id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    name: "Key Vault Secrets Officer",
    actions: ["Microsoft.KeyVault/vaults/*/read"],
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
  },
  keyVaultAdministrator: {
    id: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    name: "Key Vault Administrator",
    actions: ["Microsoft.KeyVault/vaults/*/read"],
    dataActions: ["Microsoft.KeyVault/vaults/*"],
  },
  /** Manages vaults and reads nothing in them, as `owner`. */
  keyVaultContributor: {
    id: "f25e0fa2-a7c8-4377-a976-54943a77a395",
    name: "Key Vault Contributor",
    actions: ["Microsoft.KeyVault/*"],
    dataActions: [],
    notActions: ["Microsoft.KeyVault/locations/deletedVaults/purge/action"],
  },
  /** Reads names and metadata, not values: it looks right and is refused. */
  keyVaultReader: {
    id: "21090545-7ca7-4776-b22c-e363652d74d2",
    name: "Key Vault Reader",
    actions: ["Microsoft.KeyVault/vaults/*/read"],
    dataActions: ["Microsoft.KeyVault/vaults/*/read", READ_SECRET_METADATA_ACTION],
  },
  owner: { id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name: "Owner", actions: ["*"], dataActions: [] },
  reader: { id: "acdd72a7-3385-48ef-bd42-f606fba81ae7", name: "Reader", actions: ["*/read"], dataActions: [] },
  contributor: {
    id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    name: "Contributor",
    actions: ["*"],
    dataActions: [],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
    ],
  },
  storageBlobDataReader: {
    id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    name: "Storage Blob Data Reader",
    actions: [`${BLOB_CONTAINERS}/read`, DELEGATION_KEY],
    dataActions: [READ_BLOB_ACTION],
  },
  storageBlobDataContributor: {
    id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    name: "Storage Blob Data Contributor",
    actions: [`${BLOB_CONTAINERS}/read`, `${BLOB_CONTAINERS}/write`, `${BLOB_CONTAINERS}/delete`, DELEGATION_KEY],
    dataActions: ["read", "write", "delete", "move/action", "add/action"].map((verb) => `${BLOB_CONTAINERS}/blobs/${verb}`),
  },
  storageBlobDataOwner: {
    id: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    name: "Storage Blob Data Owner",
    actions: [`${BLOB_CONTAINERS}/*`, DELEGATION_KEY],
    dataActions: [`${BLOB_CONTAINERS}/blobs/*`],
  },
  /** Manages accounts and reads no blob with an identity: it looks right and is refused. */
  storageAccountContributor: {
    id: "17d1049b-9a84-46fb-8f53-869881c3d3ab",
    name: "Storage Account Contributor",
    actions: ["Microsoft.Storage/storageAccounts/*"],
    dataActions: [],
  },
  acrPull: {
    id: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    name: "AcrPull",
    actions: ["Microsoft.ContainerRegistry/registries/pull/read"],
    dataActions: [],
  },
  /** Pulls and reads tags where a registry decides by data actions; it lists no repositories. */
  containerRegistryRepositoryReader: {
    id: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    name: "Container Registry Repository Reader",
    actions: [],
    dataActions: [
      "Microsoft.ContainerRegistry/registries/repositories/content/read",
      "Microsoft.ContainerRegistry/registries/repositories/metadata/read",
    ],
  },
  managedIdentityOperator: {
    id: "f1a07417-d97a-45cb-824c-7a7467783830",
    name: "Managed Identity Operator",
    actions: [
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
    ],
    dataActions: [],
  },
  aksRbacClusterAdmin: {
    id: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    name: "Azure Kubernetes Service RBAC Cluster Admin",
    actions: ["Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"],
    dataActions: ["Microsoft.ContainerService/managedClusters/*"],
  },
} as const satisfies Record<string, RoleDefinition>;

export type RoleName = keyof typeof ROLES;

/** How a container registry decides who may do what with its images. */
export const RegistryRoleMode = {
  /** By actions on the whole registry. */
  Legacy: "legacy",
  /** By data actions, which a condition may narrow to some repositories. AcrPull, Owner and Contributor then give no access to images. */
  Abac: "abac",
} as const;
export type RegistryRoleMode = (typeof RegistryRoleMode)[keyof typeof RegistryRoleMode];

export interface RegistryRoles {
  /** The registry's `roleAssignmentMode` in Azure. */
  readonly azure: string;
  /** The role that lets an identity pull, and no more. */
  readonly pull: RoleName;
}

/** https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions */
export const REGISTRY_ROLE_MODES = {
  [RegistryRoleMode.Legacy]: { azure: "LegacyRegistryPermissions", pull: "acrPull" },
  [RegistryRoleMode.Abac]: { azure: "AbacRepositoryPermissions", pull: "containerRegistryRepositoryReader" },
} as const satisfies Record<RegistryRoleMode, RegistryRoles>;

/** The subscription that a resource id lies in. Throws on anything that is not an Azure resource id. */
export function subscriptionOf(resourceId: string): string {
  const subscription = /^\/subscriptions\/([^/]+)(\/|$)/i.exec(resourceId)?.[1];
  if (subscription === undefined)
    throw new Error(`"${resourceId}" is not the id of an Azure resource: it must start with /subscriptions/<id>`);
  return subscription;
}

/** The id of a role's definition as Azure returns it: the tenant-wide form would show as a difference on refresh. */
export function roleDefinitionId(role: RoleName, scope: string): string {
  return `/subscriptions/${subscriptionOf(scope)}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role].id}`;
}

/** The id of a definition of the program's own as Azure returns it in an assignment, from the id at the scope where it was made. */
export function customRoleDefinitionId(definitionId: string): string {
  const guid = lastSegment(definitionId);
  return `/subscriptions/${subscriptionOf(definitionId)}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

/**
 * The name of a role assignment: a GUID that depends on scope, principal and role only. The same assignment has the same name in every
 * run, and a changed one has another name, so that it is replaced instead of being refused as an update.
 */
export function roleAssignmentName(scope: string, principalId: string, role: RoleName): string {
  return customRoleAssignmentName(scope, principalId, ROLES[role].id);
}

/** The same for a role by the GUID, or the whole id, of its definition. */
export function customRoleAssignmentName(scope: string, principalId: string, definition: string): string {
  const guid = lastSegment(definition).toLowerCase();
  return uuidV5([scope.toLowerCase(), principalId.toLowerCase(), guid].join("|"), "c0d2f4f5-58d2-4a3f-9a4b-6a3a2f1de7b1");
}

/** The GUID of a custom role's definition: the same in every run of the stack whose scope and name it has. */
export function customRoleId(scope: string, roleName: string): string {
  return uuidV5([scope.toLowerCase(), roleName].join("|"), "6f0c9c0e-0e5d-4f53-8c38-3f5c86f0a2d4");
}

/** Whether an action is allowed by a pattern of a role definition: `*` stands for any text, and case does not count. */
export function actionMatches(pattern: string, action: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, "i").test(action);
}
