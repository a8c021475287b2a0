// What a subscription may not have: sizes of virtual machines, and too many of their processors.
import { z } from "zod";
import { sameText } from "../../../chain";
import { AzureError } from "../azureError";
import type { AzureResource, PutCheck, PutRequest, ResourceManager } from "../resourceManager";
import { AGENT_POOL, CLUSTER } from "../resourceTypes";

export interface ComputeLimits {
  /** Sizes that the subscription may use, such as `Standard_D4ds_v5`. Undefined: every one. */
  readonly sizes?: readonly string[];
  /** Processors that are left in the region, by family as Azure names it in its refusal: `StandardDdsv5Family`. A family that is not here has no limit. */
  readonly vcpus?: Readonly<Record<string, number>>;
}

const poolShape = z.looseObject({
  name: z.string().optional(),
  vmSize: z.string().optional(),
  count: z.number().default(1),
  minCount: z.number().optional(),
});
const clusterShape = z.looseObject({ location: z.string().optional(), agentPoolProfiles: z.array(poolShape).default([]) });

type Pool = z.infer<typeof poolShape>;

/** Of clusters and their pools. A pool that names no size is not looked at: which one Azure would take is not known here. */
export function computeLimits({ sizes, vcpus = {} }: ComputeLimits): PutCheck {
  return (request, manager) => {
    const { type, id, properties } = request;
    if (type !== CLUSTER && type !== AGENT_POOL) return;
    const location = regionOf(request, manager);
    for (const { vmSize } of poolsOf(type, properties)) {
      // hashicorp-education/learn-terraform-provision-aks-cluster#15
      if (vmSize !== undefined && sizes !== undefined && !sizes.some((size) => sameText(size, vmSize)))
        throw new AzureError(
          400,
          "BadRequest",
          `The VM size of ${vmSize} is not allowed in your subscription in location '${location}'. The available VM sizes are '${sizes.map((size) => size.toLowerCase()).join(",")}'.`,
        );
    }
    const others = manager.all().filter((other) => !sameText(other.id, id) && regionOf(other, manager) === location);
    for (const [family, limit] of Object.entries(vcpus)) {
      const requested = processors(poolsOf(type, properties), family);
      const remaining = limit - others.reduce((sum, other) => sum + processors(poolsOf(other.type, other.properties), family), 0);
      // 1ChristianAlex/motordesk#14. Its status is not shown there.
      if (requested > remaining)
        throw new AzureError(
          400,
          "ErrCode_InsufficientVCPUQuota",
          `Insufficient vcpu quota requested ${requested}, remaining ${remaining} for family ${family} for region ${location}. Surge nodes would also consume vcpu quota.`,
        );
    }
  };
}

/** `StandardDdsv5Family` for `Standard_D4ds_v5`: the size without its number. Undefined for a size of another form. */
export function familyOf(vmSize: string): { readonly family: string; readonly vcpus: number } | undefined {
  const {
    letter,
    vcpus,
    features,
    version = "",
  } = /^Standard_(?<letter>[A-Z]+)(?<vcpus>\d+)(?:-\d+)?(?<features>[a-z]*)(?:_(?<version>v\d+))?$/i.exec(vmSize)?.groups ?? {};
  if (letter === undefined || vcpus === undefined) return undefined;
  return { family: `Standard${letter}${features}${version}Family`, vcpus: Number(vcpus) };
}

function poolsOf(type: string, properties: AzureResource["properties"]): readonly Pool[] {
  if (type === AGENT_POOL) return [poolShape.parse(properties)];
  return type === CLUSTER ? clusterShape.parse(properties).agentPoolProfiles : [];
}

function processors(pools: readonly Pool[], family: string): number {
  return pools.reduce((sum, { vmSize, count, minCount = count }) => {
    const size = familyOf(vmSize ?? "");
    return size !== undefined && sameText(size.family, family) ? sum + size.vcpus * Math.max(count, minCount) : sum;
  }, 0);
}

function regionOf({ type, id, properties }: PutRequest | AzureResource, manager: ResourceManager): string {
  const from =
    type === AGENT_POOL ? manager.get(id.slice(0, id.toLowerCase().lastIndexOf("/agentpools/")))?.properties : properties;
  return (clusterShape.safeParse(from ?? {}).data?.location ?? "").toLowerCase().replaceAll(" ", "");
}
