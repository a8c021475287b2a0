// Rules about several keys at once: values that are right in themselves and do not go together.
import { nameInAzure, SYSTEM_POOL } from "../components/aksClusterProperties";
import { buildsFromFolder, ImageBuilder } from "../components/appImage";
import { RANGES, RULES } from "../components/rules";
import { ServiceAccess } from "../components/webAppSurroundings";
import { accountMistakes, adminMistakes } from "./accounts";
import { holds } from "./decode";
import type { ConfigValues } from "./keys";
import type { Mistake } from "./mistakes";
import {
  existingMistakes,
  federationMistakes,
  identityNameMistakes,
  roleListMistakes,
  storageMistakes,
  toolboxMistakes,
} from "./reads";
import { tagMistakes } from "./tags";
import {
  type AccountKey,
  accountsOf,
  DEFAULT_WORKLOAD,
  type ExposureConfig,
  type ExposureKey,
  exposuresOf,
  type PortKey,
  portsOf,
} from "./workloads";

const POOLS_URL = "https://learn.microsoft.com/azure/aks/use-system-pools";
const SCALING_URL = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/";

/** Every rule whose keys are all right in themselves is looked at, so that one run shows as much as can be shown. */
export function disagreements(values: Readonly<Record<string, unknown>>): Mistake[] {
  const rule = <K extends keyof ConfigValues>(keys: readonly K[], check: (known: Pick<ConfigValues, K>) => Mistake[]) =>
    holds(values, keys) ? check(values) : [];
  return [
    ...rule(["systemPoolMinCount", "systemPoolMaxCount"], ({ systemPoolMinCount: min, systemPoolMaxCount: max }) =>
      countMistakes("systemPoolMaxCount", min, max),
    ),
    ...rule(["tags"], tagMistakes),
    ...rule(["pools"], poolMistakes),
    ...rule(["pools", "systemPoolTainted"], taintMistakes),
    ...rule(["assignClusterAdmins", "clusterAdmins"], adminMistakes),
    ...rule(["existingCluster", "existingResourceGroup", "names"], existingMistakes),
    ...rule(["names", "clusterGeneration"], generationMistakes),
    ...rule(["names", "identityKind"], identityNameMistakes),
    ...rule(["storage"], storageMistakes),
    ...rule(["roleList", "demoReaderRole", "existingCluster", "existingResourceGroup"], roleListMistakes),
    ...rule(["toolbox", "workloads"], toolboxMistakes),
    ...rule<AccountKey | "federations">(["namespace", "serviceAccount", "workloads", "federations"], federationMistakes),
    ...rule(["imageBuilder", "image"], imageMistakes),
    ...rule(["imageBuilder", "workloads"], furtherImageMistakes),
    ...rule(["workloads"], defaultWorkloadMistakes),
    ...rule<PortKey>(["appPort", "appMetricsPort", "workloads"], portMistakes),
    ...rule<AccountKey>(["namespace", "serviceAccount", "workloads"], (known) => accountMistakes(accountsOf(known))),
    ...rule<ExposureKey | "production">(
      ["replicas", "autoscaleMaxReplicas", "serviceAccess", "allowedClientRanges", "workloads", "production"],
      (known) =>
        Object.entries(exposuresOf(known)).flatMap(([key, exposure]) => exposureMistakes(key, exposure, known.production)),
    ),
  ];
}

function countMistakes(key: string, min: number, max: number): Mistake[] {
  return max < min ? [{ key, problem: `must be at least the minimum, ${min}`, got: String(max), url: POOLS_URL }] : [];
}

function poolMistakes({ pools }: Pick<ConfigValues, "pools">): Mistake[] {
  const counts = Object.entries(pools).flatMap(([key, { minCount, maxCount }]) =>
    countMistakes(`pools.${key}.maxCount`, minCount, maxCount),
  );
  const system = {
    key: `pools.${SYSTEM_POOL}`,
    problem: "is the system pool: set it by the keys that start with systemPool",
    url: POOLS_URL,
  };
  return SYSTEM_POOL in pools ? [...counts, system] : counts;
}

/** Generated names leave room for a generation. */
function generationMistakes({ names, clusterGeneration }: Pick<ConfigValues, "names" | "clusterGeneration">): Mistake[] {
  if (names.cluster === undefined) return [];
  const name = nameInAzure({ clusterName: names.cluster, generation: clusterGeneration });
  const { matches, text, url } = RULES.clusterName;
  if (matches(name)) return [];
  return [
    {
      key: "names.cluster",
      problem: `must be, with clusterGeneration ${clusterGeneration}, ${text}`,
      got: JSON.stringify(name),
      url,
    },
  ];
}

