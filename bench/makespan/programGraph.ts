// What a program's registrations wait for, as the engine and the SDK make them wait, and what of that Azure or the data forces.
import type { ResourceRecord } from "../../rehearsal/program/recording";
import { durationOf, IMAGE_BUILD } from "../durations";
import { azureWaits, isForcedOrder, type Propagation } from "./azureWaits";
import type { Graph, Step, Wait } from "./simulate";

/** What of a registration the graph is made of. */
export type Registered = Pick<
  ResourceRecord,
  "urn" | "type" | "name" | "custom" | "parent" | "inputs" | "dependsOn" | "dependencies" | "provider" | "deletedWith"
>;

const STASH = "pulumi:index:Stash";

/** Everything that `pulumi up` waits for; a component's own time is nothing, but its children start after it. */
export function programGraph(resources: readonly Registered[], propagation: Propagation): Graph {
  const builds = resources.filter(({ type }) => type === STASH);
  const steps: Step[] = [
    ...resources.map(({ urn, type, custom }) => ({ id: urn, seconds: custom ? durationOf(type).seconds : 0 })),
    // The program builds an image before it registers the Stash with its digest.
    ...builds.map(({ urn }) => ({ id: buildOf(urn), seconds: IMAGE_BUILD.seconds })),
  ];
  // Not what lies outside the program, such as a resource that another stack owns.
  const known = new Set(steps.map(({ id }) => id));
  const own = resources.flatMap((resource) => waitsOf(resource).filter(({ on }) => known.has(on)));
  return { steps, waits: [...own, ...azureWaits(resources, propagation)] };
}

/** The same without what only this program's own order asks for. */
export function forcedGraph({ steps, waits }: Graph): Graph {
  return { steps, waits: waits.filter(({ why }) => why !== "order") };
}

/** What the person sees of a step. */
export function nameOf(id: string): string {
  const [urn = "", step] = id.split("#");
  const [type = "", name = ""] = urn.split("::").slice(-2);
  const kind = type.slice(type.lastIndexOf("$") + 1).replace(/^.*[:/]/, "");
  return step === undefined ? `${kind} ${name}` : `${step} of ${name}`;
}

const buildOf = (urn: string) => `${urn}#image build`;

function waitsOf(resource: Registered): Wait[] {
  const { urn, type, dependencies, dependsOn, provider, parent, deletedWith } = resource;
  const wait = (on: string, why: Wait["why"], step = urn): Wait => ({ on, step, holds: "start", why });
  const fromData = dependencies.filter((on) => !dependsOn.includes(on));
  const data = [...fromData, ...(provider === "" ? [] : [provider.slice(0, provider.lastIndexOf("::"))])];
  return [
    ...(type === STASH ? [wait(buildOf(urn), "data"), ...data.map((on) => wait(on, "data", buildOf(urn)))] : []),
    ...data.map((on) => wait(on, "data")),
    ...dependsOn.map((on) => wait(on, isForcedOrder(on, resource) ? "azure" : "order")),
    // The SDK asks for the URN of both before it registers, which a component has at once and a resource once it is there.
    ...[parent, deletedWith].flatMap((on) => (on === undefined ? [] : [wait(on, "order")])),
  ].filter(({ on, step }) => on !== step);
}
