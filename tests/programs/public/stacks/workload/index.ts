import * as azure from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const platform = new pulumi.StackReference(`organization/platform/${pulumi.getStack()}`);
const resourceGroupName = platform.requireOutput("resourceGroupName");
const issuer = platform.requireOutput("oidcIssuerUrl");
const vaultId = platform.requireOutput("vaultId");
const vaultUri = platform.requireOutput("vaultUri");

const subscription = azure.authorization.getClientConfigOutput().subscriptionId;
const identity = new azure.managedidentity.UserAssignedIdentity("tickets", { resourceGroupName });
const secret = new azure.keyvault.Secret("tickets", {
  resourceGroupName,
  vaultName: platform.requireOutput("vaultName"),
  secretName: "tickets-key",
  properties: { value: "not-a-real-key" },
});
const role = new azure.authorization.RoleAssignment("tickets", {
  scope: vaultId,
  principalId: identity.principalId,
  principalType: "ServicePrincipal",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});
const credential = new azure.managedidentity.FederatedIdentityCredential("tickets", {
  resourceGroupName,
  resourceName: identity.name,
  issuer,
  subject: "system:serviceaccount:tickets:tickets",
  audiences: ["api://AzureADTokenExchange"],
});

const provider = new k8s.Provider("platform", { kubeconfig: platform.requireOutput("kubeconfig") });
const ns = new k8s.core.v1.Namespace("tickets", { metadata: { name: "tickets" } }, { provider });
const sa = new k8s.core.v1.ServiceAccount(
  "tickets",
  {
    metadata: {
      name: "tickets",
      namespace: ns.metadata.name,
      annotations: { "azure.workload.identity/client-id": identity.clientId },
    },
  },
  { provider },
);
new k8s.apps.v1.Deployment(
  "tickets",
  {
    metadata: { name: "tickets", namespace: ns.metadata.name },
    spec: {
      selector: { matchLabels: { app: "tickets" } },
      template: {
        metadata: { labels: { app: "tickets", "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: sa.metadata.name,
          containers: [
            {
              name: "tickets",
              image: "ghcr.io/example/tickets:1.0.0",
              env: [
                { name: "KEY_VAULT_URI", value: vaultUri },
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
