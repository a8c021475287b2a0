// A program in the public style with what a rehearsal cannot emulate around a chain that works; `variant` hides its pod, or breaks it.
import * as authorization from "@pulumi/azure-native/authorization";
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as resources from "@pulumi/azure-native/resources";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const variant = new pulumi.Config().require("variant");
const location = new pulumi.Config("azure-native").require("location");
const group = new resources.ResourceGroup("rg", { resourceGroupName: "rg-unseen" });
const virtualNetwork = new network.VirtualNetwork("vnet", {
  resourceGroupName: group.name,
  addressSpace: { addressPrefixes: ["10.0.0.0/8"] },
});
const workspace = new operationalinsights.Workspace("logs", { resourceGroupName: group.name, location });
const cluster = new containerservice.ManagedCluster("aks", {
  resourceGroupName: group.name,
  resourceName: "aks-unseen",
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  agentPoolProfiles: [
    { name: "system", mode: "System", count: 1, vnetSubnetID: pulumi.interpolate`${virtualNetwork.id}/subnets/aks` },
  ],
  tags: { workspace: workspace.customerId },
});
const identity = new managedidentity.UserAssignedIdentity("id", {
  resourceGroupName: group.name,
  resourceName: "id-unseen",
});
const { tenantId, subscriptionId } = authorization.getClientConfigOutput();
const vault = new keyvault.Vault("kv", {
  resourceGroupName: group.name,
  vaultName: "kv-unseen",
  properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
});
const secret = new keyvault.Secret("greeting", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  secretName: "greeting",
  properties: { value: pulumi.secret("hello-from-the-vault") },
});
const role = new authorization.RoleAssignment("reader", {
  scope: vault.id,
  principalId: identity.principalId,
  principalType: "ServicePrincipal",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});
const credential = new managedidentity.FederatedIdentityCredential("fic", {
  resourceGroupName: group.name,
  resourceName: identity.name,
  federatedIdentityCredentialResourceName: "app",
  issuer:
    variant === "unknown issuer" ? virtualNetwork.etag : cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
  subject:
    variant === "undefined"
      ? pulumi.interpolate`system:serviceaccount:app:${virtualNetwork.tags.apply((tags) => tags?.account)}`
      : "system:serviceaccount:app:app",
  audiences: ["api://AzureADTokenExchange"],
});
const credentials = containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: group.name,
  resourceName: cluster.name,
});
const kubeconfig = credentials.apply(({ kubeconfigs }) => Buffer.from(kubeconfigs[0]?.value ?? "", "base64").toString());
const provider = new kubernetes.Provider("aks", { kubeconfig });
const options =
  variant === "default provider"
    ? { dependsOn: [credential, role, secret] }
    : { provider, dependsOn: [credential, role, secret] };

new kubernetes.core.v1.ServiceAccount(
  "app",
  { metadata: { name: "app", namespace: "app", annotations: { "azure.workload.identity/client-id": identity.clientId } } },
  {
    ...options,
    dependsOn: ["chart", "release"].includes(variant)
      ? new kubernetes.core.v1.Namespace("app", { metadata: { name: "app" } }, options)
      : [],
  },
);
if (variant === "chart") new kubernetes.helm.v3.Chart("app", { path: "./chart", namespace: "app" }, options);
else if (variant === "release") new kubernetes.helm.v3.Release("app", { chart: "app" }, options);
else if (variant === "v2") new kubernetes.yaml.v2.ConfigGroup("app", { files: ["manifests/*.yaml"] }, options);
else if (variant === "broken yaml") new kubernetes.yaml.ConfigFile("broken/app.yaml", {}, options);
else
  new kubernetes.yaml.ConfigFile(
    "app",
    {
      file: "manifests/app.yaml",
      transformations: [
        (object) => {
          if (variant === "no label" && object.kind === "Deployment")
            delete object.spec.template.metadata.labels["azure.workload.identity/use"];
        },
      ],
    },
    options,
  );

export const kubeconfigOutput = pulumi.secret(kubeconfig);
export const networkName = virtualNetwork.name;
