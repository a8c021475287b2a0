// Which types of other packages a rehearsal takes at all, and why not.
import { z } from "zod";

/** Pods come from it, and what they are stands in a chart or an overlay that only its own tool can read. */
const HOLDS_PODS: readonly (readonly [RegExp, string])[] = [
  [/^kubernetes:(helm|kustomize):/, "not run: the rehearsal runs neither Helm nor kustomize"],
  [/^kubernetes:helm\.sh\//, "not rendered: the rehearsal runs no Helm, and what the chart holds is not known"],
  [/^kubernetes:kustomize/, "not built: the rehearsal runs no kustomize, and what the folder holds is not known"],
  [/^command:/, "not run: a command may do anything, such as apply a manifest"],
  [/^azure-native:kubernetesconfiguration[:/]/, "not emulated: what an extension or Flux installs is not known"],
];

/** Objects whose controllers make pods: Argo CD and its rollouts, Flux, Knative, KEDA, K3s's charts. */
const MAKES_PODS = /^kubernetes:(argoproj\.io|[\w.]+\.fluxcd\.io|serving\.knative\.dev|keda\.sh|helm\.cattle\.io)\//;

/** Of an object that is taken: undefined where no pods come from it but those of its own template. */
export function whyNotSeen(type: string): string | undefined {
  return MAKES_PODS.test(type) ? "registered; its controller, and the pods that it makes, are not run" : undefined;
}

const PACKAGES = new Set(["azure-native", "azuread", "kubernetes", "random", "docker", "pulumi"]);

export interface NotEmulated {
  readonly reason: string;
  readonly mayHoldPods: boolean;
}

/** Of a type or a function by its token; undefined where the emulated cloud is to say. */
export function whyNotEmulated(token: string): NotEmulated | undefined {
  const reason = HOLDS_PODS.find(([pattern]) => pattern.test(token))?.[1];
  if (reason !== undefined) return { reason, mayHoldPods: true };
  const [name = ""] = token.split(":");
  return PACKAGES.has(name) ? undefined : { reason: `not emulated: package ${name}`, mayHoldPods: false };
}

/** azure-native also names a type with its API version: azure-native:keyvault/v20230701:Vault. */
export function withoutVersion(token: string): string {
  return token.replace(/^(azure-native:\w+)\/v\w+:/, "$1:");
}

const chartShape = z.object({ jsonOpts: z.string() });
const chartOptions = z.looseObject({
  chart: z.string().optional(),
  path: z.string().optional(),
  release_name: z.string().optional(),
});

/** A function of charts by the chart's own name, where it says it. */
export function nameOf(token: string, inputs: unknown): string {
  const options = chartShape.safeParse(inputs);
  const { chart, path, release_name } = options.success ? chartOptions.parse(JSON.parse(options.data.jsonOpts)) : {};
  const name = release_name ?? chart ?? path;
  return name === undefined ? token : `${token}::${name}`;
}
