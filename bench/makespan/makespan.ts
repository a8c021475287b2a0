// How long `up` takes on the virtual clock, against the longest chain that nobody can leave out.
import { CLUSTER_ROLE_EFFECT } from "../durations";
import type { Propagation } from "./azureWaits";
import { forcedGraph, nameOf, programGraph, type Registered } from "./programGraph";
import { criticalPath, type Graph, type Interval, simulate, type Timeline, type Wait } from "./simulate";

export interface Makespan {
  readonly seconds: number;
  /** The same with only what data and Azure force. */
  readonly unavoidableSeconds: number;
  readonly ratio: number;
  readonly path: readonly PathStep[];
  readonly unavoidablePath: readonly PathStep[];
  /** Waits of this program's own order that cost time, each with what it alone costs. The most expensive first. */
  readonly needless: readonly { readonly step: string; readonly on: string; readonly seconds: number }[];
  /** Seconds from the administrators' role being in effect, at the latest, to its first use: negative is too early. Undefined where nothing needs it. */
  readonly administratorMarginSeconds: number | undefined;
  /** Most operations at once. */
  readonly peak: number;
}

export interface PathStep {
  readonly name: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Why it came no earlier. */
  readonly why: Wait["why"] | undefined;
  /** Whether the step before held its start back, or its end. */
  readonly holds: Wait["holds"] | undefined;
}

export function makespan(resources: readonly Registered[], propagation: Propagation): Makespan {
  const graph = programGraph(resources, propagation);
  const timeline = simulate(graph);
  const unavoidable = simulate(forcedGraph(graph));
  return {
    seconds: timeline.makespanSeconds,
    unavoidableSeconds: unavoidable.makespanSeconds,
    ratio: timeline.makespanSeconds / unavoidable.makespanSeconds,
    path: criticalPath(timeline).map(shown),
    unavoidablePath: criticalPath(unavoidable).map(shown),
    needless: needlessWaits(graph, timeline),
    administratorMarginSeconds: administratorMargin(resources, timeline),
    peak: timeline.peak,
  };
}

function shown({ id, startSeconds, endSeconds, heldBy }: Interval): PathStep {
  return { name: nameOf(id), startSeconds, endSeconds, why: heldBy?.why, holds: heldBy?.holds };
}

/** Each is left out alone: of two that wait for the same moment, neither shows. */
function needlessWaits({ steps, waits }: Graph, { makespanSeconds }: Timeline): Makespan["needless"] {
  return waits
    .filter(({ why }) => why === "order")
    .map((wait) => {
      const without = simulate({ steps, waits: waits.filter((other) => other !== wait) });
      return { step: nameOf(wait.step), on: nameOf(wait.on), seconds: makespanSeconds - without.makespanSeconds };
    })
    .filter(({ seconds }) => seconds > 0)
    .sort((left, right) => right.seconds - left.seconds);
}

function administratorMargin(resources: readonly Registered[], { intervals }: Timeline): number | undefined {
  const providers = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
  const times = (of: readonly Registered[]) => of.flatMap(({ urn }) => intervals.get(urn) ?? []);
  const roles = resources.filter(
    ({ urn, type }) => type.endsWith(":RoleAssignment") && providers.some(({ dependsOn }) => dependsOn.includes(urn)),
  );
  const used = resources.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
  if (roles.length === 0 || used.length === 0) return undefined;
  const inEffect = Math.max(...times(roles).map(({ endSeconds }) => endSeconds)) + CLUSTER_ROLE_EFFECT.seconds;
  return Math.min(...times(used).map(({ startSeconds }) => startSeconds)) - inEffect;
}
