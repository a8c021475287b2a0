// The maps and objects that config may hold.
import { z } from "zod";
import { GUID, NAME_RULES } from "../chain";
import { PrincipalType } from "../components/roleAssignment";
import { RANGES, RULES } from "../components/rules";
import { RESERVED_VARIABLES } from "../components/webAppRules";
import { ServiceAccess } from "../components/webAppSurroundings";
import { flag, integer, integerOrZero, list, map, matching, named, oneOf, text } from "./schemas";

const guid = {
  text: "a GUID",
  matches: (value: string) => GUID.test(value),
  url: "https://learn.microsoft.com/entra/identity-platform/developer-glossary#object-id",
};
export const zone = {
  text: "a zone: 1, 2 or 3, in quotes",
  matches: (value: string) => /^[123]$/.test(value),
  url: "https://learn.microsoft.com/azure/aks/availability-zones-overview",
};
export const variableName = {
  ...RULES.variableName,
  text: `${RULES.variableName.text}, and none that the chain sets itself`,
  matches: (value: string) => RULES.variableName.matches(value) && !RESERVED_VARIABLES.has(value),
};
/** Namespaces that are there already, and cannot be created. */
export const KUBERNETES_NAMESPACE = /^(default|kube-.*)$/;
export const namespace = named(NAME_RULES.namespace).refine((name) => !KUBERNETES_NAMESPACE.test(name), {
  error: "a namespace that Kubernetes does not bring itself",
});
/** For a container that serves no HTTP, none. */
export const probePath = z.union([z.literal(""), matching(RULES.httpPath)], {
  error: `${RULES.httpPath.text}, or empty for no probe`,
});

const filled = text.min(1, { error: "text that is not empty" });
const anyKey = { text: "any text", matches: () => true, url: "" };

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
    livenessPath: probePath.optional(),
    readinessPath: probePath.optional(),
    command: list(filled).optional(),
    replicas: integer(RANGES.replicas).optional(),
    autoscaleMaxReplicas: integerOrZero(RANGES.replicas).optional(),
    serviceAccess: oneOf(ServiceAccess).optional(),
    allowedClientRanges: list(matching(RULES.addressRange)).optional(),
    nodeSelector: map(text, anyKey).optional(),
  },
  { error: "a map" },
);
export type WorkloadEntry = z.infer<typeof workloadShape>;

/** Which role the default workload's identity gets on the container. */
export const BlobAccess = {
  /** Reads blobs. */
  Reader: "reader",
  /** Reads, writes and deletes blobs; the application needs no more than `reader`. */
  Contributor: "contributor",
} as const;
export type BlobAccess = (typeof BlobAccess)[keyof typeof BlobAccess];

const storageShape = z.strictObject(
  {
    enabled: flag.default(false),
    container: named(NAME_RULES.blobContainer).default("data"),
    access: oneOf(BlobAccess).default(BlobAccess.Reader),
    publicRoute: flag.default(false),
  },
  { error: "a map" },
);

/** Empty, or both. */
const existingClusterShape = z.strictObject(
  { resourceGroupName: named(NAME_RULES.resourceGroup).optional(), name: named(NAME_RULES.cluster).optional() },
  { error: "a map" },
);

const namesShape = z.strictObject(
  {
    resourceGroup: named(NAME_RULES.resourceGroup).optional(),
    cluster: matching(RULES.clusterName).optional(),
    vault: named(NAME_RULES.vault).optional(),
    registry: named(NAME_RULES.registry).optional(),
    storageAccount: named(NAME_RULES.storageAccount).optional(),
    /** Of either kind; `config/reads.ts` refuses what a managed identity does not take. */
    identity: named(NAME_RULES.applicationDisplayName).optional(),
  },
  { error: "a map" },
);
export type OwnNames = z.infer<typeof namesShape>;

export const SHAPES = {
  pool: poolShape,
  clusterAdmin: clusterAdminShape,
  workload: workloadShape,
  storage: storageShape,
  existingCluster: existingClusterShape,
  names: namesShape,
} as const;
