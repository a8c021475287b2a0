// The chain without components, as public examples write it; `defect` makes the program itself fail in one way.
import "./atOnce";
import * as authorization from "@pulumi/azure-native/authorization";
import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { extras, sidecars, vaultVariables } from "./variants";

const config = new pulumi.Config();
const defect = config.require("defect");
const variant = config.require("variant");
if (defect === "never-ends") setInterval(() => {}, 1000);
if (defect === "dials-out") void fetch("https://example.com/");

const { tenantId, subscriptionId } = authorization.getClientConfigOutput();
const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-plain" });
const cluster = new containerservice.ManagedCluster("cluster", {
  resourceGroupName: group.name,
  resourceName: "aks-plain",
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
});
const identity = new managedidentity.UserAssignedIdentity("identity", {
  resourceGroupName: group.name,
  resourceName: "id-plain",
});
const issuer = cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");
const credential = new managedidentity.FederatedIdentityCredential("credential", {
  resourceGroupName: group.name,
  resourceName: identity.name,
  federatedIdentityCredentialResourceName: "app",
  issuer,
  subject: "system:serviceaccount:app:app",
  audiences: ["api://AzureADTokenExchange"],
});
const vault = new keyvault.Vault("vault", {
  resourceGroupName: group.name,
  vaultName: "kv-plain",
  properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
});
const secret = new keyvault.Secret("secret", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  secretName: "greeting",
  properties: { value: pulumi.secret("hello-from-the-vault") },
});
const role = new authorization.RoleAssignment("role", {
  scope: vault.id,
  principalId: identity.principalId,
  principalType: "ServicePrincipal",
  roleAssignmentName: "7c0d3f5e-2f3b-4b5c-9a55-0d6a5b1c2d3e",
  roleDefinitionId: pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
});
if (defect === "no-image")
  new containerregistry.Registry("registry", { resourceGroupName: group.name, registryName: "crplain", sku: { name: "Basic" } });
const credentials = containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: group.name,
  resourceName: cluster.name,
});
const kubeconfig = credentials.apply(({ kubeconfigs }) => Buffer.from(kubeconfigs[0]?.value ?? "", "base64").toString());
const provider = new k8s.Provider("cluster", { kubeconfig });
const namespace = new k8s.core.v1.Namespace("app", { metadata: { name: "app" } }, { provider });
const metadata = { name: "app", namespace: namespace.metadata.name };
const serviceAccount = new k8s.core.v1.ServiceAccount(
  "app",
  { metadata: { ...metadata, annotations: { "azure.workload.identity/client-id": identity.clientId } } },
  { provider },
);
const labels = { app: "app" };
new k8s.apps.v1.Deployment(
  "app",
  {
    metadata,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, "azure.workload.identity/use": "true" } },
        spec: {
          serviceAccountName: serviceAccount.metadata.name,
          containers: [
            {
              name: "app",
              image:
                defect === "no-image"
                  ? "crplain.azurecr.io/app@sha256:1111111111111111111111111111111111111111111111111111111111111111"
                  : "registry.example/app@sha256:0000000000000000000000000000000000000000000000000000000000000000",
              ports: [{ containerPort: 3000 }, { containerPort: 9464 }],
              env: [
                { name: "PORT", value: "3000" },
                { name: "METRICS_PORT", value: "9464" },
                ...vaultVariables(variant, vault, secret),
              ],
              ...(variant === "no-probe" ? {} : { readinessProbe: { httpGet: { path: "/readyz", port: 3000 } } }),
            },
            ...sidecars(variant, vault),
          ],
        },
      },
    },
  },
  { provider, dependsOn: [credential, role] },
);
if (defect === "unknown-type")
  new resources.Deployment("template", { resourceGroupName: group.name, properties: { mode: "Incremental" } });
if (defect === "default-provider") new k8s.core.v1.Namespace("stray", { metadata: { name: "stray" } });
if (defect === "same-subject") {
  new managedidentity.FederatedIdentityCredential(
    "again",
    {
      resourceGroupName: group.name,
      resourceName: identity.name,
      issuer,
      subject: "system:serviceaccount:app:app",
      audiences: ["api://AzureADTokenExchange"],
    },
    { dependsOn: credential },
  );
}
if (defect === "waits-forever") {
  const parent = new pulumi.ComponentResource("plain:index:Circle", "circle");
  for (const name of ["one", "two"]) new resources.ResourceGroup(name, {}, { parent, dependsOn: parent });
}

extras(variant, { group, provider, kubeconfig, metadata, vault, tenantId });

export const issuerUrl = issuer;
export const leak = variant === "leak" ? pulumi.unsecret(secret.properties.apply(() => "hello-from-the-vault")) : "none";
export const serviceIp = pulumi.output("none");
export const secretValue = pulumi.secret("hello-from-the-vault");
