// What Azure says of the sizes of virtual machines in a region: their family, processors, zones, and whether this subscription may have them.
import type { ResourceSku } from "@azure/arm-compute";
import { regionName, sameText } from "../../chain";
import { type Azure, all } from "./azure";

export const SKUS_ACTION = "Microsoft.Compute/skus/read";

export interface Size {
  readonly name: string;
  /** As quotas name it, such as `standardDDSv5Family`. */
  readonly family: string;
  readonly vcpus: number;
  readonly zones: readonly string[];
  /** Why the subscription may not have it there at all; undefined: it may. */
  readonly refused: string | undefined;
  /** Zones in which it may not have it. */
  readonly refusedZones: readonly string[];
}

/** By name in lower case. */
export async function sizesIn(azure: Azure, region: string): Promise<ReadonlyMap<string, Size>> {
  const question = { action: SKUS_ACTION, what: `the sizes of virtual machines in ${region}` };
  const skus = await azure.ask(question, (abortSignal) =>
    all(azure.compute.resourceSkus.list({ filter: `location eq '${region}'`, abortSignal })),
  );
  const machines = skus.filter(({ resourceType }) => sameText(resourceType ?? "", "virtualMachines"));
  return new Map(machines.map((sku) => [(sku.name ?? "").toLowerCase(), sizeOf(sku, region)]));
}

function sizeOf(
  { name = "", family = "", capabilities = [], locationInfo = [], restrictions = [] }: ResourceSku,
  region: string,
): Size {
  const concerns = (locations: readonly string[] = []) => locations.some((location) => regionName(location) === region);
  const here = restrictions.filter(({ restrictionInfo, values }) => concerns(restrictionInfo?.locations ?? values));
  const whole = here.find(({ type }) => type === "Location");
  return {
    name,
    family,
    vcpus: Number(capabilities.find((each) => each.name === "vCPUs")?.value ?? Number.NaN),
    zones: locationInfo.filter(({ location = "" }) => regionName(location) === region).flatMap(({ zones = [] }) => zones),
    refused: whole === undefined ? undefined : (whole.reasonCode ?? "it is restricted"),
    refusedZones: here.flatMap(({ type, restrictionInfo }) => (type === "Zone" ? (restrictionInfo?.zones ?? []) : [])),
  };
}
