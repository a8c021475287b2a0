// Sizes of nodes are offered in the region, to this subscription, in the zones that are asked for.
import type { Check } from "../check";
import { byKey } from "../keys";
import { fail, type Outcome, pass } from "../outcome";
import { type NodePool, poolsOf } from "../pools";
import { type Size, SKUS_ACTION, sizesIn } from "../sizes";

export const VM_SIZE: Check = {
  id: "vm-size",
  asks: "whether each pool's size is offered in the region and its zones, without a restriction for the subscription",
  rights: [SKUS_ACTION],
  source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available",
  async run({ azure, plan, files }) {
    const pools = poolsOf(plan);
    const sized = pools.filter(({ vmSize }) => vmSize !== undefined);
    const mistakes = await Promise.all(
      sized.map(async (pool) => {
        const sizes = await sizesIn(azure, pool.region);
        return problem(pool, sizes, {
          size: byKey(files, "systemPoolVmSize", "systemPoolVmSize, or vmSize of the pool", "vmSize of the pool"),
          zones: byKey(files, "systemPoolZones", "systemPoolZones, or zones of the pool", "availabilityZones of the pool"),
        });
      }),
    );
    const found = mistakes.filter((outcome) => outcome !== undefined);
    if (pools.length === 0 || found.length > 0) return found;
    const names = [...new Set(sized.map(({ vmSize, region }) => `${vmSize} in ${region}`))];
    const chosen = pools.length - sized.length;
    return [pass([...names, ...(chosen === 0 ? [] : [`${chosen} without a size, which Azure chooses`])].join(", "))];
  },
};

/** How the stack's owner sets it. */
interface Settings {
  readonly size: string;
  readonly zones: string;
}

function problem(pool: NodePool, sizes: ReadonlyMap<string, Size>, settings: Settings): Outcome | undefined {
  const { declared, vmSize = "", region, zones } = pool;
  const size = sizes.get(vmSize.toLowerCase());
  if (size === undefined || size.refused !== undefined) {
    const why = size === undefined ? "is not offered" : `is not for this subscription (${size.refused})`;
    return fail(
      `${declared}: ${vmSize} ${why} in ${region}`,
      `set ${settings.size} to ${instead(vmSize, sizes)}; or take another region`,
    );
  }
  const missing = zones.filter((zone) => !size.zones.includes(zone) || size.refusedZones.includes(zone));
  if (missing.length === 0) return undefined;
  const left = size.zones.filter((zone) => !size.refusedZones.includes(zone));
  return fail(
    `${declared}: ${vmSize} is not there for this subscription in zone ${missing.join(", ")} of ${region}`,
    left.length === 0 ? `set no zones: ${settings.zones}` : `keep to zone ${left.join(", ")}: ${settings.zones}`,
  );
}

/** Purpose, processors and features, as in `Standard_D2ds_v5`. https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions */
const PARTS = /^Standard_([A-Z])[A-Z]*(\d+)([a-z]*)/;

/** Of the same number of processors, and for the same purpose; those with the same features, such as a temporary disk, first. */
function instead(vmSize: string, sizes: ReadonlyMap<string, Size>): string {
  const [, purpose = "D", vcpus = "2", features = ""] = PARTS.exec(vmSize) ?? [];
  const near = [...sizes.values()]
    .filter((size) => size.refused === undefined && size.vcpus === Number(vcpus) && size.name.startsWith(`Standard_${purpose}`))
    .map(({ name }) => name)
    .sort((one, other) => Number(PARTS.exec(other)?.[3] === features) - Number(PARTS.exec(one)?.[3] === features));
  return near.length === 0 ? "another size" : `one such as ${near.slice(0, 3).join(", ")}`;
}
