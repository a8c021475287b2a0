// Configs of stacks that tests of faults use: one with every kind of resource that takes no build, and a change of many of them.
import { PREBUILT } from "./testStack";

/** Every component, two workloads, a pool, an autoscaler. */
export const WIDE = [
  ...PREBUILT,
  'pools={"user":{"vmSize":"Standard_D2ds_v5","minCount":1,"maxCount":2,"osDiskSizeGb":64}}',
  'storage={"enabled":true}',
  "roleList=true",
  "demoReaderRole=true",
  "replicas=2",
  "autoscaleMaxReplicas=3",
  'workloads={"orders":{}}',
];

/** Workloads that act as applications of the directory. */
export const APPLICATION = [...PREBUILT, "identityKind=application"];

/** One deployment that changes most of what `WIDE` has, and replaces nothing. */
export const CHANGED = [
  ...WIDE,
  'tags={"team":"platform"}',
  "upgradeChannel=rapid",
  "secretValue=another",
  "maintenanceDay=Monday",
  "autoscaleMaxReplicas=4",
  'appEnvironment={"GREETING":"hello"}',
  "readinessPath=/ready",
  'allowedClientRanges=["203.0.113.0/24"]',
];
