// The chain without components, with pods of several kinds of objects whose images nobody here builds, and which name what they read as they like.
import * as authorization from "@pulumi/azure-native/authorization";
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const kinds = new pulumi.Config().requireObject<string[]>("kinds");
const { tenantId, subscriptionId } = authorization.getClientConfigOutput();
const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-workloads" });
const cluster = new containerservice.ManagedCluster("cluster", {
  resourceGroupName: group.name,
  resourceName: "aks-workloads",
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
});
const identity = new managedidentity.UserAssignedIdentity("identity", {
  resourceGroupName: group.name,
  resourceName: "id-reader",
});
const credential = new managedidentity.FederatedIdentityCredential("credential", {
  resourceGroupName: group.name,
  resourceName: identity.name,
  federatedIdentityCredentialResourceName: "reader",
  issuer: cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
  subject: "system:serviceaccount:jobs:reader",
  audiences: ["api://AzureADTokenExchange"],
});
const vault = new keyvault.Vault("vault", {
  resourceGroupName: group.name,
  vaultName: "kv-workloads",
  properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
});
const secret = new keyvault.Secret("secret", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  secretName: "db-password",
  properties: { value: pulumi.secret("never-shown-anywhere") },
});
if (!kinds.includes("no-role"))
  new authorization.RoleAssignment("role", {
    scope: vault.id,
    principalId: identity.principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
  });
const credentials = containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: group.name,
  resourceName: cluster.name,
});
const kubeconfig = credentials.apply(({ kubeconfigs }) => Buffer.from(kubeconfigs[0]?.value ?? "", "base64").toString());
// Objects that name no namespace go into this one.
const provider = new k8s.Provider("cluster", { kubeconfig, namespace: "jobs" });
const options = { provider, dependsOn: [credential] };
new k8s.core.v1.Namespace("jobs", { metadata: { name: "jobs" } }, { provider });
new k8s.core.v1.ServiceAccount(
  "reader",
  { metadata: { name: "reader", annotations: { "azure.workload.identity/client-id": identity.clientId } } },
  options,
);
new k8s.core.v1.ConfigMap(
  "settings",
  { metadata: { name: "settings" }, data: { VAULT: vault.properties.vaultUri.apply((uri) => uri ?? "") } },
  options,
);

const use = { "azure.workload.identity/use": "true" };
const metadata = { labels: { app: "reader", ...use } };
const app = { name: "app", image: "registry.example/team/reader:3" };
const serviceAccountName = "reader";
const selector = { matchLabels: { app: "reader" } };
if (kinds.includes("stateful-set")) {
  const containers = [
    { name: "proxy", image: "nginx:1.29" },
    {
      ...app,
      envFrom: [{ prefix: "APP_", configMapRef: { name: "settings" } }],
      env: [{ name: "PASSWORD", value: secret.name }],
    },
  ];
  const template = { metadata, spec: { serviceAccountName, containers } };
  new k8s.apps.v1.StatefulSet(
    "ledger",
    { metadata: { name: "ledger" }, spec: { serviceName: "ledger", selector, template } },
    options,
  );
}
if (kinds.includes("job")) {
  const script = pulumi.interpolate`az keyvault secret show --vault-name ${vault.name} --name ${secret.name} -o tsv > /shared/password`;
  const initContainers = [{ name: "fetch", image: "mcr.microsoft.com/azure-cli:2.91.0", command: ["sh", "-c", script] }];
  const spec = { serviceAccountName, restartPolicy: "Never", initContainers, containers: [app] };
  new k8s.batch.v1.Job("migrate", { metadata: { name: "migrate" }, spec: { template: { metadata, spec } } }, options);
}
if (kinds.includes("cron-job")) {
  const containers = [{ ...app, args: ["--vault", pulumi.interpolate`https://${vault.name}.vault.azure.net`] }];
  const template = { metadata, spec: { serviceAccountName, restartPolicy: "OnFailure", containers } };
  for (const [name, suspend] of [
    ["report", false],
    ["old-report", true],
  ] as const)
    new k8s.batch.v1.CronJob(
      name,
      { metadata: { name }, spec: { schedule: "0 3 * * *", suspend, jobTemplate: { spec: { template } } } },
      options,
    );
}
if (kinds.includes("pod"))
  new k8s.core.v1.Pod(
    "probe",
    {
      metadata: { name: "probe", labels: use },
      spec: { serviceAccountName, containers: [{ ...app, env: [{ name: "KEYVAULT_NAME", value: vault.name }] }] },
    },
    options,
  );
