import * as containerservice from "@pulumi/azure-native/containerservice";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { clusterProperties } from "./aksClusterProperties";
import { validateAksCluster } from "./aksClusterRules";
import type { Cluster } from "./cluster";
import type { ClusterAdmin } from "./deployer";
import { ofGeneration } from "./generation";
import { type ClusterAccessMode, clusterKubeconfig, type KubeloginMode } from "./kubeconfig";
import { type MaintenanceWindow, maintainCluster } from "./maintenance";
import { type NodePool, nodePoolProperties } from "./nodePool";
import { assignRole } from "./roleAssignment";

/** Price tier of the control plane. https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers */
export const ClusterTier = { Free: "Free", Standard: "Standard", Premium: "Premium" } as const;
export type ClusterTier = (typeof ClusterTier)[keyof typeof ClusterTier];

/** How far AKS upgrades Kubernetes by itself. https://learn.microsoft.com/azure/aks/auto-upgrade-cluster */
export const UpgradeChannel = { Patch: "patch", Stable: "stable", Rapid: "rapid", None: "none" } as const;
export type UpgradeChannel = (typeof UpgradeChannel)[keyof typeof UpgradeChannel];

export interface SystemPool extends NodePool {
  /** Keeps every pod but AKS's own off this pool (`CriticalAddonsOnly`); then `pools` must hold one for the workloads. Changing it is in place. */
  tainted: boolean;
}

export interface ClusterAccess {
  /** `kubelogin`: no secret, local accounts off. `admin`: local accounts on, and the kubeconfig is a secret that gives everything. In place. */
  mode: ClusterAccessMode;
  /** How kubelogin signs in. */
  loginMode: KubeloginMode;
}

export interface AksClusterArgs {
  /** Resource group of cluster and identities. Changing it replaces the cluster. */
  resourceGroupName: pulumi.Input<string>;
  /** Resource id of that group: the scope of the administrators' role. */
  resourceGroupId: pulumi.Input<string>;
  /** Azure region. Defaults to `azure-native:location`. Changing it replaces the cluster. */
  location?: pulumi.Input<string> | undefined;
  /**
   * Name of the cluster, of its DNS prefix and, with suffixes, of its identities and node resource group. Changing it replaces cluster and identities; the new
   * ones are there before the old ones go.
   */
  clusterName: string;
  /**
   * Which cluster this is, of those that replaced each other here: 1 to 999. Defaults to 1, which is in no name; any other is a suffix of the names of cluster,
   * DNS prefix and node resource group, and of the Pulumi names of what comes and goes with the cluster. Changing it makes a new cluster, and then removes the
   * old one; its identities stay.
   */
  generation?: number | undefined;
  tier: ClusterTier;
  /** Kubernetes version at creation, minor (`1.36`) or full. Defaults to Azure's own. Later changes do nothing: the upgrade channel moves it. */
  kubernetesVersion?: string | undefined;
  upgradeChannel: UpgradeChannel;
  systemPool: SystemPool;
  /** Further pools by their name in Azure, 1 to 12 lower-case letters and digits. The key is identity: another key is another pool. */
  pools?: Record<string, NodePool> | undefined;
  /** Secure boot and vTPM of all nodes. Defaults to `true`. Some sizes cannot have them. https://learn.microsoft.com/azure/aks/use-trusted-launch */
  trustedLaunch?: boolean | undefined;
  /**
   * Address ranges that may reach the API server, at most 200. Defaults to everywhere. The machine that runs Pulumi must be inside.
   * https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
   */
  authorizedIpRanges?: string[] | undefined;
  maintenance: MaintenanceWindow;
  access: ClusterAccess;
  /**
   * Who administers everything in clusters of the resource group, by keys of the caller's choice; a key is identity, and a principal that changes its key
   * is refused, because Azure takes an assignment once. Empty where all of them have the role already.
   */
  admins: Record<string, ClusterAdmin>;
  /** Refuses to delete or replace the cluster. Defaults to `false`. */
  protect?: boolean | undefined;
  tags?: Record<string, string> | undefined;
}

/**
 * An AKS cluster whose pods can sign in to Azure by their ServiceAccount: OIDC issuer and workload identity are always on.
 *
 * Creates, in this order: the identities of control plane and kubelet and the administrators' role, then the cluster, then its maintenance windows and
 * further pools. The roles come first, so that the minutes they need to take effect pass while the cluster is created.
 * Creates no network of its own and no add-ons. Replaced by a change of name, region, resource group or network.
 */