function taintMistakes({ pools, systemPoolTainted }: Pick<ConfigValues, "pools" | "systemPoolTainted">): Mistake[] {
  if (!systemPoolTainted || Object.keys(pools).length > 0) return [];
  const problem = "must hold a pool, because systemPoolTainted keeps workloads off the system pool";
  return [{ key: "pools", problem, got: "{}", url: POOLS_URL }];
}

function imageMistakes({ imageBuilder, image }: Pick<ConfigValues, "imageBuilder" | "image">): Mistake[] {
  const { text, url } = RULES.imageReference;
  if (imageBuilder === ImageBuilder.Prebuilt && image === undefined)
    return [{ key: "image", problem: `must be ${text}, because imageBuilder is prebuilt`, got: '""', url }];
  if (buildsFromFolder(imageBuilder) && image !== undefined) {
    const problem = `has no effect while imageBuilder is ${imageBuilder}: set that to prebuilt, or remove image`;
    return [{ key: "image", problem, url }];
  }
  return [];
}

function furtherImageMistakes({ imageBuilder, workloads }: Pick<ConfigValues, "imageBuilder" | "workloads">): Mistake[] {
  const { url } = RULES.imageReference;
  return Object.entries(workloads).flatMap(([key, { image, folder, dockerfile }]) => {
    if ((folder ?? dockerfile) === undefined) return [];
    if (image !== undefined)
      return [
        {
          key: `workloads.${key}.image`,
          problem: "must not stand beside folder or dockerfile: it is built or given, not both",
          url,
        },
      ];
    if (!buildsFromFolder(imageBuilder))
      return [{ key: `workloads.${key}`, problem: "cannot be built while imageBuilder is prebuilt: give image instead", url }];
    return [];
  });
}

function defaultWorkloadMistakes({ workloads }: Pick<ConfigValues, "workloads">): Mistake[] {
  if (!(DEFAULT_WORKLOAD in workloads)) return [];
  return [{ key: `workloads.${DEFAULT_WORKLOAD}`, problem: "is the default workload: set it by the keys outside of workloads" }];
}

function portMistakes(values: Pick<ConfigValues, PortKey>): Mistake[] {
  return Object.entries(portsOf(values)).flatMap(([workload, { port, metricsPort }]) => {
    if (port !== metricsPort) return [];
    const ownPort = values.workloads[workload]?.metricsPort === undefined ? "port" : "metricsPort";
    const key = workload === DEFAULT_WORKLOAD ? "appMetricsPort" : `workloads.${workload}.${ownPort}`;
    // An entry that sets neither has the default workload's mistake.
    if (workload !== DEFAULT_WORKLOAD && values.appPort === values.appMetricsPort && port === values.appPort) return [];
    const problem = "must not be the other port of the container: one is the application's, one is for metrics";
    return [{ key, problem, got: String(port), url: RANGES.port.url }];
  });
}

function exposureMistakes(workload: string, exposure: ExposureConfig, production: boolean): Mistake[] {
  const { replicas, autoscale, serviceAccess, allowedClientRanges } = exposure;
  const at = (field: string) => (workload === DEFAULT_WORKLOAD ? field : `workloads.${workload}.${field}`);
  const rangesKey = at("allowedClientRanges");
  const { url } = RULES.addressRange;
  const mistakes: Mistake[] = [];
  if (autoscale !== undefined && autoscale.maxReplicas < replicas) {
    const problem = `must be at least replicas, ${replicas}`;
    mistakes.push({ key: at("autoscaleMaxReplicas"), problem, got: String(autoscale.maxReplicas), url: SCALING_URL });
  }
  if (production && serviceAccess === ServiceAccess.Public && allowedClientRanges.length === 0) {
    const problem = "must hold the ranges that may reach a public service, because production is true";
    mistakes.push({ key: rangesKey, problem, got: "[]", url });
  }
  if (serviceAccess === ServiceAccess.None && allowedClientRanges.length > 0) {
    mistakes.push({
      key: rangesKey,
      problem: "must be empty, because serviceAccess is none",
      got: JSON.stringify(allowedClientRanges),
      url,
    });
  }
  return mistakes;
}
