import * as azure from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const current = azure.authorization.getClientConfigOutput();
const rg = new azure.resources.ResourceGroup("rg", { resourceGroupName: "rg-mail" });
const cluster = new azure.containerservice.ManagedCluster("cluster", {
  resourceGroupName: rg.name,
  dnsPrefix: "mail",
  identity: { type: "SystemAssigned" },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D2s_v5" }],
});
const identity = new azure.managedidentity.UserAssignedIdentity("mailer", { resourceGroupName: rg.name });
const vault = new azure.keyvault.Vault("vault", {
  resourceGroupName: rg.name,
  vaultName: "kv-mail-dev",
  properties: { tenantId: current.tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
});
const smtp = new azure.keyvault.Secret("smtp", {
  resourceGroupName: rg.name,
  vaultName: vault.name,
  secretName: "smtp-password",
  properties: { value: "not-a-real-password" },
});
const role = new azure.authorization.RoleAssignment("mailer-secrets", {
  scope: vault.id,
  principalId: identity.principalId,
  principalType: "ServicePrincipal",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${current.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});
const federation = new azure.managedidentity.FederatedIdentityCredential("mailer", {
  resourceGroupName: rg.name,
  resourceName: identity.name,
  issuer: cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
  subject: "system:serviceaccount:mail:mailer",
  audiences: ["api://AzureADTokenExchange"],
});

const kubeconfig = azure.containerservice
  .listManagedClusterUserCredentialsOutput({ resourceGroupName: rg.name, resourceName: cluster.name })
  .apply(({ kubeconfigs }) => Buffer.from(kubeconfigs[0]!.value, "base64").toString());
const provider = new k8s.Provider("provider", { kubeconfig });

// The client id is known only once the identity is there.
const account = new k8s.yaml.ConfigFile(
  "account",
  {
    file: "k8s/account.yaml",
    transformations: [
      (manifest) => {
        if (manifest.kind === "ServiceAccount")
          manifest.metadata.annotations = { "azure.workload.identity/client-id": identity.clientId };
      },
    ],
  },
  { provider },
);
new k8s.yaml.ConfigGroup("mailer", { files: ["k8s/mailer*.yaml"] }, { provider, dependsOn: [account, federation, role, smtp] });
