// Which inputs of azure-native's resources cannot be changed in place. The provider knows three reasons, and this table has the same:
// - parameters of the resource's path (provider/pkg/provider/diff.go: "All the parameters that are part of the resource path cause a replacement");
// - the provider's own list, forceNewMap (provider/pkg/gen/replacement.go), which ignores API versions;
// - properties of the request's own body that Azure's specification marks as create-only (x-ms-mutability), provider/pkg/gen/properties.go.
// All three in https://github.com/pulumi/pulumi-azure-native; the specifications in https://github.com/Azure/azure-rest-api-specs.
import { KINDS } from "../../cloud/fronts/azureKinds";

/** Paths of what replaces; `[]` stands for every place of an array. Deeper than one level the provider does not look. */
const FORCE_NEW: Readonly<Record<string, readonly string[]>> = {
  // forceNewMap: principalId and scope; scope is in the path as well. A changed role is sent, and Azure answers RoleAssignmentUpdateNotPermitted.
  "authorization:RoleAssignment": ["principalId", "scope"],
  // authorization-RoleDefinitionsCalls.json of 2022-05-01-preview marks nothing.
  "authorization:RoleDefinition": [],
  // containerregistry.json of 2023-01-01-preview: location has x-ms-mutability read, create; sku and all else are changed in place.
  "containerregistry:Registry": ["location"],
  // forceNewMap; managedClusters.json of 2025-09-01 marks nothing but the location. What else stands in networkProfile is changed in place:
  // https://github.com/pulumi/pulumi-azure-native/issues/4756
  "containerservice:ManagedCluster": [
    ...["diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "location", "nodeResourceGroup", "windowsProfile"],
    ...["serviceCidr", "serviceCidrs", "dnsServiceIP", "networkMode", "networkPlugin", "networkPluginMode", "podCidr"].map(
      inNetwork,
    ),
    ...["networkDataplane", "networkPolicy", "outboundType"].map(inNetwork),
  ],
  // forceNewMap. Other properties of a pool that Azure does not change, such as osDiskType, are sent, and Azure refuses them.
  "containerservice:AgentPool": ["gpuInstanceProfile", "vmSize", inNetwork("nodePublicIPTags")],
  // managedClusters.json of 2025-09-01 marks nothing.
  "containerservice:MaintenanceConfiguration": [],
  // keyvault.json of 2024-11-01 marks no property as create-only, location included: a changed one is sent, and it is Azure that refuses it.
  "keyvault:Vault": [],
  // secrets.json of 2024-11-01: a new value is a new version of the same secret.
  "keyvault:Secret": [],
  // ManagedIdentity.json of 2023-01-31: TrackedResource of common-types v4, whose location has x-ms-mutability read, create.
  "managedidentity:UserAssignedIdentity": ["location"],
  // The same file marks neither issuer nor subject nor audiences.
  "managedidentity:FederatedIdentityCredential": [],
  // forceNewMap.
  "resources:ResourceGroup": ["location"],
  // forceNewMap; storage.json of 2024-01-01 marks nothing, so kind and sku are sent, and Azure refuses most changes of kind.
  "storage:StorageAccount": ["isHnsEnabled", "location"],
  // forceNewMap: none; blob.json of 2024-01-01 marks nothing.
  "storage:BlobContainer": [],
};

/** Where the path's parameters are no levels of names below a resource group. */
const OWN_PATH: Readonly<Record<string, readonly string[]>> = {
  "authorization:RoleAssignment": ["scope", "roleAssignmentName"],
  "authorization:RoleDefinition": ["scope", "roleDefinitionId"],
  "resources:ResourceGroup": ["resourceGroupName"],
};

function inNetwork(property: string): string {
  return `networkProfile.${property}`;
}

/** The paths that replace a resource of this kind (`keyvault:Vault`); undefined where this table does not know the kind. */
export function azureNativeReplaceKeys(kind: string): ReadonlySet<string> | undefined {
  const forceNew = FORCE_NEW[kind];
  const names = OWN_PATH[kind] ?? KINDS[kind]?.levels.map(([, nameInput]) => nameInput);
  if (forceNew === undefined || names === undefined) return undefined;
  return new Set([...(OWN_PATH[kind] === undefined ? ["resourceGroupName"] : []), ...names, ...forceNew]);
}
