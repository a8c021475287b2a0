// The version of Kubernetes that a cluster asks for is offered in its region, under its support plan.
import type { KubernetesVersion } from "@azure/arm-containerservice";
import { z } from "zod";
import { regionName } from "../../../chain";
import { orUnknown } from "../asking";
import type { Check } from "../check";
import { byKey } from "../keys";
import { fail, type Outcome, pass, unknown } from "../outcome";
import { clustersOf } from "../pools";

const ACTION = "Microsoft.ContainerService/locations/kubernetesVersions/read";
const OFFICIAL = "KubernetesOfficial";

const clusterShape = z.looseObject({ kubernetesVersion: z.string().nullish(), supportPlan: z.string().default(OFFICIAL) });

export const KUBERNETES: Check = {
  id: "kubernetes-version",
  asks: "whether the region offers the cluster's version of Kubernetes, under its support plan and not as a preview",
  rights: [ACTION],
  source: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
  async run({ azure, plan, files }) {
    const set = byKey(
      files,
      "kubernetesVersion",
      "pulumi config set kubernetesVersion",
      "set kubernetesVersion of the cluster to",
    );
    const outcomes = clustersOf(plan).map(async ({ declared, location = "", properties }) => {
      const region = regionName(location);
      const question = { action: ACTION, what: `the versions of Kubernetes in ${region}` };
      const { values = [] } = await azure.ask(question, (abortSignal) =>
        azure.clusters.managedClusters.listKubernetesVersions(region, { abortSignal }),
      );
      const { kubernetesVersion, supportPlan } = clusterShape.parse(properties);
      return judge(declared, region, kubernetesVersion ?? "", supportPlan, values, set);
    });
    return Promise.all(outcomes.map(orUnknown));
  },
};

function judge(
  declared: string,
  region: string,
  wanted: string,
  plan: string,
  offers: readonly KubernetesVersion[],
  how: string,
): Outcome {
  if (offers.length === 0) return unknown(`Azure names no version of Kubernetes in ${region}`);
  if (wanted === "") {
    const byDefault = offers.find(({ isDefault }) => isDefault === true)?.version;
    return pass(`${declared} names none: Azure's default in ${region}${byDefault === undefined ? "" : `, today ${byDefault}`}`);
  }
  const [, minor = "", patch] = /^(\d+\.\d+)(?:\.(\d+))?$/.exec(wanted) ?? [];
  const offer = offers.find(({ version }) => version === minor);
  const ofPlan = offers.filter((each) => each.isPreview !== true && plansOf(each).includes(plan)).map(({ version }) => version);
  const set = `${how} one of ${ofPlan.join(", ")}; or to none, for Azure's default`;
  const patches = Object.keys(offer?.patchVersions ?? {});
  if (offer === undefined) return fail(`${declared}: Kubernetes ${wanted} is not offered in ${region}`, set);
  if (patch !== undefined && patches.length > 0 && !patches.includes(wanted))
    return fail(
      `${declared}: of Kubernetes ${minor}, ${region} offers ${patches.join(", ")}, not ${wanted}`,
      `name the minor version, ${minor}, or one of these`,
    );
  if (offer.isPreview === true) return fail(`${declared}: Kubernetes ${minor} is a preview in ${region}`, set);
  const plans = plansOf(offer);
  if (plans.length === 0)
    return unknown(`${declared}: ${region} offers Kubernetes ${minor}, and does not say under which support plan`);
  if (!plans.includes(plan))
    return fail(
      `${declared}: ${region} supports Kubernetes ${minor} only under ${plans.join(", ")}, not ${plan}`,
      `${set}; long-term support takes the cluster's tier Premium`,
    );
  return pass(`${declared}: Kubernetes ${wanted} in ${region} (${plan})`);
}

function plansOf({ capabilities }: KubernetesVersion): readonly string[] {
  return capabilities?.supportPlan ?? [];
}
