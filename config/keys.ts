// Every config key with its type and rule. Meaning and default of each stand in Pulumi.yaml; a test keeps both in step.
import { z } from "zod";
import { GUID, NAME_RULES, RegistryRoleMode } from "../chain";
import { ClusterTier, UpgradeChannel } from "../components/aksCluster";
import { ImageBuilder } from "../components/appImage";
import { RegistrySku } from "../components/containerRegistry";
import { ClusterAccessMode, KubeloginMode } from "../components/kubeconfig";
import { Weekday } from "../components/maintenance";
import { PrincipalType } from "../components/roleAssignment";
import { MAX_AUTHORIZED_RANGES, RANGES, RULES } from "../components/rules";
import { RESERVED_VARIABLES } from "../components/webAppRules";
import { ServiceAccess } from "../components/webAppSurroundings";
import {
  flag,
  integer,
  integerOrZero,
  list,
  map,
  matching,
  named,
  namedKeys,
  oneOf,
  optional,
  optionalInteger,
  text,
} from "./schemas";

import { TAG_NAME, TAG_VALUE } from "./tags";

/** Types as Pulumi.yaml writes them. */
export type Kind = "string" | "boolean" | "integer" | "array" | "object";

function key<T>(kind: Kind, schema: z.ZodType<T>) {
  return { kind, schema };
}

const guid = {
  text: "a GUID",
  matches: (value: string) => GUID.test(value),
  url: "https://learn.microsoft.com/entra/identity-platform/developer-glossary#object-id",
};
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
const zone = {
  text: "a zone: 1, 2 or 3, in quotes",
  matches: (value: string) => /^[123]$/.test(value),
  url: "https://learn.microsoft.com/azure/aks/availability-zones-overview",
};
const variableName = {
  ...RULES.variableName,
  text: `${RULES.variableName.text}, and none that the chain sets itself`,
  matches: (value: string) => RULES.variableName.matches(value) && !RESERVED_VARIABLES.has(value),
};
/** Namespaces that are there already, and cannot be created. */
export const KUBERNETES_NAMESPACE = /^(default|kube-.*)$/;
const namespace = named(NAME_RULES.namespace).refine((name) => !KUBERNETES_NAMESPACE.test(name), {
  error: "a namespace that Kubernetes does not bring itself",
});
const anyKey = { text: "any text", matches: () => true, url: "" };

const authorizedIpRanges = list(matching(RULES.addressRange)).superRefine((ranges, context) => {
  if (ranges.length > MAX_AUTHORIZED_RANGES)
    context.addIssue({ code: "custom", message: `a list of at most ${MAX_AUTHORIZED_RANGES}` });
});

const poolShape = z.strictObject(
  {
    vmSize: matching(RULES.vmSize),
    minCount: integer(RANGES.nodeCount),
    maxCount: integer(RANGES.nodeCount),
    osDiskSizeGb: integer(RANGES.osDiskSizeGb),
    zones: list(matching(zone)).default([]),
    labels: map(text, anyKey).default({}),
    taints: list(text).default([]),
  },
  { error: "a map" },
);

const clusterAdminShape = z.strictObject({ objectId: matching(guid), principalType: oneOf(PrincipalType) }, { error: "a map" });

/** A workload besides the default one. What it leaves out, `config/workloads.ts` fills in; 0 is an answer, and not left out. */
const workloadShape = z.strictObject(
  {
    namespace: namespace.optional(),
    serviceAccount: named(NAME_RULES.serviceAccount).optional(),
    identity: named(NAME_RULES.workload).optional(),
    folder: text.min(1, { error: "a folder" }).optional(),
    dockerfile: text.min(1, { error: "a file" }).optional(),
    image: matching(RULES.imageReference).optional(),
    port: integer(RANGES.port).optional(),
    metricsPort: integerOrZero(RANGES.port).optional(),
    environment: map(text, variableName).optional(),
    livenessPath: matching(RULES.httpPath).optional(),
    readinessPath: matching(RULES.httpPath).optional(),
    replicas: integer(RANGES.replicas).optional(),
    autoscaleMaxReplicas: integerOrZero(RANGES.replicas).optional(),
    serviceAccess: oneOf(ServiceAccess).optional(),
    allowedClientRanges: list(matching(RULES.addressRange)).optional(),
    nodeSelector: map(text, anyKey).optional(),
  },
  { error: "a map" },
);
export type WorkloadEntry = z.infer<typeof workloadShape>;

export const KEYS = {
  production: key("boolean", flag),
  existingResourceGroup: key("string", optional(named(NAME_RULES.resourceGroup))),
  tags: key("object", map(matching(TAG_VALUE), TAG_NAME)),

  clusterTier: key("string", oneOf(ClusterTier)),
  kubernetesVersion: key("string", optional(matching(kubernetesVersion))),
  upgradeChannel: key("string", oneOf(UpgradeChannel)),
  systemPoolVmSize: key("string", matching(systemVmSize)),
  systemPoolMinCount: key("integer", integer(RANGES.nodeCount)),
  systemPoolMaxCount: key("integer", integer(RANGES.nodeCount)),
  systemPoolOsDiskSizeGb: key("integer", integer(RANGES.osDiskSizeGb)),
  systemPoolZones: key("array", list(matching(zone))),
  systemPoolTainted: key("boolean", flag),
  pools: key("object", map(poolShape, namedKeys(NAME_RULES.nodePool))),
  trustedLaunch: key("boolean", flag),
  authorizedIpRanges: key("array", authorizedIpRanges),
  maintenanceDay: key("string", oneOf(Weekday)),
  maintenanceStartTime: key("string", matching(RULES.startTime)),
  maintenanceDurationHours: key("integer", integer(RANGES.maintenanceHours)),
  clusterAccess: key("string", oneOf(ClusterAccessMode)),
  kubeloginMode: key("string", oneOf(KubeloginMode)),
  assignClusterAdmins: key("boolean", flag),
  clusterAdmins: key("object", map(clusterAdminShape, namedKeys(NAME_RULES.workload))),

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
  livenessPath: key("string", matching(RULES.httpPath)),
  readinessPath: key("string", matching(RULES.httpPath)),

  namespace: key("string", namespace),
  serviceAccount: key("string", named(NAME_RULES.serviceAccount)),
  replicas: key("integer", integer(RANGES.replicas)),
  autoscaleMaxReplicas: key("integer", optionalInteger(RANGES.replicas)),
  serviceAccess: key("string", oneOf(ServiceAccess)),
  allowedClientRanges: key("array", list(matching(RULES.addressRange))),
  workloads: key("object", map(workloadShape, namedKeys(NAME_RULES.workload))),
};

/** Shapes of the values of the maps, for the keys that they know. */
export const NESTED: Readonly<Record<string, z.ZodObject>> = {
  pools: poolShape,
  clusterAdmins: clusterAdminShape,
  workloads: workloadShape,
};

export type ConfigValues = { readonly [K in keyof typeof KEYS]: z.infer<(typeof KEYS)[K]["schema"]> };

export const ALL_KEYS = Object.keys(KEYS) as (keyof ConfigValues)[]; // Object.keys is typed for objects that may have more keys.

/** Keys whose value never shows in a message, encrypted or not. */
export const SECRET_KEYS: ReadonlySet<string> = new Set<keyof ConfigValues>(["secretValue"]);
