// What a node pool is, for the pool inside the cluster and for those beside it alike.
import type * as containerservice from "@pulumi/azure-native/containerservice";
import { RANGES, RULES } from "./rules";
import { checkInteger, checkText, mistake, type Place } from "./validate";

/** Fixed once a pool exists: Azure refuses a change (`PropertyChangeNotAllowed`) for the system pool, others are replaced where said so. */
export interface NodePool {
  /**
   * Size of the virtual machines, for example `Standard_D2ds_v5`. It needs a temporary disk of at least `osDiskSizeGb` (a `d` in the name), and the
   * B series is not supported for system pools. Changing it replaces an extra pool and is refused for the system pool.
   * https://learn.microsoft.com/azure/aks/use-system-pools
   */
  vmSize: string;
  /** Fewest nodes, 1 to 1000. https://learn.microsoft.com/azure/aks/quotas-skus-regions */
  minCount: number;
  /** Most nodes that the autoscaler may add, `minCount` to 1000. */
  maxCount: number;
  /** Size of the ephemeral OS disk in GiB, 30 to 2048; it must fit the temporary disk of `vmSize`. Changing it is refused. */
  osDiskSizeGb: number;
  /** Availability zones, for example `["1", "2", "3"]`. Defaults to none. Changing it is refused. Regions differ: https://learn.microsoft.com/azure/reliability/availability-zones-region-support */
  zones?: string[] | undefined;
  /** Kubernetes labels of the nodes. Defaults to none. */
  labels?: Record<string, string> | undefined;
  /** Kubernetes taints, for example `gpu=true:NoSchedule`. Defaults to none. */
  taints?: string[] | undefined;
}

export function checkNodePool(place: Place, field: string, pool: NodePool): void {
  checkText(place, `${field}.vmSize`, RULES.vmSize, pool.vmSize);
  checkInteger(place, `${field}.minCount`, RANGES.nodeCount, pool.minCount);
  checkInteger(place, `${field}.maxCount`, RANGES.nodeCount, pool.maxCount);
  checkInteger(place, `${field}.osDiskSizeGb`, RANGES.osDiskSizeGb, pool.osDiskSizeGb);
  if (pool.maxCount < pool.minCount)
    throw mistake(place, `${field}.maxCount`, `at least minCount (${pool.minCount})`, pool.maxCount, RANGES.nodeCount.url);
}

export function nodePoolProperties(pool: NodePool, trustedLaunch: boolean, tags: Record<string, string> | undefined) {
  return {
    type: "VirtualMachineScaleSets" satisfies `${containerservice.AgentPoolType}`,
    vmSize: pool.vmSize,
    osType: "Linux" satisfies `${containerservice.OSType}`,
    osSKU: "AzureLinux" satisfies `${containerservice.OSSKU}`,
    osDiskType: "Ephemeral" satisfies `${containerservice.OSDiskType}`,
    osDiskSizeGB: pool.osDiskSizeGb,
    enableAutoScaling: true,
    count: pool.minCount,
    minCount: pool.minCount,
    maxCount: pool.maxCount,
    maxPods: 110,
    // Azure returns nothing where nothing was set, and an empty list would show as a difference after a refresh.
    ...(isEmpty(pool.zones) ? {} : { availabilityZones: pool.zones }),
    ...(isEmpty(pool.labels) ? {} : { nodeLabels: pool.labels }),
    ...(isEmpty(pool.taints) ? {} : { nodeTaints: pool.taints }),
    upgradeSettings: { maxSurge: "33%" },
    securityProfile: {
      sshAccess: "Disabled" satisfies `${containerservice.AgentPoolSSHAccess}`,
      enableSecureBoot: trustedLaunch,
      enableVTPM: trustedLaunch,
    },
    tags,
  };
}

function isEmpty(value: object | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}
