// What runs as each container of a pod: the image that the program built, the command that was given, a stand-in, or nothing, with the reason.
import { containerProperty, type Finding, isReader, signingIn } from "../chain";
import type { BuiltImage } from "./build/types";
import type { ClusterState } from "./chainModel";
import type { Runnable } from "./cluster/imageCommand";
import { type Container, type InitContainer, type PodTemplate, podLink } from "./cluster/podTemplate";
import { azureCliStandIn, isAzureCli, probeStandIn, type Reads } from "./cluster/standIns";
import { imageFindings, missingImage, missingKeys } from "./imageFindings";
import { readsOf } from "./reads";
import { UsageError } from "./usageError";

export interface ContainerPlan {
  readonly container: Container;
  /** Runs before the others, to its end or, as a sidecar, beside them; undefined for one of those. */
  readonly init: "to its end" | "sidecar" | undefined;
  /** Undefined: nothing runs. */
  readonly runnable: Runnable | undefined;
  readonly runs: "image" | "command" | "stand-in" | "nothing";
  /** Why it is not the image that runs; undefined where it is, or where the command was asked for. */
  readonly reason?: string;
  /** What was built under its reference, where that runs. */
  readonly image?: BuiltImage;
  readonly findings: readonly Finding[];
}

export interface PlanContext {
  /** What was built under this reference; undefined for an image that this program does not build. */
  image(reference: string): Promise<BuiltImage | undefined>;
  /** Whether the image lies in a registry that this program makes and fills, so that nobody else brings it. */
  isOwnImage(reference: string): boolean;
  /** A command that stands in for the first container of every pod. */
  readonly command: string | undefined;
  readonly projectDirectory: string;
}

/** In the order of their starts: those that run before the others first. */
export async function planContainers(
  context: PlanContext,
  { model }: ClusterState,
  template: PodTemplate,
): Promise<ContainerPlan[]> {
  const pod = podLink(template);
  const signing = signingIn(model, pod).map(({ name }) => name);
  const propertyOf = ({ name: its }: Container) => {
    const link = pod.containers.find(({ name }) => name === its);
    return link === undefined ? "" : containerProperty(pod, link);
  };
  const plan = async (container: Container, init: ContainerPlan["init"]): Promise<ContainerPlan> => {
    const link = pod.containers.find(({ name }) => name === container.name);
    const mustSignIn = signing.includes(container.name);
    const stays = init === "sidecar" || (init === undefined && !template.runsToEnd);
    const property = propertyOf(container);
    const reads = link === undefined ? NOTHING : readsOf(model, pod, link);
    const probe = (why: string): ContainerPlan => ({
      container,
      init,
      runnable: probeStandIn(reads, stays),
      runs: "stand-in",
      reason: `${why}: the built-in probe stands in for it, and ${what(reads)}`,
      findings: [],
    });
    const leftOut = (why: string): ContainerPlan => {
      const reason = `${why}, and nothing in it says that it reads anything: it was not run`;
      return { container, init, runnable: undefined, runs: "nothing", reason, findings: [] };
    };
    const instead = (why: string) => (mustSignIn ? probe(why) : leftOut(why));
    const { image: reference, command: given = [] } = container;
    const isFirst = container === template.containers[0];
    if (isAzureCli(reference)) {
      if (link !== undefined && isReader(model, pod, link)) return probe(`image ${reference} was not run, nor its command`);
      const reason = `image ${reference} was not run, nor its command: a stand-in signed in as az login --federated-token does`;
      return { container, init, runnable: azureCliStandIn(stays), runs: "stand-in", reason, findings: [] };
    }
    if (context.command !== undefined && isFirst) {
      const runnable = { file: "/bin/sh", args: ["-c", context.command], directory: context.projectDirectory };
      return { container, init, runnable, runs: "command", findings: [] };
    }
    if (context.command !== undefined)
      return instead(`image ${reference} was not run: --app stands in for the first container alone`);
    const image = await context.image(reference);
    if (image === undefined) {
      if (!context.isOwnImage(reference)) return instead(`image ${reference} is not built by this program`);
      const findings = [missingImage(template, container, property)];
      return { container, init, runnable: undefined, runs: "nothing", findings };
    }
    if ("problem" in image.runnable) {
      if (isFirst && mustSignIn)
        throw new UsageError(image.runnable.problem, "mend the folder, or give the command that runs it with --app");
      return instead(image.runnable.problem);
    }
    const findings = imageFindings(template, image, container, property);
    const reason = given.length === 0 ? {} : { reason: `command ${JSON.stringify(given)} was not run: the image's own was` };
    return { container, init, runnable: image.runnable, runs: "image", ...reason, image, findings };
  };
  const init = template.initContainers.map((each: InitContainer) => plan(each, each.stays ? "sidecar" : "to its end"));
  const plans = await Promise.all([...init, ...template.containers.map((each) => plan(each, undefined))]);
  return plans.map((each) => {
    const missing = missingKeys(template, each.container, propertyOf(each.container));
    return missing.length === 0 ? each : { ...each, findings: [...each.findings, ...missing] };
  });
}

const NOTHING: Reads = { secrets: [], blobs: [], roleLists: [] };

function what({ secrets, blobs, roleLists }: Reads): string {
  const parts = [
    ...secrets.map(({ name, vaultUri }) => `the secret ${name} of ${vaultUri}`),
    ...blobs.map(({ endpoint, container }) => `the blobs of ${endpoint}${container}`),
    ...roleLists.map(({ scope }) => `the roles at ${scope}`),
  ];
  return parts.length === 0 ? "asks for a token alone: nothing that it could read is known" : `reads ${parts.join(", ")}`;
}
