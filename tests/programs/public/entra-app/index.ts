import * as authorization from "@pulumi/azure-native/authorization";
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as resources from "@pulumi/azure-native/resources";
import * as azuread from "@pulumi/azuread";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const tenant = authorization.getClientConfigOutput();

const app = new azuread.Application("reports", { displayName: "reports" });
const servicePrincipal = new azuread.ServicePrincipal("reports", { clientId: app.clientId });

const resourceGroup = new resources.ResourceGroup("reports-rg");
const aks = new containerservice.ManagedCluster("reports-aks", {
  resourceGroupName: resourceGroup.name,
  dnsPrefix: "reports",
  identity: { type: "SystemAssigned" },
  agentPoolProfiles: [{ name: "pool1", mode: "System", count: 2, vmSize: "Standard_D2s_v5" }],
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
});

const namespace = "reports";
const saName = "reports-runner";

const federated = new azuread.ApplicationFederatedIdentityCredential("reports-federated", {
  applicationId: app.id,
  displayName: "aks",
  description: "Pods of the reports service",
  audiences: ["api://AzureADTokenExchange"],
  issuer: aks.oidcIssuerProfile.apply((x) => x?.issuerURL ?? ""),
  subject: `system:serviceaccount:${namespace}:${saName}`,
});
// The repository's own pipeline.
new azuread.ApplicationFederatedIdentityCredential(
  "reports-github",
  {
    applicationId: app.id,
    displayName: "github",
    audiences: ["api://AzureADTokenExchange"],
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:example/reports:environment:production",
  },
  { dependsOn: federated },
);

const vault = new keyvault.Vault("reports-kv", {
  resourceGroupName: resourceGroup.name,
  vaultName: "kv-reports-dev",
  properties: { tenantId: tenant.tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
});
const token = new keyvault.Secret("warehouse-token", {
  resourceGroupName: resourceGroup.name,
  vaultName: vault.name,
  secretName: "warehouse-token",
  properties: { value: "not-a-real-token" },
});
const canRead = new authorization.RoleAssignment("reports-can-read", {
  scope: vault.id,
  principalId: servicePrincipal.objectId,
  principalType: "ServicePrincipal",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${tenant.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});

const kubeconfig = containerservice
  .listManagedClusterUserCredentialsOutput({ resourceGroupName: resourceGroup.name, resourceName: aks.name })
  .apply((result) => Buffer.from(result.kubeconfigs[0]!.value, "base64").toString());
const opts = { provider: new k8s.Provider("reports-k8s", { kubeconfig }) };

const ns = new k8s.core.v1.Namespace("reports", { metadata: { name: namespace } }, opts);
const sa = new k8s.core.v1.ServiceAccount(
  "reports-sa",
  {
    metadata: {
      name: saName,
      namespace: ns.metadata.name,
      annotations: { "azure.workload.identity/client-id": app.clientId },
    },
  },
  opts,
);
new k8s.apps.v1.Deployment(
  "reports",
  {
    metadata: { name: "reports", namespace: ns.metadata.name },
    spec: {
      selector: { matchLabels: { app: "reports" } },
      template: {
        metadata: {
          labels: { app: "reports", "azure.workload.identity/use": "true" },
          annotations: { "prometheus.io/scrape": "true" },
        },
        spec: {
          serviceAccountName: sa.metadata.name,
          containers: [
            {
              name: "reports",
              image: "ghcr.io/example/reports:0.9.0",
              env: [
                { name: "AZURE_KEY_VAULT_ENDPOINT", value: vault.properties.vaultUri },
                { name: "SECRET_NAME", value: token.name },
              ],
            },
          ],
        },
      },
    },
  },
  { ...opts, dependsOn: [federated, canRead] },
);

export const applicationId = app.clientId;
