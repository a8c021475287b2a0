import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as containerservice from "@pulumi/azure-native/containerservice/index.js";
import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as managedidentity from "@pulumi/azure-native/managedidentity/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { roles } from "./roles.js";

const config = new pulumi.Config();
const namespaceName = config.require("namespace");
const replicas = config.requireNumber("replicas");
const repository = config.get("repository") ?? "acme/payments";

const { tenantId, subscriptionId } = await authorization.getClientConfig();

const group = new resources.ResourceGroup("payments");
const cluster = new containerservice.ManagedCluster("payments", {
  resourceGroupName: group.name,
  dnsPrefix: `payments-${pulumi.getStack()}`,
  identity: { type: containerservice.ResourceIdentityType.SystemAssigned },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  agentPoolProfiles: [{ name: "system", mode: "System", count: 3, vmSize: "Standard_D4s_v5" }],
});
const issuer = cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");

const identity = new managedidentity.UserAssignedIdentity("payments", { resourceGroupName: group.name });
const vault = new keyvault.Vault("payments", {
  resourceGroupName: group.name,
  properties: {
    tenantId,
    sku: { family: keyvault.SkuFamily.A, name: keyvault.SkuName.Standard },
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
  },
});
const apiKey = new keyvault.Secret("api-key", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  secretName: "api-key",
  properties: { value: "not-a-real-key", attributes: { enabled: true } },
});

const reader = new authorization.RoleAssignment("payments-reads-secrets", {
  scope: vault.id,
  principalId: identity.principalId,
  principalType: authorization.PrincipalType.ServicePrincipal,
  roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles.keyVaultSecretsUser}`,
});
// The pod also looks at the state of its own cluster.
new authorization.RoleAssignment("payments-reads-cluster", {
  scope: cluster.id,
  principalId: identity.principalId,
  principalType: authorization.PrincipalType.ServicePrincipal,
  roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles.reader}`,
});

const { kubeconfigs } = containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: group.name,
  resourceName: cluster.name,
});
const provider = new k8s.Provider("payments", {
  kubeconfig: kubeconfigs.apply(([first]) => Buffer.from(first?.value ?? "", "base64").toString("utf8")),
});
const namespace = new k8s.core.v1.Namespace("payments", { metadata: { name: namespaceName } }, { provider });
const account = new k8s.core.v1.ServiceAccount(
  "payments",
  {
    metadata: {
      name: "payments-api",
      namespace: namespace.metadata.name,
      annotations: {
        "azure.workload.identity/client-id": identity.clientId,
        "azure.workload.identity/tenant-id": tenantId,
      },
    },
  },
  { provider },
);

const inCluster = new managedidentity.FederatedIdentityCredential("payments-in-cluster", {
  resourceGroupName: group.name,
  resourceName: identity.name,
  federatedIdentityCredentialResourceName: "cluster",
  issuer,
  subject: pulumi.interpolate`system:serviceaccount:${account.metadata.namespace}:${account.metadata.name}`,
  audiences: ["api://AzureADTokenExchange"],
});
// The pipeline writes the secret, as the same identity.
new managedidentity.FederatedIdentityCredential(
  "payments-in-pipeline",
  {
    resourceGroupName: group.name,
    resourceName: identity.name,
    federatedIdentityCredentialResourceName: "github",
    issuer: "https://token.actions.githubusercontent.com",
    subject: `repo:${repository}:ref:refs/heads/main`,
    audiences: ["api://AzureADTokenExchange"],
  },
  { dependsOn: inCluster },
);

const labels = { "app.kubernetes.io/name": "payments-api", "app.kubernetes.io/part-of": "shop" };
new k8s.apps.v1.Deployment(
  "payments",
  {
    metadata: { name: "payments-api", namespace: namespace.metadata.name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: account.metadata.name,
          containers: [
            {
              name: "api",
              image: "ghcr.io/example/payments-api:2.0.1",
              env: [
                { name: "KEYVAULT_URL", value: vault.properties.vaultUri },
                { name: "SECRET_NAME", value: apiKey.name },
              ],
              resources: { requests: { cpu: "100m", memory: "128Mi" } },
            },
          ],
        },
      },
    },
  },
  { provider, dependsOn: [inCluster, reader] },
);

export const issuerUrl = issuer;
export const apiNamespace = namespace.metadata.name;
