// Sizes of nodes are offered in the region, to this subscription, in the zones that are asked for.
import type { Check } from "../check";
import { fail, type Outcome, pass } from "../outcome";
import { type NodePool, poolsOf } from "../pools";
import { type Size, SKUS_ACTION, sizesIn } from "../sizes";

export const VM_SIZE: Check = {
  id: "vm-size",
  asks: "whether each pool's size is offered in the region and its zones, without a restriction for the subscription",
  rights: [SKUS_ACTION],
  source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available",
  async run({ azure, plan }) {
    const pools = poolsOf(plan);
    const sized = pools.filter(({ vmSize }) => vmSize !== undefined);
    const mistakes = await Promise.all(
      sized.map(async (pool) => {
        const sizes = await sizesIn(azure, pool.region);
        return problem(pool, sizes.get((pool.vmSize ?? "").toLowerCase()), sizes);
      }),
    );
    const found = mistakes.filter((outcome) => outcome !== undefined);
    if (pools.length === 0 || found.length > 0) return found;
    const names = [...new Set(sized.map(({ vmSize, region }) => `${vmSize} in ${region}`))];
    const chosen = pools.length - sized.length;
    return [pass([...names, ...(chosen === 0 ? [] : [`${chosen} without a size, which Azure chooses`])].join(", "))];
  },
};

function problem(pool: NodePool, size: Size | undefined, sizes: ReadonlyMap<string, Size>): Outcome | undefined {
  const { declared, vmSize, region, zones } = pool;
  if (size === undefined || size.refused !== undefined) {
    const why = size === undefined ? "is not offered" : `is not for this subscription (${size.refused})`;
    return fail(`${declared}: ${vmSize} ${why} in ${region}`, `${instead(pool, sizes)}; or another region`);
  }
  const missing = zones.filter((zone) => !size.zones.includes(zone) || size.refusedZones.includes(zone));
  if (missing.length === 0) return undefined;
  const left = size.zones.filter((zone) => !size.refusedZones.includes(zone));
  return fail(
    `${declared}: ${vmSize} is not there for this subscription in zone ${missing.join(", ")} of ${region}`,
    left.length === 0
      ? "take the zones out of the pool's config (systemPoolZones, zones)"
      : `keep to zone ${left.join(", ")}: systemPoolZones, or zones of the pool`,
  );
}

/** Of the same number of processors, and for the same purpose by its first letter: what is nearest to what was meant. */
function instead({ vmSize = "" }: NodePool, sizes: ReadonlyMap<string, Size>): string {
  const [, purpose = "D", vcpus = "2"] = /^Standard_([A-Z])[A-Z]*(\d+)/i.exec(vmSize) ?? [];
  const near = [...sizes.values()]
    .filter((size) => size.refused === undefined && size.vcpus === Number(vcpus) && size.name.startsWith(`Standard_${purpose}`))
    .map(({ name }) => name);
  return near.length === 0
    ? "another size (systemPoolVmSize, or vmSize of the pool)"
    : `set systemPoolVmSize, or vmSize of the pool, to one such as ${near.slice(0, 3).join(", ")}`;
}
