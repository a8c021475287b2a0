// The types of the emulated Resource Manager, and ids that only Azure would know.
import { uuidV5 } from "../../chain";

export const RESOURCE_GROUP = "Microsoft.Resources/resourceGroups";
export const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";
export const FEDERATED_CREDENTIAL = `${IDENTITY}/federatedIdentityCredentials`;
export const ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments";
export const ROLE_DEFINITION = "Microsoft.Authorization/roleDefinitions";
export const VAULT = "Microsoft.KeyVault/vaults";
export const SECRET = `${VAULT}/secrets`;
/** A type of azure-native's own: to Azure it is one entry of the vault's list. */
export const ACCESS_POLICY = `${VAULT}/accessPolicy`;
export const REGISTRY = "Microsoft.ContainerRegistry/registries";
export const CLUSTER = "Microsoft.ContainerService/managedClusters";
export const AGENT_POOL = `${CLUSTER}/agentPools`;
export const MAINTENANCE = `${CLUSTER}/maintenanceConfigurations`;
export const STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts";
export const BLOB_CONTAINER = `${STORAGE_ACCOUNT}/blobServices/containers`;

const IDS = "5c2f7a2e-6b0a-4f53-9a5e-0d1b7f6a3c11";

/** The same id for the same resource in every run, so that outputs can be compared. */
export function stableGuid(kind: string, id: string): string {
  return uuidV5(`${kind}|${id.toLowerCase()}`, IDS);
}
