// The resources of the stack dev as public examples write them: one file, the providers' roots, text for ids, no components. It is what the program's
// start is measured against, and no example to follow.
import * as azure_native from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const config = new pulumi.Config();
const location = new pulumi.Config("azure-native").require("location");
const image = config.require("image");
const vmSize = config.get("systemPoolVmSize") || "Standard_D2ds_v5";
const minCount = config.getNumber("systemPoolMinCount") || 1;
const maxCount = config.getNumber("systemPoolMaxCount") || 2;
const name = `${pulumi.getProject()}-${pulumi.getStack()}`;
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };
const current = azure_native.authorization.getClientConfigOutput();

const suffix = new random.RandomString("suffix", { length: 6, special: false, upper: false });
const password = new random.RandomPassword("password", { length: 32, special: false });

const resourceGroup = new azure_native.resources.ResourceGroup("resource-group", {
  resourceGroupName: `rg-${name}`,
  location,
  tags,
});

const vault = new azure_native.keyvault.Vault("vault", {
  resourceGroupName: resourceGroup.name,
  location,
  vaultName: pulumi.interpolate`kv-dev-${suffix.result}`,
  properties: {
    tenantId: current.tenantId,
    sku: { family: azure_native.keyvault.SkuFamily.A, name: azure_native.keyvault.SkuName.Standard },
    enableRbacAuthorization: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 7,
  },
  tags,
});

const secret = new azure_native.keyvault.Secret("secret", {
  resourceGroupName: resourceGroup.name,
  vaultName: vault.name,
  secretName: "greeting",
  properties: { value: password.result, contentType: "text/plain" },
});

const controlPlaneIdentity = new azure_native.managedidentity.UserAssignedIdentity("control-plane", {
  resourceGroupName: resourceGroup.name,
  location,
  resourceName: `id-${name}-control-plane`,
  tags,
});

const kubeletIdentity = new azure_native.managedidentity.UserAssignedIdentity("kubelet", {
  resourceGroupName: resourceGroup.name,
  location,
  resourceName: `id-${name}-kubelet`,
  tags,
});

const appIdentity = new azure_native.managedidentity.UserAssignedIdentity("app", {
  resourceGroupName: resourceGroup.name,
  location,
  resourceName: `id-${name}-web`,
  tags,
});

