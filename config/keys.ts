// Every config key with its type and rule. Meaning and default of each stand in Pulumi.yaml; a test keeps both in step.
import type { z } from "zod";
import { NAME_RULES, RegistryRoleMode } from "../chain";
import { ClusterTier, UpgradeChannel } from "../components/aksCluster";
import { ImageBuilder } from "../components/appImage";
import { RegistrySku } from "../components/containerRegistry";
import { IdentityKind } from "../components/identityKinds";
import { ClusterAccessMode, KubeloginMode } from "../components/kubeconfig";
import { Weekday } from "../components/maintenance";
import { MAX_AUTHORIZED_RANGES, RANGES, RULES } from "../components/rules";
import { ServiceAccess } from "../components/webAppSurroundings";
import { FEDERATION_FIELDS, federations } from "./federations";
import { flag, integer, list, map, matching, named, namedKeys, oneOf, optional, optionalInteger, text } from "./schemas";
import { namespace, probePath, SHAPES, variableName, zone } from "./shapes";
import { TAG_NAME, TAG_VALUE } from "./tags";

/** Types as Pulumi.yaml writes them. */
export type Kind = "string" | "boolean" | "integer" | "array" | "object";

function key<T>(kind: Kind, schema: z.ZodType<T>) {
  return { kind, schema };
}

const kubernetesVersion = {
  text: "a version such as 1.36, in quotes",
  matches: (value: string) => /^1\.\d{2}(\.\d+)?$/.test(value),
  url: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
};
const systemVmSize = {
  ...RULES.vmSize,
  text: `${RULES.vmSize.text}, of another series than B`,
  matches: (value: string) => RULES.vmSize.matches(value) && !/^Standard_B\d/.test(value),
};
/** Short or whole, of a repository with either kind of hash. */
const commit = {
  text: "a commit, 7 to 64 hexadecimal digits",
  matches: (value: string) => /^[0-9a-f]{7,64}$/i.test(value),
  url: "https://git-scm.com/docs/git-rev-parse",
};
const authorizedIpRanges = list(matching(RULES.addressRange)).superRefine((ranges, context) => {
  if (ranges.length > MAX_AUTHORIZED_RANGES)
    context.addIssue({ code: "custom", message: `a list of at most ${MAX_AUTHORIZED_RANGES}` });
});

export const KEYS = {
  production: key("boolean", flag),
  protect: key("boolean", flag),
  existingResourceGroup: key("string", optional(named(NAME_RULES.resourceGroup))),
  existingCluster: key("object", SHAPES.existingCluster),
  names: key("object", SHAPES.names),
  tags: key("object", map(matching(TAG_VALUE), TAG_NAME)),

  clusterGeneration: key("integer", integer(RANGES.clusterGeneration)),
  clusterTier: key("string", oneOf(ClusterTier)),
  kubernetesVersion: key("string", optional(matching(kubernetesVersion))),
  upgradeChannel: key("string", oneOf(UpgradeChannel)),
  systemPoolVmSize: key("string", matching(systemVmSize)),
  systemPoolMinCount: key("integer", integer(RANGES.nodeCount)),
  systemPoolMaxCount: key("integer", integer(RANGES.nodeCount)),
  systemPoolOsDiskSizeGb: key("integer", integer(RANGES.osDiskSizeGb)),
  systemPoolZones: key("array", list(matching(zone))),
  systemPoolTainted: key("boolean", flag),
  pools: key("object", map(SHAPES.pool, namedKeys(NAME_RULES.nodePool))),
  trustedLaunch: key("boolean", flag),
  authorizedIpRanges: key("array", authorizedIpRanges),
  maintenanceDay: key("string", oneOf(Weekday)),
  maintenanceStartTime: key("string", matching(RULES.startTime)),
  maintenanceDurationHours: key("integer", integer(RANGES.maintenanceHours)),
  clusterAccess: key("string", oneOf(ClusterAccessMode)),
  kubeloginMode: key("string", oneOf(KubeloginMode)),
  assignClusterAdmins: key("boolean", flag),
  clusterAdmins: key("object", map(SHAPES.clusterAdmin, namedKeys(NAME_RULES.workload))),

  vaultPurgeProtection: key("boolean", flag),
  vaultSoftDeleteDays: key("integer", integer(RANGES.softDeleteDays)),
  secretName: key("string", named(NAME_RULES.secret)),
  secretValue: key("string", optional(text)),

  registrySku: key("string", oneOf(RegistrySku)),
  registryRoleMode: key("string", oneOf(RegistryRoleMode)),
  imageBuilder: key("string", oneOf(ImageBuilder)),
  image: key("string", optional(matching(RULES.imageReference))),
  appFolder: key("string", text.min(1, { error: "a folder" })),
  appDockerfile: key("string", text.min(1, { error: "a file" })),
  sourceRevision: key("string", optional(matching(commit))),
  appPort: key("integer", integer(RANGES.port)),
  appMetricsPort: key("integer", optionalInteger(RANGES.port)),
  appEnvironment: key("object", map(text, variableName)),
  livenessPath: key("string", probePath),
  readinessPath: key("string", probePath),

  identityKind: key("string", oneOf(IdentityKind)),
  federations: key("object", federations),
  roleList: key("boolean", flag),
  demoReaderRole: key("boolean", flag),
  storage: key("object", SHAPES.storage),
  toolbox: key("boolean", flag),
  toolboxImage: key("string", matching(RULES.pinnedImage)),

  namespace: key("string", namespace),
  serviceAccount: key("string", named(NAME_RULES.serviceAccount)),
  replicas: key("integer", integer(RANGES.replicas)),
  autoscaleMaxReplicas: key("integer", optionalInteger(RANGES.replicas)),
  serviceAccess: key("string", oneOf(ServiceAccess)),
  allowedClientRanges: key("array", list(matching(RULES.addressRange))),
  workloads: key("object", map(SHAPES.workload, namedKeys(NAME_RULES.workload))),
};

/** Keys that each map, or each value of it, knows. */
export const NESTED: Readonly<Record<string, readonly string[]>> = {
  pools: Object.keys(SHAPES.pool.shape),
  clusterAdmins: Object.keys(SHAPES.clusterAdmin.shape),
  workloads: Object.keys(SHAPES.workload.shape),
  storage: Object.keys(SHAPES.storage.shape),
  existingCluster: Object.keys(SHAPES.existingCluster.shape),
  names: Object.keys(SHAPES.names.shape),
  federations: FEDERATION_FIELDS,
};

export type ConfigValues = { readonly [K in keyof typeof KEYS]: z.infer<(typeof KEYS)[K]["schema"]> };

export const ALL_KEYS = Object.keys(KEYS) as (keyof ConfigValues)[]; // Object.keys is typed for objects that may have more keys.

/** Keys whose value never shows in a message, encrypted or not. */
export const SECRET_KEYS: ReadonlySet<string> = new Set<keyof ConfigValues>(["secretValue"]);
