import * as authorization from "@pulumi/azure-native/authorization";
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const sub = new pulumi.Config("azure-native").require("subscriptionId");
const stack = pulumi.getStack();
const rgName = `rg-search-${stack}`;
const vaultName = `kv-search-${stack}`;
const clusterName = `aks-search-${stack}`;
const identityName = `id-search-${stack}`;
const vaultId = `/subscriptions/${sub}/resourceGroups/${rgName}/providers/Microsoft.KeyVault/vaults/${vaultName}`;

const rg = new resources.ResourceGroup("rg", { resourceGroupName: rgName });
const inGroup = { resourceGroupName: rgName };

const aks = new containerservice.ManagedCluster(
  "aks",
  {
    ...inGroup,
    resourceName: clusterName,
    dnsPrefix: clusterName,
    identity: { type: "SystemAssigned" },
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    agentPoolProfiles: [{ name: "np", mode: "System", count: 1, vmSize: "Standard_D2s_v5" }],
  },
  { dependsOn: rg },
);
const identity = new managedidentity.UserAssignedIdentity(
  "identity",
  { ...inGroup, resourceName: identityName },
  { dependsOn: rg },
);
const tenantId = authorization.getClientConfigOutput().tenantId;
const vault = new keyvault.Vault(
  "vault",
  {
    ...inGroup,
    vaultName,
    properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
  },
  { dependsOn: rg },
);
const secret = new keyvault.Secret(
  "index-key",
  { ...inGroup, vaultName, secretName: "index-key", properties: { value: "not-a-real-key" } },
  { dependsOn: vault },
);

// Only what the service needs: less than any role that Azure brings.
const readOne = new authorization.RoleDefinition("read-secrets", {
  roleName: `search reads secrets (${stack})`,
  scope: `/subscriptions/${sub}/resourceGroups/${rgName}`,
  assignableScopes: [`/subscriptions/${sub}/resourceGroups/${rgName}`],
  permissions: [{ dataActions: ["Microsoft.KeyVault/vaults/secrets/getSecret/action"] }],
});
const reads = new authorization.RoleAssignment(
  "reads",
  {
    scope: vaultId,
    principalId: identity.principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: readOne.id,
  },
  { dependsOn: vault },
);

const credential = new managedidentity.FederatedIdentityCredential(
  "credential",
  {
    ...inGroup,
    resourceName: identityName,
    federatedIdentityCredentialResourceName: "search",
    issuer: aks.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
    subject: ["system", "serviceaccount", "search", "search"].join(":"),
    audiences: ["api://AzureADTokenExchange"],
  },
  { dependsOn: identity },
);

const kubeconfig = containerservice
  .listManagedClusterUserCredentialsOutput({ ...inGroup, resourceName: aks.name })
  .apply((credentials) => Buffer.from(credentials.kubeconfigs[0]!.value, "base64").toString());
const provider = new k8s.Provider("k8s", { kubeconfig });
const ns = new k8s.core.v1.Namespace("search", { metadata: { name: "search" } }, { provider });
const sa = new k8s.core.v1.ServiceAccount(
  "search",
  {
    metadata: {
      name: "search",
      namespace: "search",
      annotations: { "azure.workload.identity/client-id": identity.clientId },
    },
  },
  { provider, dependsOn: ns },
);
new k8s.apps.v1.Deployment(
  "search",
  {
    metadata: { name: "search", namespace: "search" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "search" } },
      template: {
        metadata: { labels: { app: "search", "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: "search",
          containers: [
            {
              name: "search",
              image: "ghcr.io/example/search@sha256:5f1d0f2e7a4c6b8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d",
              env: [
                { name: "KEY_VAULT_URI", value: `https://${vaultName}.vault.azure.net/` },
                { name: "SECRET_NAME", value: "index-key" },
              ],
            },
          ],
        },
      },
    },
  },
  { provider, dependsOn: [sa, credential, reads, secret] },
);
