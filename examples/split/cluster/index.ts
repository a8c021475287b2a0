// What many workloads share: a cluster, a vault and a registry. Stacks of ../workloads refer to this one by its exports.
import * as pulumi from "@pulumi/pulumi";
import * as components from "../../../components";

const protect = new pulumi.Config().requireBoolean("protect");
const location = new pulumi.Config("azure-native").require("location");
const name = `${pulumi.getProject()}-${pulumi.getStack()}`;
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };

const resourceGroup = components.stackResourceGroup("resource-group", {
  resourceGroupName: `rg-${name}`,
  location,
  tags,
});
const inAzure = { resourceGroupName: resourceGroup.name, location, tags };
const suffix = components.uniqueSuffix("suffix");

const vault = new components.SecretVault("vault", {
  ...inAzure,
  vaultName: pulumi.interpolate`kv-split-${suffix}`,
  tenantId: components.currentTenantId(),
  softDeleteDays: 7,
  purgeProtection: false,
  secrets: { app: { name: "greeting" } },
  protect,
});

const aks = new components.AksCluster("aks", {
  ...inAzure,
  resourceGroupId: resourceGroup.id,
  clusterName: `aks-${name}`,
  tier: components.ClusterTier.Free,
  upgradeChannel: components.UpgradeChannel.Stable,
  systemPool: { vmSize: "Standard_D2ds_v5", minCount: 1, maxCount: 2, osDiskSizeGb: 60, tainted: false },
  maintenance: { day: components.Weekday.Sunday, startTime: "01:00", durationHours: 4 },
  access: { mode: components.ClusterAccessMode.Kubelogin, loginMode: components.KubeloginMode.AzureCli },
  admins: { deployer: components.currentDeployer() },
  protect,
});

const registry = new components.ContainerRegistry("registry", {
  ...inAzure,
  registryName: pulumi.interpolate`crsplit${suffix}`,
  sku: components.RegistrySku.Basic,
  pullers: { kubelet: aks.kubeletPrincipalId },
});

export const issuerUrl = aks.issuerUrl;
export const clusterId = aks.clusterId;
// Known last: whoever has it may begin.
export const kubeconfig = pulumi.all([aks.kubeconfig, ...aks.ready.map(({ urn }) => urn)]).apply(([text]) => text);
export const vaultId = vault.vaultId;
export const vaultUri = vault.vaultUri;
export const secretName = components.lookup(vault.secretNames, "app");
export const registryServer = registry.loginServer;
