// Which types of azure-native are emulated, and how their inputs become a resource's id.
import type { AzureResource, Properties, ResourceManager } from "../resourceManager";
import type { ExistingCluster } from "./existingClusters";

/** The Azure CLI's, as which a person signs in. */
export const DEPLOYER_CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

export interface AzureNativeContext {
  readonly manager: ResourceManager;
  /** Of the resources that it creates: the provider's own, where it has one. */
  readonly subscriptionId: string;
  /** `azure-native:location` of the stack, where a resource names none. */
  readonly defaultLocation: string | undefined;
  /** Clusters that are there before the program runs. Undefined: each one that it reads. */
  readonly existingClusters: readonly ExistingCluster[] | undefined;
  /** Object id of the person or pipeline that runs the program. */
  readonly deployerObjectId: string;
  /** A token of the emulated Entra ID for the deployer. */
  deployerToken(audience: string): Promise<string>;
}

export interface Kind {
  /** Resource provider and, for each level, the kind in the id and the input that holds the name. */
  readonly provider: string;
  readonly levels: readonly (readonly [kind: string, nameInput: string])[];
  /** Azure-native leaves the body of these types in `properties`; the others are flat. */
  readonly nested?: (resource: AzureResource) => Properties;
}

const IDENTITY_LEVEL = ["userAssignedIdentities", "resourceName"] as const;
const CLUSTER_LEVEL = ["managedClusters", "resourceName"] as const;
const ACCOUNT_LEVEL = ["storageAccounts", "accountName"] as const;
const VAULT_LEVEL = ["vaults", "vaultName"] as const;

export const KINDS: Readonly<Record<string, Kind>> = {
  "managedidentity:UserAssignedIdentity": { provider: "Microsoft.ManagedIdentity", levels: [IDENTITY_LEVEL] },
  "managedidentity:FederatedIdentityCredential": {
    provider: "Microsoft.ManagedIdentity",
    levels: [IDENTITY_LEVEL, ["federatedIdentityCredentials", "federatedIdentityCredentialResourceName"]],
  },
  "keyvault:Vault": { provider: "Microsoft.KeyVault", levels: [VAULT_LEVEL], nested: ({ properties }) => properties },
  "keyvault:Secret": { provider: "Microsoft.KeyVault", levels: [VAULT_LEVEL, ["secrets", "secretName"]], nested: secretOutputs },
  "containerregistry:Registry": { provider: "Microsoft.ContainerRegistry", levels: [["registries", "registryName"]] },
  "containerservice:ManagedCluster": { provider: "Microsoft.ContainerService", levels: [CLUSTER_LEVEL] },
  "containerservice:AgentPool": {
    provider: "Microsoft.ContainerService",
    levels: [CLUSTER_LEVEL, ["agentPools", "agentPoolName"]],
  },
  "containerservice:MaintenanceConfiguration": {
    provider: "Microsoft.ContainerService",
    levels: [CLUSTER_LEVEL, ["maintenanceConfigurations", "configName"]],
  },
  "storage:StorageAccount": { provider: "Microsoft.Storage", levels: [ACCOUNT_LEVEL] },
  // An account has one blob service, which needs no name of the program's.
  "storage:BlobContainer": {
    provider: "Microsoft.Storage",
    levels: [ACCOUNT_LEVEL, ["blobServices/default/containers", "containerName"]],
  },
};

/** The type without its API version: azure-native names both forms. Undefined for another package's type. */
export function kindOf(type: string): string | undefined {
  return /^azure-native:(\w+)(?:\/v\w+)?:(\w+)$/.exec(type)?.slice(1).join(":");
}

export function groupId(context: Pick<AzureNativeContext, "subscriptionId">, name: string): string {
  return `/subscriptions/${context.subscriptionId}/resourceGroups/${name}`;
}

function secretOutputs({ id, name, properties }: AzureResource): Properties {
  const vaultName = /\/vaults\/([^/]+)\//.exec(id)?.[1] ?? "";
  // Resource Manager never returns a secret's value.
  const { value: _, ...visible } = properties;
  const secretUri = `https://${vaultName.toLowerCase()}.vault.azure.net/secrets/${name}`;
  return { ...visible, secretUri };
}
