// The properties of the managed cluster: what is always on, and what the arguments decide.
import type * as containerservice from "@pulumi/azure-native/containerservice";
import type * as managedidentity from "@pulumi/azure-native/managedidentity";
import type { AksClusterArgs } from "./aksCluster";
import { ofGeneration } from "./generation";
import { ClusterAccessMode } from "./kubeconfig";
import { nodePoolProperties } from "./nodePool";

/** Name of the pool that carries AKS's own pods. */
export const SYSTEM_POOL = "system";

export interface ClusterIdentities {
  controlPlane: managedidentity.UserAssignedIdentity;
  kubelet: managedidentity.UserAssignedIdentity;
}

/** Two clusters that replace each other share nothing that Azure gives out once: neither name nor node resource group. */
export function nameInAzure({ clusterName, generation }: Pick<AksClusterArgs, "clusterName" | "generation">): string {
  return ofGeneration(clusterName, generation);
}

export function clusterProperties(args: AksClusterArgs, { controlPlane, kubelet }: ClusterIdentities) {
  const { tier, systemPool, trustedLaunch = true, tags } = args;
  const name = nameInAzure(args);
  const systemTaints = systemPool.tainted ? ["CriticalAddonsOnly=true:NoSchedule"] : [];
  return {
    resourceGroupName: args.resourceGroupName,
    ...(args.location === undefined ? {} : { location: args.location }),
    resourceName: name,
    dnsPrefix: name,
    nodeResourceGroup: `${name}-nodes`,
    nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
    sku: { name: "Base", tier },
    supportPlan: tier === "Premium" ? "AKSLongTermSupport" : "KubernetesOfficial",
    ...(args.kubernetesVersion === undefined ? {} : { kubernetesVersion: args.kubernetesVersion }),
    identity: { type: "UserAssigned", userAssignedIdentities: [controlPlane.id] },
    identityProfile: {
      kubeletidentity: { resourceId: kubelet.id, clientId: kubelet.clientId, objectId: kubelet.principalId },
    },
    enableRBAC: true,
    disableLocalAccounts: args.access.mode !== ClusterAccessMode.Admin,
    aadProfile: { managed: true, enableAzureRBAC: true },
    // Both stay set although newer clusters have the issuer on by default: without either, no pod gets a token, and nothing says so.
    oidcIssuerProfile: { enabled: true },
    securityProfile: {
      workloadIdentity: { enabled: true },
      imageCleaner: { enabled: true, intervalHours: 168 },
    },
    // The address ranges are AKS's own defaults, set so that no later API version may change them: any of them replaces the cluster.
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkDataplane: "cilium",
      networkPolicy: "cilium",
      outboundType: "loadBalancer",
      loadBalancerSku: "standard",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIP: "10.0.0.10",
    },
    apiServerAccessProfile: { authorizedIPRanges: args.authorizedIpRanges ?? [], disableRunCommand: true },
    autoUpgradeProfile: { upgradeChannel: args.upgradeChannel, nodeOSUpgradeChannel: "NodeImage" },
    metricsProfile: { costAnalysis: { enabled: tier !== "Free" } },
    agentPoolProfiles: [
      {
        ...nodePoolProperties({ ...systemPool, taints: [...systemTaints, ...(systemPool.taints ?? [])] }, trustedLaunch, tags),
        name: SYSTEM_POOL,
        mode: "System",
      },
    ],
    tags,
  } satisfies containerservice.ManagedClusterArgs;
}
