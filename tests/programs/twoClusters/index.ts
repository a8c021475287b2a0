// Two clusters with the same namespace and ServiceAccount in each, each with an identity of its own: made of the components.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import { Provider } from "@pulumi/kubernetes";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as components from "../../../components";

const group = new ResourceGroup("group", { resourceGroupName: "rg-two" });
const vault = new components.SecretVault("vault", {
  resourceGroupName: group.name,
  vaultName: "kv-two",
  tenantId: components.currentTenantId(),
  secrets: { greeting: {} },
  softDeleteDays: 7,
  purgeProtection: false,
});
for (const key of ["east", "west"]) {
  const aks = new components.AksCluster(key, {
    resourceGroupName: group.name,
    resourceGroupId: group.id,
    clusterName: `aks-${key}`,
    tier: "Free",
    upgradeChannel: "stable",
    systemPool: { vmSize: "Standard_D2ds_v5", minCount: 1, maxCount: 2, osDiskSizeGb: 60, tainted: false },
    maintenance: { day: "Sunday", startTime: "01:00", durationHours: 4 },
    access: { mode: "kubelogin", loginMode: "azurecli" },
    admins: {},
  });
  const provider = new Provider(key, { kubeconfig: aks.kubeconfig, clusterIdentifier: aks.clusterId });
  const inCluster = { provider, deletedWith: aks.cluster };
  const identity = new components.WorkloadIdentity(
    `${key}-web`,
    {
      resourceGroupName: group.name,
      identityName: `id-${key}`,
      issuerUrl: aks.issuerUrl,
      namespace: new Namespace(key, { metadata: { name: "web" } }, inCluster),
      serviceAccount: { name: "web" },
      roles: { vault: { scope: vault.vaultId, role: "keyVaultSecretsUser" } },
    },
    inCluster,
  );
  new components.WebApp(
    `${key}-web`,
    {
      identity,
      image: `registry.example/app@sha256:${"0".repeat(64)}`,
      vaultUri: vault.vaultUri,
      secretName: components.lookup(vault.secretNames, "greeting"),
      replicas: 1,
    },
    inCluster,
  );
}
