import * as azure from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";

const me = azure.authorization.getClientConfigOutput();
const rg = new azure.resources.ResourceGroup("legacy-rg");

const aks = new azure.containerservice.ManagedCluster("legacy-aks", {
  resourceGroupName: rg.name,
  resourceName: "legacy",
  dnsPrefix: "legacy",
  identity: { type: "SystemAssigned" },
  agentPoolProfiles: [{ name: "nodes", mode: "System", count: 1, vmSize: "Standard_D2s_v3" }],
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
});

const worker = new azure.managedidentity.UserAssignedIdentity("worker", { resourceGroupName: rg.name });
const auditor = new azure.managedidentity.UserAssignedIdentity("auditor", { resourceGroupName: rg.name });

const vault = new azure.keyvault.Vault("legacy-kv", {
  resourceGroupName: rg.name,
  vaultName: "kv-legacy-dev",
  properties: {
    tenantId: me.tenantId,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: false,
    accessPolicies: [
      {
        tenantId: me.tenantId,
        objectId: worker.principalId,
        permissions: { secrets: ["get", "list"] },
      },
      // Sees what there is, and no values.
      { tenantId: me.tenantId, objectId: auditor.principalId, permissions: { secrets: ["list"] } },
    ],
  },
});
const secret = new azure.keyvault.Secret("queue", {
  resourceGroupName: rg.name,
  vaultName: vault.name,
  secretName: "queue-connection",
  properties: { value: "not-a-real-connection" },
});
// The auditor reads another vault, which takes roles.
const archive = new azure.keyvault.Vault("archive-kv", {
  resourceGroupName: rg.name,
  vaultName: "kv-archive-dev",
  properties: { tenantId: me.tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
});
new azure.authorization.RoleAssignment("auditor-reads-archive", {
  scope: archive.id,
  principalId: auditor.principalId,
  principalType: "ServicePrincipal",
  roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
});

const federation = new azure.managedidentity.FederatedIdentityCredential("worker-federation", {
  resourceGroupName: rg.name,
  resourceName: worker.name,
  issuer: aks.oidcIssuerProfile.apply((p) => p!.issuerURL!),
  subject: "system:serviceaccount:jobs:worker",
  audiences: ["api://AzureADTokenExchange"],
});

const creds = azure.containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: rg.name,
  resourceName: aks.name,
});
const provider = new k8s.Provider("legacy", {
  kubeconfig: creds.kubeconfigs.apply((k) => Buffer.from(k[0].value, "base64").toString()),
});
const ns = new k8s.core.v1.Namespace("jobs", { metadata: { name: "jobs" } }, { provider });
const sa = new k8s.core.v1.ServiceAccount(
  "worker",
  {
    metadata: {
      name: "worker",
      namespace: ns.metadata.name,
      annotations: { "azure.workload.identity/client-id": worker.clientId },
      labels: { "app.kubernetes.io/managed-by": "pulumi" },
    },
  },
  { provider },
);
new k8s.apps.v1.Deployment(
  "worker",
  {
    metadata: { name: "worker", namespace: ns.metadata.name },
    spec: {
      selector: { matchLabels: { app: "worker" } },
      template: {
        metadata: { labels: { app: "worker", "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: sa.metadata.name,
          containers: [
            {
              name: "worker",
              image: "registry.example/worker:3.2.0",
              env: [
                { name: "KEYVAULT_URI", value: vault.properties.vaultUri },
                { name: "SECRET_NAME", value: secret.name },
              ],
            },
          ],
        },
      },
    },
  },
  { provider, dependsOn: [federation] },
);
