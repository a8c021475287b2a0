// What a provider can say of a resource in a preview: what was sent, and that the rest is not known yet.
import { kindOf } from "../cloud/fronts/azureKinds";
import type { Properties } from "../cloud/resourceManager";
import { UNKNOWN } from "../program/recording";

/** Outputs that only the cloud knows, by azure-native's module and class, or Pulumi's type. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "managedidentity:UserAssignedIdentity": ["clientId", "principalId", "tenantId"],
  "containerregistry:Registry": ["loginServer"],
  "containerservice:ManagedCluster": ["fqdn", "identityProfile"],
  "storage:StorageAccount": ["primaryEndpoints", "primaryLocation"],
  "keyvault:Vault": ["properties"],
  "keyvault:Secret": ["properties"],
  "azuread:index/application:Application": ["objectId", "clientId"],
  "azuread:index/servicePrincipal:ServicePrincipal": ["objectId", "displayName", "applicationTenantId", "servicePrincipalNames"],
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": ["credentialId"],
  "random:index/randomString:RandomString": ["result"],
  "random:index/randomPassword:RandomPassword": ["result"],
  "docker:index/image:Image": ["repoDigest", "baseImageName", "registryServer"],
};

/** With the outputs of before, for an update: what only the cloud knows stays as it was. */
export function previewOutputs(type: string, inputs: Properties, before: Properties | undefined): Record<string, unknown> {
  const kind = kindOf(type);
  const computed = [...(COMPUTED[kind ?? type] ?? []), ...(kind === undefined ? [] : ["name"])];
  if (type === "kubernetes:core/v1:Service") computed.push("status");
  const added = Object.fromEntries(computed.map((output) => [output, before?.[output] ?? UNKNOWN]));
  return { ...inputs, ...added };
}