const kubeletOperator = new azure_native.authorization.RoleAssignment("kubelet-operator", {
  scope: kubeletIdentity.id,
  principalId: controlPlaneIdentity.principalId,
  principalType: azure_native.authorization.PrincipalType.ServicePrincipal,
  roleAssignmentName: "0b8d9a3e-4c1e-4d5e-9a52-0f2a4f3e1c01",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${current.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/f1a07417-d97a-45cb-824c-7a7467783830`,
});

const clusterAdmin = new azure_native.authorization.RoleAssignment("cluster-admin", {
  scope: resourceGroup.id,
  principalId: current.objectId,
  principalType: azure_native.authorization.PrincipalType.ServicePrincipal,
  roleAssignmentName: "0b8d9a3e-4c1e-4d5e-9a52-0f2a4f3e1c02",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${current.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b`,
});

const vaultReader = new azure_native.authorization.RoleAssignment("vault-reader", {
  scope: vault.id,
  principalId: appIdentity.principalId,
  principalType: azure_native.authorization.PrincipalType.ServicePrincipal,
  roleAssignmentName: "0b8d9a3e-4c1e-4d5e-9a52-0f2a4f3e1c03",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${current.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});

const registry = new azure_native.containerregistry.Registry("registry", {
  resourceGroupName: resourceGroup.name,
  location,
  registryName: pulumi.interpolate`crdev${suffix.result}`,
  sku: { name: azure_native.containerregistry.SkuName.Basic },
  adminUserEnabled: false,
  tags,
});

const acrPull = new azure_native.authorization.RoleAssignment("acr-pull", {
  scope: registry.id,
  principalId: kubeletIdentity.principalId,
  principalType: azure_native.authorization.PrincipalType.ServicePrincipal,
  roleAssignmentName: "0b8d9a3e-4c1e-4d5e-9a52-0f2a4f3e1c04",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${current.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`,
});

const cluster = new azure_native.containerservice.ManagedCluster(
  "cluster",
  {
    resourceGroupName: resourceGroup.name,
    location,
    resourceName: `aks-${name}`,
    dnsPrefix: `aks-${name}`,
    nodeResourceGroup: `aks-${name}-nodes`,
    sku: { name: "Base", tier: "Free" },
    identity: {
      type: azure_native.containerservice.ResourceIdentityType.UserAssigned,
      userAssignedIdentities: [controlPlaneIdentity.id],
    },
    identityProfile: {
      kubeletidentity: {
        resourceId: kubeletIdentity.id,
        clientId: kubeletIdentity.clientId,
        objectId: kubeletIdentity.principalId,
      },
    },
    aadProfile: { managed: true, enableAzureRBAC: true },
    disableLocalAccounts: true,
    enableRBAC: true,
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkDataplane: "cilium",
      networkPolicy: "cilium",
      loadBalancerSku: "standard",
    },
    agentPoolProfiles: [
      {
        name: "system",
        mode: "System",
        type: "VirtualMachineScaleSets",
        vmSize,
        count: minCount,
        minCount,
        maxCount,
        enableAutoScaling: true,
        osType: "Linux",
        osSKU: "AzureLinux",
        osDiskType: "Ephemeral",
        osDiskSizeGB: 60,
      },
    ],
    autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
    tags,
  },
  { dependsOn: [kubeletOperator] },
);

for (const configName of ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"]) {
  new azure_native.containerservice.MaintenanceConfiguration(configName, {
    resourceGroupName: resourceGroup.name,
    resourceName: cluster.name,
    configName,
    maintenanceWindow: {
      schedule: { weekly: { intervalWeeks: 1, dayOfWeek: "Sunday" } },
      startTime: "01:00",
      durationHours: 4,
      utcOffset: "+00:00",
    },
  });
}

const credentials = azure_native.containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: resourceGroup.name,
  resourceName: cluster.name,
});
export const kubeconfig = credentials.kubeconfigs.apply((list) => Buffer.from(list[0].value, "base64").toString());

const provider = new k8s.Provider("k8s", { kubeconfig }, { dependsOn: [clusterAdmin] });

const namespace = new k8s.core.v1.Namespace("web", { metadata: { name: "web" } }, { provider });

const serviceAccount = new k8s.core.v1.ServiceAccount(
  "web",
  {
    metadata: {
      name: "web",
      namespace: namespace.metadata.name,
      annotations: { "azure.workload.identity/client-id": appIdentity.clientId },
    },
  },
  { provider },
);

const federatedCredential = new azure_native.managedidentity.FederatedIdentityCredential("federation", {
  resourceGroupName: resourceGroup.name,
  resourceName: appIdentity.name,
  federatedIdentityCredentialResourceName: "federation-cluster",
  issuer: cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL || ""),
  subject: "system:serviceaccount:web:web",
  audiences: ["api://AzureADTokenExchange"],
});

const labels = { app: "web" };

new k8s.networking.v1.NetworkPolicy(
  "web",
  {
    metadata: { name: "web", namespace: namespace.metadata.name },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [{ protocol: "TCP", port: 8080 }] }],
      egress: [{ ports: [{ protocol: "UDP", port: 53 }] }, { ports: [{ protocol: "TCP", port: 443 }] }],
    },
  },
  { provider },
);

const deployment = new k8s.apps.v1.Deployment(
  "web",
  {
    metadata: { name: "web", namespace: namespace.metadata.name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: serviceAccount.metadata.name,
          containers: [
            {
              name: "app",
              image,
              ports: [{ name: "http", containerPort: 8080 }],
              env: [
                { name: "PORT", value: "8080" },
                { name: "KEY_VAULT_URI", value: vault.properties.apply((properties) => properties.vaultUri || "") },
                { name: "SECRET_NAME", value: secret.name },
              ],
              livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
              readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
            },
          ],
        },
      },
    },
  },
  { provider, dependsOn: [federatedCredential, vaultReader, acrPull] },
);

const service = new k8s.core.v1.Service(
  "web",
  {
    metadata: { name: "web", namespace: namespace.metadata.name },
    spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 80, targetPort: "http" }] },
  },
  { provider, dependsOn: [deployment] },
);

export const clusterName = cluster.name;
export const vaultUri = vault.properties.vaultUri;
export const serviceIp = service.status.loadBalancer.ingress[0].ip;
