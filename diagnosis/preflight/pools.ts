// The node pools of the stack's clusters: sizes, counts and regions.
import { z } from "zod";
import { regionName } from "../../chain";
import type { Plan, PlannedResource } from "./plan";

export const CLUSTER = "Microsoft.ContainerService/managedClusters";
const AGENT_POOL = `${CLUSTER}/agentPools`;

const poolShape = z.looseObject({
  name: z.string().optional(),
  vmSize: z.string().optional(),
  count: z.number().optional(),
  minCount: z.number().optional(),
  maxCount: z.number().optional(),
  enableAutoScaling: z.boolean().optional(),
  availabilityZones: z.array(z.string()).nullish(),
});
const clusterShape = z.looseObject({ agentPoolProfiles: z.array(poolShape).nullish() });

export interface NodePool {
  /** `type::name` of the Pulumi resource, and the pool's name. */
  readonly declared: string;
  readonly cluster: PlannedResource;
  readonly region: string;
  /** Undefined: Azure chooses one. */
  readonly vmSize: string | undefined;
  /** Nodes that `up` starts with. */
  readonly nodes: number;
  /** Nodes at most: the autoscaler's, or as many as it starts with. */
  readonly maxNodes: number;
  readonly zones: readonly string[];
}

export function clustersOf({ resources }: Plan): readonly PlannedResource[] {
  return resources.filter(({ type }) => type === CLUSTER);
}

export function poolsOf(plan: Plan): readonly NodePool[] {
  return clustersOf(plan).flatMap((cluster) => {
    const own = clusterShape.parse(cluster.properties).agentPoolProfiles ?? [];
    const region = regionName(cluster.location ?? "");
    const below = plan.resources.filter(
      ({ type, id }) => type === AGENT_POOL && id.toLowerCase().startsWith(`${cluster.id.toLowerCase()}/`),
    );
    return [
      ...own.map((pool, index) => nodePool(`${cluster.declared} pool ${pool.name ?? index + 1}`, cluster, region, pool)),
      ...below.map(({ declared, properties }) => nodePool(declared, cluster, region, poolShape.parse(properties))),
    ];
  });
}

function nodePool(declared: string, cluster: PlannedResource, region: string, pool: z.infer<typeof poolShape>): NodePool {
  const { vmSize, count, minCount, maxCount, enableAutoScaling, availabilityZones } = pool;
  // One node unless said otherwise: https://learn.microsoft.com/rest/api/aks/agent-pools/create-or-update
  const nodes = Math.max(count ?? minCount ?? 1, enableAutoScaling === true ? (minCount ?? 0) : 0);
  const maxNodes = enableAutoScaling === true ? Math.max(maxCount ?? nodes, nodes) : nodes;
  return { declared, cluster, region, vmSize, nodes, maxNodes, zones: availabilityZones ?? [] };
}