export class AksCluster extends pulumi.ComponentResource implements Cluster {
  /** The cluster itself, for what this component leaves out. */
  readonly cluster: containerservice.ManagedCluster;
  readonly generation: number;
  readonly lifetime: Cluster["lifetime"];
  readonly clusterId: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  /** The OIDC issuer exactly as Azure returns it, trailing slash included. Another cluster has another one. */
  readonly issuerUrl: pulumi.Output<string>;
  /** Object id of the identity that pulls images: known before the cluster. */
  readonly kubeletPrincipalId: pulumi.Output<string>;
  /** Without a secret in it when `access.mode` is `kubelogin`, a secret when it is `admin`. */
  readonly kubeconfig: pulumi.Output<string>;
  /** What a Kubernetes provider must wait for: the administrators' roles and the pools. The cluster waits for neither. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: AksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    validateAksCluster({ component: "AksCluster", name }, args);
    super("aks-workload-identity:index:AksCluster", name, {}, opts);
    const child = { parent: this };
    // Their names are fixed, so azure-native would delete the old one first. Where a name has not changed, Azure refuses the new one, and nothing is lost.
    // Not so the pools: one of another size has the name of the old one.
    const newFirst = { ...child, deleteBeforeReplace: false };

    const controlPlane = createIdentity(`${name}-control-plane`, `id-${args.clusterName}-control-plane`, args, newFirst);
    const kubelet = createIdentity(`${name}-kubelet`, `id-${args.clusterName}-kubelet`, args, newFirst);
    const operator = assignRole(
      `${name}-kubelet-operator`,
      { scope: kubelet.id, principalId: controlPlane.principalId, role: "managedIdentityOperator" },
      child,
    );
    const admins = Object.entries(args.admins).map(([key, { objectId, principalType }]) =>
      assignRole(
        `${name}-admin-${key}`,
        { scope: args.resourceGroupId, principalId: objectId, principalType, role: "aksRbacClusterAdmin" },
        child,
      ),
    );

    const { generation = 1 } = args;
    const clusterKey = ofGeneration(`${name}-cluster`, generation);
    const cluster = new containerservice.ManagedCluster(clusterKey, clusterProperties(args, { controlPlane, kubelet }), {
      ...newFirst,
      dependsOn: operator,
      ignoreChanges: ["agentPoolProfiles[0].count", "kubernetesVersion"],
      customTimeouts: { create: "40m", update: "90m", delete: "40m" },
      ...(args.protect === undefined ? {} : { protect: args.protect }),
    });
    const pools = Object.entries(args.pools ?? {}).map(([key, pool]) =>
      createPool(ofGeneration(`${name}-pool-${key}`, generation), key, pool, cluster, args, child),
    );
    maintainCluster(name, args, cluster, child);

    this.cluster = cluster;
    this.generation = generation;
    this.lifetime = { deletedWith: cluster };
    this.clusterId = cluster.id;
    this.clusterName = cluster.name;
    // With the id, which a preview does not know: there the profile holds what was sent, and no issuer yet.
    this.issuerUrl = pulumi.all([cluster.id, cluster.oidcIssuerProfile]).apply(([, profile]) => {
      if (profile?.issuerURL) return profile.issuerURL;
      throw new pulumi.ResourceError(
        `AksCluster "${name}": Azure returned no OIDC issuer. Run "pulumi refresh"; if it stays empty, check that nothing has turned oidcIssuerProfile off.`,
        this,
        true,
      );
    });
    this.kubeletPrincipalId = kubelet.principalId;
    const reached = { name: cluster.name, ready: cluster.fqdn };
    this.kubeconfig = clusterKubeconfig(args.resourceGroupName, reached, args.access.mode, args.access.loginMode, child);
    this.ready = [...admins, ...pools];
    this.registerOutputs({
      clusterId: this.clusterId,
      clusterName: this.clusterName,
      issuerUrl: this.issuerUrl,
      kubeletPrincipalId: this.kubeletPrincipalId,
      kubeconfig: this.kubeconfig,
    });
  }
}

function createIdentity(name: string, resourceName: string, args: AksClusterArgs, opts: pulumi.CustomResourceOptions) {
  const { resourceGroupName, location, tags } = args;
  return new managedidentity.UserAssignedIdentity(name, { resourceGroupName, location, resourceName, tags }, opts);
}

function createPool(
  name: string,
  agentPoolName: string,
  pool: NodePool,
  cluster: containerservice.ManagedCluster,
  { resourceGroupName, trustedLaunch = true, tags }: AksClusterArgs,
  opts: pulumi.CustomResourceOptions,
) {
  return new containerservice.AgentPool(
    name,
    {
      ...nodePoolProperties(pool, trustedLaunch, tags),
      resourceGroupName,
      resourceName: cluster.name,
      agentPoolName,
      mode: "User",
    },
    { ...opts, deletedWith: cluster, ignoreChanges: ["count"], customTimeouts: { create: "30m", update: "60m", delete: "30m" } },
  );
}
