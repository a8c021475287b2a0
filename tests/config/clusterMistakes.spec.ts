import { strict as assert } from "node:assert";
import { CONFIG_URL, type MistakeCase, mistakes } from "./rawConfig";

const VERSIONS = "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions";
const RANGES = "https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges";
const POOLS = "https://learn.microsoft.com/azure/aks/use-system-pools";
const ASSIGNMENTS = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";
const SIZE = "a size with a temporary disk, such as Standard_D2ds_v5 (with a d)";
const SIZES = "https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk";

const single: readonly MistakeCase[] = [
  [
    "a version that YAML made a number of",
    { kubernetesVersion: "1.3" },
    `kubernetesVersion: must be a version such as 1.36, in quotes, got "1.3". See ${VERSIONS}`,
  ],
  [
    "a word that is not offered",
    { clusterTier: "free" },
    `clusterTier: must be one of Free, Standard, Premium, got "free". See ${CONFIG_URL}`,
  ],
  [
    "text where a list belongs",
    { authorizedIpRanges: "203.0.113.0/24" },
    `authorizedIpRanges: must be a list, got "203.0.113.0/24". See ${CONFIG_URL}`,
  ],
  [
    "an address inside a network for the network",
    { authorizedIpRanges: '["203.0.113.200/25"]' },
    `authorizedIpRanges[0]: must be an IPv4 network such as 203.0.113.0/24 (did you mean 203.0.113.128/25?), got "203.0.113.200/25". See ${RANGES}`,
  ],
  [
    "a B-series size",
    { systemPoolVmSize: "Standard_B2s" },
    `systemPoolVmSize: must be ${SIZE}, of another series than B, got "Standard_B2s". See ${SIZES}`,
  ],
  [
    "a size without the disk that a pool needs",
    { pools: '{"user":{"vmSize":"Standard_D4s_v5","minCount":1,"maxCount":1,"osDiskSizeGb":60}}' },
    `pools.user.vmSize: must be ${SIZE}, got "Standard_D4s_v5". See ${SIZES}`,
  ],
  [
    "an administrator without an object id",
    { clusterAdmins: '{"me":{"principalType":"User"}}' },
    `clusterAdmins.me.objectId: must be text, got nothing. See ${CONFIG_URL}`,
  ],
  [
    "the same administrator twice, in any case",
    {
      clusterAdmins: JSON.stringify({
        deployer: { objectId: "0000000A-0000-0000-0000-000000000001", principalType: "User" },
        ada: { objectId: "0000000a-0000-0000-0000-000000000001", principalType: "User" },
      }),
    },
    `clusterAdmins.ada.objectId: must be another principal than clusterAdmins.deployer, because Azure takes an assignment once, got "0000000a-0000-0000-0000-000000000001". See ${ASSIGNMENTS}`,
  ],
  [
    "administrators that are not assigned",
    { assignClusterAdmins: "false" },
    `clusterAdmins: must be empty, because assignClusterAdmins is false. See ${ASSIGNMENTS}`,
    "prod",
  ],
  [
    "a tainted system pool alone",
    { systemPoolTainted: "true" },
    `pools: must hold a pool, because systemPoolTainted keeps workloads off the system pool, got {}. See ${POOLS}`,
  ],
  [
    "a pool named system",
    { pools: '{"system":{"vmSize":"Standard_D4ds_v5","minCount":1,"maxCount":1,"osDiskSizeGb":60}}' },
    `pools.system: is the system pool: set it by the keys that start with systemPool. See ${POOLS}`,
  ],
];

describe("A mistake in the config of the cluster", () => {
  for (const [what, changes, message, stack] of single)
    it(`names key, rule, value and page: ${what}`, () => assert.deepEqual(mistakes(changes, stack), [message]));
});
