// Rules about several keys at once: values that are right in themselves and do not go together.
import { ImageBuilder } from "../components/appImage";
import { MAX_FEDERATED_CREDENTIALS, RULES } from "../components/rules";
import { ServiceAccess } from "../components/webAppSurroundings";
import type { ConfigValues } from "./keys";
import type { Mistake } from "./mistakes";
import { DEFAULT_WORKLOAD, type WorkloadConfig } from "./workloads";

const POOLS_URL = "https://learn.microsoft.com/azure/aks/use-system-pools";
const ACCOUNTS_URL = "https://kubernetes.io/docs/concepts/security/service-accounts/";
const NAMESPACES_URL = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces";
const SCALING_URL = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/";

export function disagreements(values: ConfigValues, workloads: readonly WorkloadConfig[]): Mistake[] {
  return [
    ...poolMistakes(values),
    ...imageMistakes(values),
    ...(DEFAULT_WORKLOAD in values.workloads
      ? [{ key: `workloads.${DEFAULT_WORKLOAD}`, problem: "is the default workload: set it by the keys outside of workloads" }]
      : []),
    ...workloads.flatMap((workload) => workloadMistakes(values, workload)),
    ...accountMistakes(workloads),
    ...sharingMistakes(workloads),
  ];
}

function poolMistakes({ pools, systemPoolMinCount, systemPoolMaxCount, systemPoolTainted }: ConfigValues): Mistake[] {
  const counts = [
    { key: "systemPoolMaxCount", min: systemPoolMinCount, max: systemPoolMaxCount },
    ...Object.entries(pools).map(([key, { minCount, maxCount }]) => ({
      key: `pools.${key}.maxCount`,
      min: minCount,
      max: maxCount,
    })),
  ];
  return [
    ...counts
      .filter(({ min, max }) => max < min)
      .map(({ key, min, max }) => ({ key, problem: `must be at least the minimum, ${min}`, got: String(max), url: POOLS_URL })),
    ...("system" in pools
      ? [{ key: "pools.system", problem: "is the system pool: set it by the keys systemPool…", url: POOLS_URL }]
      : []),
    ...(systemPoolTainted && Object.keys(pools).length === 0
      ? [
          {
            key: "pools",
            problem: "must hold a pool, because systemPoolTainted keeps workloads off the system pool",
            got: "{}",
            url: POOLS_URL,
          },
        ]
      : []),
  ];
}

function imageMistakes({ imageBuilder, image, workloads }: ConfigValues): Mistake[] {
  const { url, text } = RULES.imageReference;
  const prebuilt = imageBuilder === ImageBuilder.Prebuilt;
  return [
    ...(prebuilt && image === undefined
      ? [{ key: "image", problem: `must be ${text}, because imageBuilder is prebuilt`, got: '""', url }]
      : []),
    ...(!prebuilt && image !== undefined
      ? [
          {
            key: "image",
            problem: "has no effect while imageBuilder is docker: set imageBuilder to prebuilt, or image to nothing",
            url,
          },
        ]
      : []),
    ...Object.entries(workloads).flatMap(([key, { image: own, folder, dockerfile }]) => [
      ...(own !== undefined && (folder ?? dockerfile) !== undefined
        ? [
            {
              key: `workloads.${key}.image`,
              problem: "must not stand beside folder or dockerfile: the image is either built or given",
              url,
            },
          ]
        : []),
      ...(prebuilt && own === undefined && (folder ?? dockerfile) !== undefined
        ? [{ key: `workloads.${key}.folder`, problem: "cannot be built while imageBuilder is prebuilt: give image instead", url }]
        : []),
    ]),
  ];
}

function workloadMistakes({ production }: ConfigValues, workload: WorkloadConfig): Mistake[] {
  const { key, namespace } = workload;
  const { replicas, autoscale, serviceAccess, allowedClientRanges } = workload.app;
  const at = (field: string, flatKey = field) => (key === DEFAULT_WORKLOAD ? flatKey : `workloads.${key}.${field}`);
  const open = serviceAccess === ServiceAccess.Public && allowedClientRanges.length === 0;
  return [
    ...(/^(default|kube-.*)$/.test(namespace)
      ? [
          {
            key: at("namespace"),
            problem: "must be a namespace that Kubernetes does not bring itself",
            got: JSON.stringify(namespace),
            url: NAMESPACES_URL,
          },
        ]
      : []),
    ...(autoscale !== undefined && autoscale.maxReplicas < replicas
      ? [
          {
            key: at("autoscaleMaxReplicas"),
            problem: `must be at least replicas, ${replicas}`,
            got: String(autoscale.maxReplicas),
            url: SCALING_URL,
          },
        ]
      : []),
    ...(production && open
      ? [
          {
            key: at("allowedClientRanges"),
            problem: "must hold the ranges that may reach a public service, because production is true",
            got: "[]",
            url: RULES.addressRange.url,
          },
        ]
      : []),
    ...(serviceAccess === ServiceAccess.None && allowedClientRanges.length > 0
      ? [
          {
            key: at("allowedClientRanges"),
            problem: "must be empty, because serviceAccess is none",
            got: JSON.stringify(allowedClientRanges),
            url: RULES.addressRange.url,
          },
        ]
      : []),
  ];
}

function accountMistakes(workloads: readonly WorkloadConfig[]): Mistake[] {
  const owners = new Map<string, string>();
  return workloads.flatMap(({ key, namespace, serviceAccount }) => {
    const account = `${namespace}/${serviceAccount}`;
    const owner = owners.get(account);
    owners.set(account, owner ?? key);
    if (owner === undefined) return [];
    const problem = `must be another ServiceAccount than that of workload ${owner}: to act as the same identity, set identity: ${owner}`;
    return [{ key: `workloads.${key}.serviceAccount`, problem, got: JSON.stringify(account), url: ACCOUNTS_URL }];
  });
}

function sharingMistakes(workloads: readonly WorkloadConfig[]): Mistake[] {
  const owners = workloads.filter(({ key, identity }) => identity === key).map(({ key }) => key);
  const unknown = workloads
    .filter(({ identity }) => !owners.includes(identity))
    .map(({ key, identity }) => ({
      key: `workloads.${key}.identity`,
      problem: `must be a workload with an identity of its own: ${owners.join(", ")}`,
      got: JSON.stringify(identity),
      url: RULES.issuer.url,
    }));
  const crowded = owners
    .map((owner) => ({ owner, count: workloads.filter(({ identity }) => identity === owner).length }))
    .filter(({ count }) => count > MAX_FEDERATED_CREDENTIALS)
    .map(({ owner, count }) => ({
      key: "workloads",
      problem: `must have at most ${MAX_FEDERATED_CREDENTIALS} workloads with the identity of ${owner}, because an identity takes no more federated credentials: give some an identity of their own`,
      got: String(count),
      url: RULES.issuer.url,
    }));
  return [...unknown, ...crowded];
}
