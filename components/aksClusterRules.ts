// What a cluster's arguments must keep.
import { NAME_RULES } from "../chain";
import type { AksClusterArgs } from "./aksCluster";
import { nameInAzure, SYSTEM_POOL } from "./aksClusterProperties";
import { checkMaintenance } from "./maintenance";
import { checkNodePool } from "./nodePool";
import { MAX_AUTHORIZED_RANGES, RANGES, RULES } from "./rules";
import { checkInteger, checkName, checkText, mistake, type Place } from "./validate";

const ASSIGNMENTS_URL = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";
const AUTHORIZED_RANGES_URL = "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges";

export function validateAksCluster(place: Place, args: AksClusterArgs): void {
  checkInteger(place, "generation", RANGES.clusterGeneration, args.generation ?? 1);
  const withGeneration = nameInAzure(args) === args.clusterName ? "clusterName" : "clusterName with generation";
  checkText(place, withGeneration, RULES.clusterName, nameInAzure(args));
  checkNodePool(place, "systemPool", args.systemPool);
  for (const [key, pool] of Object.entries(args.pools ?? {})) {
    checkName(place, "a key of pools", NAME_RULES.nodePool, key);
    if (key === SYSTEM_POOL)
      throw mistake(place, "a key of pools", "another than that of the system pool", key, NAME_RULES.nodePool.url);
    checkNodePool(place, `pools.${key}`, pool);
  }
  if (args.systemPool.tainted && Object.keys(args.pools ?? {}).length === 0) {
    throw mistake(
      place,
      "pools",
      "at least one pool, because systemPool.tainted keeps workloads off the system pool",
      {},
      "https://learn.microsoft.com/azure/aks/use-system-pools",
    );
  }
  if ((args.authorizedIpRanges ?? []).length > MAX_AUTHORIZED_RANGES) {
    throw mistake(
      place,
      "authorizedIpRanges",
      `at most ${MAX_AUTHORIZED_RANGES} ranges`,
      args.authorizedIpRanges?.length,
      AUTHORIZED_RANGES_URL,
    );
  }
  for (const range of args.authorizedIpRanges ?? []) checkText(place, "authorizedIpRanges", RULES.addressRange, range);
  checkMaintenance(place, args.maintenance);
  checkAdmins(place, args.admins);
}

// Azure takes one assignment of a role to a principal: a second one, under any key, is refused in the middle of a deployment.
function checkAdmins(place: Place, admins: AksClusterArgs["admins"]): void {
  const seen = new Set<string>();
  for (const [key, { objectId }] of Object.entries(admins)) {
    if (typeof objectId !== "string") continue;
    if (seen.has(objectId.toLowerCase()))
      throw mistake(place, `admins.${key}.objectId`, "another principal than the other admins", objectId, ASSIGNMENTS_URL);
    seen.add(objectId.toLowerCase());
  }
}
