import * as azure_native from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const current = azure_native.authorization.getClientConfigOutput();

const resourceGroup = new azure_native.resources.ResourceGroup("rg");

const cluster = new azure_native.containerservice.ManagedCluster("aks", {
  resourceGroupName: resourceGroup.name,
  dnsPrefix: "minimal",
  identity: { type: "SystemAssigned" },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  agentPoolProfiles: [{ name: "agentpool", mode: "System", count: 2, vmSize: "Standard_D2s_v5", osType: "Linux" }],
});

const identity = new azure_native.managedidentity.UserAssignedIdentity("app-identity", {
  resourceGroupName: resourceGroup.name,
});

const vault = new azure_native.keyvault.Vault("vault", {
  resourceGroupName: resourceGroup.name,
  properties: {
    tenantId: current.tenantId,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
  },
});

const secret = new azure_native.keyvault.Secret("db-password", {
  resourceGroupName: resourceGroup.name,
  vaultName: vault.name,
  secretName: "db-password",
  properties: { value: new pulumi.Config().getSecret("dbPassword") ?? "not-a-real-password" },
});

const secretsUser = new azure_native.authorization.RoleAssignment("app-secrets-user", {
  scope: vault.id,
  principalId: identity.principalId,
  principalType: "ServicePrincipal",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${current.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});

const serviceAccountNamespace = "default";
const serviceAccountName = "workload-identity-sa";

const federatedCredential = new azure_native.managedidentity.FederatedIdentityCredential("app-federation", {
  resourceGroupName: resourceGroup.name,
  resourceName: identity.name,
  issuer: cluster.oidcIssuerProfile.apply((profile) => profile!.issuerURL),
  subject: `system:serviceaccount:${serviceAccountNamespace}:${serviceAccountName}`,
  audiences: ["api://AzureADTokenExchange"],
});

const credentials = azure_native.containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: resourceGroup.name,
  resourceName: cluster.name,
});
const kubeconfig = credentials.kubeconfigs[0].value.apply((encoded) => Buffer.from(encoded, "base64").toString());
const provider = new k8s.Provider("k8s", { kubeconfig });

const serviceAccount = new k8s.core.v1.ServiceAccount(
  "sa",
  {
    metadata: {
      name: serviceAccountName,
      namespace: serviceAccountNamespace,
      annotations: { "azure.workload.identity/client-id": identity.clientId },
    },
  },
  { provider },
);

const appLabels = { app: "quotes" };
const deployment = new k8s.apps.v1.Deployment(
  "quotes",
  {
    metadata: { name: "quotes", namespace: serviceAccountNamespace, labels: appLabels },
    spec: {
      replicas: 1,
      selector: { matchLabels: appLabels },
      template: {
        metadata: { labels: { ...appLabels, tier: "backend", "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: serviceAccount.metadata.name,
          containers: [
            {
              name: "quotes",
              image: "ghcr.io/example/quotes:1.4.2",
              ports: [{ containerPort: 8080 }],
              env: [
                { name: "KEY_VAULT_URI", value: vault.properties.vaultUri },
                { name: "SECRET_NAME", value: secret.name },
              ],
            },
          ],
        },
      },
    },
  },
  { provider, dependsOn: [federatedCredential, secretsUser] },
);

// A cache that has nothing to do with Azure.
const cacheLabels = { app: "cache" };
new k8s.apps.v1.Deployment(
  "cache",
  {
    metadata: { name: "cache", namespace: serviceAccountNamespace },
    spec: {
      selector: { matchLabels: cacheLabels },
      template: {
        metadata: { labels: cacheLabels },
        spec: { containers: [{ name: "redis", image: "docker.io/library/redis:7.4.1", ports: [{ containerPort: 6379 }] }] },
      },
    },
  },
  { provider },
);

new k8s.core.v1.Service(
  "quotes",
  { metadata: { name: "quotes" }, spec: { selector: appLabels, ports: [{ port: 80, targetPort: 8080 }] } },
  { provider, dependsOn: deployment },
);

export const clusterName = cluster.name;
export const vaultUri = vault.properties.vaultUri;
