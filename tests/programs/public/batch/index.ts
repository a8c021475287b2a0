import * as azure_native from "@pulumi/azure-native";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const current = azure_native.authorization.getClientConfigOutput();
const group = new azure_native.resources.ResourceGroup("data");
const cluster = new azure_native.containerservice.ManagedCluster("data", {
  resourceGroupName: group.name,
  dnsPrefix: "data",
  identity: { type: "SystemAssigned" },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D4s_v5" }],
});
const vault = new azure_native.keyvault.Vault("data", {
  resourceGroupName: group.name,
  properties: {
    tenantId: current.tenantId,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
  },
});
const secret = new azure_native.keyvault.Secret("lake-key", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  secretName: "lake-key",
  properties: { value: "not-a-real-key" },
});
const identity = new azure_native.managedidentity.UserAssignedIdentity("etl", { resourceGroupName: group.name });
const role = new azure_native.authorization.RoleAssignment("etl-secrets", {
  scope: vault.id,
  principalId: identity.principalId,
  principalType: "ServicePrincipal",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${current.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});
const federation = new azure_native.managedidentity.FederatedIdentityCredential("etl", {
  resourceGroupName: group.name,
  resourceName: identity.name,
  federatedIdentityCredentialResourceName: "etl",
  issuer: cluster.oidcIssuerProfile.apply((profile) => profile!.issuerURL),
  subject: "system:serviceaccount:etl:etl",
  audiences: ["api://AzureADTokenExchange"],
});

const kubeconfig = azure_native.containerservice
  .listManagedClusterUserCredentialsOutput({ resourceGroupName: group.name, resourceName: cluster.name })
  .kubeconfigs.apply((kubeconfigs) => Buffer.from(kubeconfigs[0].value, "base64").toString());
const provider = new kubernetes.Provider("data", { kubeconfig });
const namespace = new kubernetes.core.v1.Namespace("etl", { metadata: { name: "etl" } }, { provider });
const account = new kubernetes.core.v1.ServiceAccount(
  "etl",
  {
    metadata: {
      name: "etl",
      namespace: namespace.metadata.name,
      annotations: { "azure.workload.identity/client-id": identity.clientId },
    },
  },
  { provider },
);
const withIdentity = { provider, dependsOn: [federation, role] };
const env = [
  { name: "KEY_VAULT_URI", value: vault.properties.vaultUri },
  { name: "SECRET_NAME", value: secret.name },
];

new kubernetes.batch.v1.Job(
  "backfill",
  {
    metadata: { name: "backfill", namespace: namespace.metadata.name },
    spec: {
      backoffLimit: 2,
      template: {
        metadata: { labels: { job: "backfill", "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: account.metadata.name,
          restartPolicy: "Never",
          containers: [{ name: "backfill", image: "ghcr.io/example/etl:5.0.0", args: ["backfill"], env }],
        },
      },
    },
  },
  withIdentity,
);

new kubernetes.batch.v1.CronJob(
  "nightly",
  {
    metadata: { name: "nightly", namespace: namespace.metadata.name, labels: { schedule: "nightly" } },
    spec: {
      schedule: "0 3 * * *",
      jobTemplate: {
        spec: {
          template: {
            metadata: { labels: { job: "nightly", "azure.workload.identity/use": "true" } },
            spec: {
              serviceAccountName: account.metadata.name,
              restartPolicy: "OnFailure",
              containers: [{ name: "nightly", image: "ghcr.io/example/etl:5.0.0", env }],
            },
          },
        },
      },
    },
  },
  withIdentity,
);

// The first container loads the schema, the last ships the logs, and needs nothing of Azure.
new kubernetes.apps.v1.StatefulSet(
  "state",
  {
    metadata: { name: "state", namespace: namespace.metadata.name },
    spec: {
      serviceName: "state",
      replicas: 1,
      selector: { matchLabels: { app: "state" } },
      template: {
        metadata: { labels: { app: "state", "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: account.metadata.name,
          initContainers: [{ name: "schema", image: "ghcr.io/example/schema:1.0.0", env }],
          containers: [
            { name: "state", image: "ghcr.io/example/state:4.1.0", env },
            { name: "logs", image: "docker.io/fluent/fluent-bit:3.2.2" },
          ],
        },
      },
    },
  },
  withIdentity,
);

// Cleans up in the cluster, as nobody in Azure.
new kubernetes.batch.v1.CronJob(
  "cleanup",
  {
    metadata: { name: "cleanup", namespace: namespace.metadata.name },
    spec: {
      schedule: "@hourly",
      jobTemplate: {
        spec: {
          template: {
            spec: { restartPolicy: "Never", containers: [{ name: "cleanup", image: "docker.io/bitnami/kubectl:1.33.0" }] },
          },
        },
      },
    },
  },
  { provider },
);
