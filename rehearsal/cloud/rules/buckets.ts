// The limits on requests that Azure documents, as far as a stack meets them.
import type { Operation } from "../operations";
import { AGENT_POOL, CLUSTER, IDENTITY } from "../resourceTypes";

export interface BucketSize {
  /** Requests at once. */
  readonly size: number;
  readonly refillPerSecond: number;
}

export interface Throttled {
  readonly code: string;
  readonly message: string;
}

export interface Refused {
  readonly operation: Operation;
  readonly subscriptionId: string;
  readonly seconds: number;
}

export type BucketName =
  | "armReads"
  | "armWrites"
  | "armDeletes"
  | "clusterPuts"
  | "agentPoolPuts"
  | "identityWrites"
  | "identityWritesPerSubscription"
  | "identityReads"
  | "identityReadsPerSubscription"
  | "identityDeletes"
  | "identityDeletesPerSubscription"
  | "graphWrites";

interface Bucket {
  readonly name: BucketName;
  readonly size: BucketSize;
  /** What the bucket belongs to: its subscription, or one resource. Undefined for what does not draw from it. */
  keyOf(operation: Operation): string | undefined;
  refusal(refused: Refused): Throttled;
}

type Kind = "read" | "write" | "delete";

function kindOf({ verb, type }: Operation): Kind {
  if (verb === "delete") return "delete";
  if (verb === "read") return "read";
  // A function that lists credentials is a POST, and counts as a write.
  return verb === "call" && !/[:/](list|purge)\w*$/.test(type) ? "read" : "write";
}

const isAzure = ({ type }: Operation) => /^(Microsoft\.|azure-native:)/i.test(type);

/**
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling - for each subscription, principal and kind; there
 * is one principal here. The words are those that clients record ("after additional tokens are available"); the actor in them is ours.
 */
function arm(name: BucketName, kind: Kind, size: BucketSize): Bucket {
  return {
    name,
    size,
    keyOf: (operation) => (isAzure(operation) && kindOf(operation) === kind ? "subscription" : undefined),
    refusal: ({ subscriptionId, seconds }) => ({
      code: "SubscriptionRequestsThrottled",
      message: `Number of '${kind}' requests for subscription '${subscriptionId}' actor 'deployer' exceeded. Please try again after '${seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
    }),
  };
}

/**
 * Sizes: https://learn.microsoft.com/azure/aks/quotas-skus-regions#throttling-limits-on-aks-resource-provider-apis - for each cluster, and for its pools
 * together. Words: https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/throttled-error - for pools the handler's name is ours.
 */
function aks(name: BucketName, type: string, handler: string): Bucket {
  return {
    name,
    size: { size: 20, refillPerSecond: 1 / 60 },
    keyOf: (operation) =>
      operation.type === type && kindOf(operation) === "write" ? operation.id.replace(/\/agentPools\/.*$/i, "") : undefined,
    refusal: ({ subscriptionId, seconds }) => ({
      code: "Throttled",
      message: `The ${handler}.PUT request limit has been exceeded for SubID='${subscriptionId}', please retry again in ${seconds} seconds. For more information, please visit aka.ms/aks/throttling`,
    }),
  };
}

/**
 * Rates: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#throttling-limits - only rates are documented, no
 * bursts: the size is one second's requests, and at least one. Of the identities themselves; whether their credentials count is not said. The words are ours.
 */
function identities(name: BucketName, kind: Kind, each: "resource" | "subscription", refillPerSecond: number): Bucket {
  return {
    name,
    size: { size: Math.max(1, refillPerSecond), refillPerSecond },
    keyOf(operation) {
      if (operation.type !== IDENTITY || kindOf(operation) !== kind) return undefined;
      return each === "resource" ? operation.id : "subscription";
    },
    refusal: ({ seconds }) => ({
      code: "TooManyRequests",
      message: `The request limit for managed identities has been reached. Please try again after '${seconds}' seconds.`,
    }),
  };
}

/** https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits: 3000 writes in two minutes and a half, for one application in one tenant. */
const GRAPH_WRITES: Bucket = {
  name: "graphWrites",
  size: { size: 3000, refillPerSecond: 20 },
  keyOf: (operation) => (operation.type.startsWith("azuread:") && kindOf(operation) !== "read" ? "tenant" : undefined),
  // https://learn.microsoft.com/graph/throttling shows such an answer.
  refusal: () => ({ code: "TooManyRequests", message: "Please retry again later." }),
};

/** https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
export const ARM_SIZES = {
  reads: { size: 250, refillPerSecond: 25 },
  writes: { size: 200, refillPerSecond: 10 },
  deletes: { size: 200, refillPerSecond: 10 },
} as const;

const ALL: readonly Bucket[] = [
  arm("armReads", "read", ARM_SIZES.reads),
  arm("armWrites", "write", ARM_SIZES.writes),
  arm("armDeletes", "delete", ARM_SIZES.deletes),
  aks("clusterPuts", CLUSTER, "PutManagedClusterHandler"),
  aks("agentPoolPuts", AGENT_POOL, "PutAgentPoolHandler"),
  identities("identityWrites", "write", "resource", 0.25),
  identities("identityWritesPerSubscription", "write", "subscription", 2),
  identities("identityReads", "read", "resource", 0.5),
  identities("identityReadsPerSubscription", "read", "subscription", 10),
  identities("identityDeletes", "delete", "resource", 0.25),
  identities("identityDeletesPerSubscription", "delete", "subscription", 2),
  GRAPH_WRITES,
];

export const BUCKETS: Readonly<Record<string, Bucket>> = Object.fromEntries(ALL.map((bucket) => [bucket.name, bucket]));
