// What a provider can say of a resource in a preview: what was sent, and that the rest is not known yet.
import { kindOf } from "../cloud/fronts/azureKinds";
import type { Properties } from "../cloud/resourceManager";
import { UNKNOWN } from "../program/recording";
import { isRecord } from "./propertyPath";

/** Outputs that only the cloud knows, by azure-native's module and class, or Pulumi's type; with a dot, inside of what was sent. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "managedidentity:UserAssignedIdentity": ["clientId", "principalId", "tenantId"],
  "containerregistry:Registry": ["loginServer"],
  "containerservice:ManagedCluster": ["fqdn", "identityProfile", "oidcIssuerProfile.issuerURL"],
  "storage:StorageAccount": ["primaryEndpoints", "primaryLocation"],
  "keyvault:Vault": ["properties.vaultUri"],
  "keyvault:Secret": ["properties.secretUri", "properties.secretUriWithVersion"],
  "azuread:index/application:Application": ["objectId", "clientId"],
  "azuread:index/servicePrincipal:ServicePrincipal": ["objectId", "displayName", "applicationTenantId", "servicePrincipalNames"],
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": ["credentialId"],
  "random:index/randomString:RandomString": ["result"],
  "random:index/randomPassword:RandomPassword": ["result"],
  "docker:index/image:Image": ["repoDigest", "baseImageName", "registryServer"],
};

/** All that azure-native takes over from before an update: Update in provider/pkg/provider/provider.go of https://github.com/pulumi/pulumi-azure-native */
const STABLE_IN_AZURE: readonly string[] = ["name", "location"];

/**
 * With the outputs of before, for an update. Other providers say that what only the cloud knows stays as it was; azure-native says that it is not known, also
 * within what was sent (provider/pkg/convert/previewOutputs.go there), so that a preview shows changes of whatever follows from it.
 */
export function previewOutputs(type: string, inputs: Properties, before: Properties | undefined): Record<string, unknown> {
  const kind = kindOf(type);
  const computed = [...(COMPUTED[kind ?? type] ?? []), ...(kind === undefined ? [] : ["name"])];
  if (type === "kubernetes:core/v1:Service") computed.push("status");
  const isKept = (output: string) => kind === undefined || STABLE_IN_AZURE.includes(output);
  return computed.reduce<Record<string, unknown>>((outputs, path) => {
    const value = isKept(path) ? (before?.[path] ?? UNKNOWN) : UNKNOWN;
    return withOutput(outputs, path.split("."), value);
  }, inputs);
}

/** What was sent is known, and so stays. */
function withOutput(outputs: Record<string, unknown>, [key = "", ...others]: string[], value: unknown): Record<string, unknown> {
  const present = outputs[key];
  if (others.length === 0) return { ...outputs, [key]: present ?? value };
  return { ...outputs, [key]: isRecord(present) ? withOutput(present, others, value) : (present ?? UNKNOWN) };
}
