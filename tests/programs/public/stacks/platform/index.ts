import * as azure from "@pulumi/azure-native";
import * as pulumi from "@pulumi/pulumi";

const rg = new azure.resources.ResourceGroup("platform");
const cluster = new azure.containerservice.ManagedCluster("platform", {
  resourceGroupName: rg.name,
  resourceName: "aks-platform",
  dnsPrefix: "platform",
  identity: { type: "SystemAssigned" },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  agentPoolProfiles: [{ name: "system", mode: "System", count: 3, vmSize: "Standard_D4s_v5" }],
});
const vault = new azure.keyvault.Vault("platform", {
  resourceGroupName: rg.name,
  vaultName: "kv-platform-dev",
  properties: {
    tenantId: azure.authorization.getClientConfigOutput().tenantId,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
  },
});
const credentials = azure.containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: rg.name,
  resourceName: cluster.name,
});

export const resourceGroupName = rg.name;
export const oidcIssuerUrl = cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL);
export const vaultName = vault.name;
export const vaultId = vault.id;
export const vaultUri = vault.properties.vaultUri;
export const kubeconfig = pulumi.secret(
  credentials.kubeconfigs.apply((kubeconfigs) => Buffer.from(kubeconfigs[0].value, "base64").toString()),
);
