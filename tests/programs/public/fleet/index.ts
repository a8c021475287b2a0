import * as azure from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const regions = new pulumi.Config().requireObject<string[]>("regions");
const clientConfig = azure.authorization.getClientConfigOutput();
const roleId = (guid: string) =>
  pulumi.interpolate`/subscriptions/${clientConfig.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

/** What runs in every cluster: each has an identity, a vault and a secret of its own. */
const services = [
  { name: "orders", namespace: "shop", secretName: "orders-connection" },
  { name: "billing", namespace: "finance", secretName: "billing-connection" },
];

const group = new azure.resources.ResourceGroup("fleet");

const clusters = regions.map((region) => {
  const cluster = new azure.containerservice.ManagedCluster(`aks-${region}`, {
    resourceGroupName: group.name,
    location: region,
    dnsPrefix: `fleet-${region}`,
    identity: { type: "SystemAssigned" },
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_B4ms" }],
  });
  const credentials = azure.containerservice.listManagedClusterAdminCredentialsOutput({
    resourceGroupName: group.name,
    resourceName: cluster.name,
  });
  const provider = new k8s.Provider(`k8s-${region}`, {
    kubeconfig: credentials.apply(({ kubeconfigs }) => Buffer.from(kubeconfigs[0]!.value, "base64").toString()),
  });
  for (const namespace of new Set(services.map((service) => service.namespace)))
    new k8s.core.v1.Namespace(`${region}-${namespace}`, { metadata: { name: namespace } }, { provider });
  return { region, provider, issuer: cluster.oidcIssuerProfile.apply((profile) => profile!.issuerURL) };
});

for (const { name, namespace, secretName } of services) {
  const identity = new azure.managedidentity.UserAssignedIdentity(`id-${name}`, { resourceGroupName: group.name });
  const vault = new azure.keyvault.Vault(`kv-${name}`, {
    resourceGroupName: group.name,
    properties: {
      tenantId: clientConfig.tenantId,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
    },
  });
  const secret = new azure.keyvault.Secret(`${name}-connection`, {
    resourceGroupName: group.name,
    vaultName: vault.name,
    secretName,
    properties: { value: `Server=${name}.example` },
  });
  const role = new azure.authorization.RoleAssignment(`${name}-reads`, {
    scope: vault.id,
    principalId: identity.principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: roleId(SECRETS_USER),
  });

  // One write at a time: Azure refuses two on the same identity.
  const written: azure.managedidentity.FederatedIdentityCredential[] = [];
  for (const { region, provider, issuer } of clusters) {
    const credential = new azure.managedidentity.FederatedIdentityCredential(
      `${name}-${region}`,
      {
        resourceGroupName: group.name,
        resourceName: identity.name,
        federatedIdentityCredentialResourceName: `${name}-${region}`,
        issuer,
        subject: `system:serviceaccount:${namespace}:${name}`,
        audiences: ["api://AzureADTokenExchange"],
      },
      { dependsOn: [...written] },
    );
    written.push(credential);

    const metadata = { name, namespace };
    new k8s.core.v1.ServiceAccount(
      `${region}-${name}`,
      { metadata: { ...metadata, annotations: { "azure.workload.identity/client-id": identity.clientId } } },
      { provider },
    );
    const labels = { app: name };
    new k8s.apps.v1.Deployment(
      `${region}-${name}`,
      {
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels: { ...labels, "azure.workload.identity/use": "true" } },
            spec: {
              serviceAccountName: name,
              containers: [
                {
                  name,
                  image: `ghcr.io/example/${name}:2026.11.1`,
                  env: [
                    { name: "VAULT_URL", value: vault.properties.vaultUri },
                    { name: "SECRET_NAME", value: secret.name },
                  ],
                },
              ],
            },
          },
        },
      },
      { provider, dependsOn: [credential, role] },
    );
  }
}

// For a controller that a chart installs later, in the first cluster: nothing of this program runs as it.
const [first] = clusters;
const dns = new azure.managedidentity.UserAssignedIdentity("id-external-dns", { resourceGroupName: group.name });
new azure.managedidentity.FederatedIdentityCredential("external-dns", {
  resourceGroupName: group.name,
  resourceName: dns.name,
  issuer: first!.issuer,
  subject: "system:serviceaccount:external-dns:external-dns",
  audiences: ["api://AzureADTokenExchange"],
});

export const issuers = clusters.map(({ issuer }) => issuer);
