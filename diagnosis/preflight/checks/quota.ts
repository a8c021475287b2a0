// There are enough processors left: for each family of sizes, and in the region as a whole.
import { sameText } from "../../../chain";
import { groupOf } from "../../ids";
import { NoAnswer } from "../asking";
import { type Azure, all } from "../azure";
import type { Check } from "../check";
import { byKey } from "../keys";
import { fail, type Outcome, pass, unknown } from "../outcome";
import type { PlannedResource } from "../plan";
import { CLUSTER, type NodePool, poolsOf } from "../pools";
import { SKUS_ACTION, sizesIn } from "../sizes";

const USAGES_ACTION = "Microsoft.Compute/locations/usages/read";
const CLUSTER_ACTION = `${CLUSTER}/read`;
/** What Azure calls the quota of all processors of a region. */
const WHOLE_REGION = "cores";

interface Need {
  readonly start: number;
  readonly most: number;
}

export const QUOTA: Check = {
  id: "vcpu-quota",
  asks: "whether the processors that are left suffice for every pool at its maximum, by family and in the region; what a cluster of the stack has already counts as its own",
  rights: [USAGES_ACTION, SKUS_ACTION, CLUSTER_ACTION],
  source: "https://learn.microsoft.com/azure/quotas/view-quotas",
  async run({ azure, plan, files }) {
    const pools = poolsOf(plan);
    const most = byKey(files, "systemPoolMaxCount", "systemPoolMaxCount, or maxCount of pools", "maxCount of the pools");
    const fix = `ask for more (Azure portal, Quotas, Compute), or lower ${most}, or take another size or region`;
    const regions = [...new Set(pools.map(({ region }) => region))];
    const outcomes = await Promise.all(
      regions.map((region) =>
        inRegion(
          azure,
          region,
          pools.filter((pool) => pool.region === region),
          fix,
        ),
      ),
    );
    return outcomes.flat();
  },
};

async function inRegion(azure: Azure, region: string, pools: readonly NodePool[], fix: string): Promise<readonly Outcome[]> {
  const question = { action: USAGES_ACTION, what: `the quotas of ${region}` };
  const [usages, sizes, present] = await Promise.all([
    azure.ask(question, (abortSignal) => all(azure.compute.usage.list(region, { abortSignal }))),
    sizesIn(azure, region),
    presentNodes(azure, [...new Set(pools.map(({ cluster }) => cluster))]),
  ]);
  const vcpusOf = (vmSize = "") => sizes.get(vmSize.toLowerCase())?.vcpus ?? Number.NaN;
  const familyOf = (vmSize = "") => sizes.get(vmSize.toLowerCase())?.family;
  const unsized = pools.filter(({ vmSize }) => familyOf(vmSize) === undefined || Number.isNaN(vcpusOf(vmSize)));
  const sized = pools.filter((pool) => !unsized.includes(pool));
  const needs = new Map<string, Need>();
  for (const { vmSize, nodes, maxNodes } of sized)
    for (const quota of [familyOf(vmSize) ?? "", WHOLE_REGION]) {
      const { start, most } = needs.get(quota) ?? { start: 0, most: 0 };
      needs.set(quota, { start: start + nodes * vcpusOf(vmSize), most: most + maxNodes * vcpusOf(vmSize) });
    }
  const held = (quota: string) =>
    present.reduce(
      (sum, { vmSize, count }) =>
        quota === WHOLE_REGION || familyOf(vmSize) === quota ? sum + (vcpusOf(vmSize) || 0) * count : sum,
      0,
    );
  const checked = [...needs].map(([quota, need]) => {
    const usage = usages.find(({ name }) => sameText(name.value ?? "", quota));
    if (usage === undefined) return unknown(`${region}: Azure names no quota ${quota}`);
    const left = usage.limit - usage.currentValue + held(quota);
    const { enough, seen } = judge(region, quota, need, left, usage.limit);
    return enough ? pass(seen) : fail(seen, fix);
  });
  const open = unsized.map(({ declared, vmSize }) =>
    unknown(
      `${declared}: ${vmSize === undefined ? "Azure chooses its size" : `how many processors ${vmSize} has is not known in ${region}`}, so its quota is not known`,
    ),
  );
  return [...checked, ...open];
}

function judge(region: string, quota: string, { start, most }: Need, left: number, limit: number) {
  const name = quota === WHOLE_REGION ? "vCPUs of the whole region" : `vCPUs of ${quota}`;
  const seen = `${region}: ${start} ${name} to start, ${most} at most; ${left} of ${limit} are left`;
  if (most <= left) return { enough: true, seen };
  const part =
    start <= left ? "up works, and the autoscaler does not get to its maximum" : "up fails with ErrCode_InsufficientVCPUQuota";
  return { enough: false, seen: `${seen}: ${part}` };
}

/** Nodes that clusters of the stack have already, which the usage counts: none where there is no such cluster yet. */
async function presentNodes(azure: Azure, clusters: readonly PlannedResource[]) {
  const found = await Promise.all(
    clusters
      .filter(({ fixedName }) => fixedName)
      .map(({ id, name }) =>
        azure
          .ask({ action: CLUSTER_ACTION, what: `the cluster ${name}` }, (abortSignal) =>
            azure.clusters.managedClusters.get(groupOf(id), name, { abortSignal }),
          )
          .catch((error: unknown) => {
            // Where it may not be read, what is left is counted as if there were none: too few is safer than too many.
            if (error instanceof NoAnswer && (error.status === 404 || error.status === 403)) return undefined;
            throw error;
          }),
      ),
  );
  return found.flatMap((cluster) => (cluster?.agentPoolProfiles ?? []).map(({ vmSize, count = 0 }) => ({ vmSize, count })));
}
