// Diff of Kubernetes objects: provider/pkg/provider/diff.go (what cannot be changed) and Diff in provider/pkg/provider/provider.go of
// https://github.com/pulumi/pulumi-kubernetes. The provider compares with the object as it is in the cluster, cut to the old inputs; this compares with the
// old inputs, so what others changed shows only after a refresh.
import { CLUSTER_SCOPED } from "../../cloud/fronts/kubernetes";
import { isRecord } from "../propertyPath";
import { type Difference, differences, type InputDiff, inputDiff } from "./differences";

type Values = Readonly<Record<string, unknown>>;

const METADATA = [
  ["metadata", "name"],
  ["metadata", "namespace"],
];
/** By `group/version:Kind`, beside an object's name and namespace. */
const FORCE_NEW: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "apps/v1:Deployment": [["spec", "selector"]],
  "core/v1:Service": [["spec", "clusterIP"]],
  // Unless the provider is told otherwise (enableSecretMutable, enableConfigMapMutable), which this program's is not.
  "core/v1:Secret": [["type"], ["stringData"], ["data"]],
  "core/v1:ConfigMap": [["binaryData"], ["data"]],
};
/** Kinds of this program that the provider's list does not name: nothing but their name and namespace replaces them. */
const METADATA_ONLY: readonly string[] = [
  "autoscaling/v2:HorizontalPodAutoscaler",
  "core/v1:Namespace",
  "core/v1:ServiceAccount",
  "core/v1:ServiceAccountPatch",
  "networking.k8s.io/v1:NetworkPolicy",
  "policy/v1:PodDisruptionBudget",
];
/** Whether all that replaces objects of this type is known. */
export function knowsKubernetes(type: string): boolean {
  const kind = type.slice("kubernetes:".length);
  return type.startsWith("kubernetes:") && (Object.hasOwn(FORCE_NEW, kind) || METADATA_ONLY.includes(kind));
}

export function diffKubernetes(type: string, olds: Values, news: Values): InputDiff {
  const kind = type.slice("kubernetes:".length);
  const forced = [...METADATA, ...(FORCE_NEW[kind] ?? [])];
  const [before, after] = [olds, news].map((inputs) => withNamespace(kind, inputs));
  const found = differences(before ?? olds, after ?? news);
  const isForced = (difference: Difference) =>
    forced.some((path) => touches(path, difference)) || (difference.kind === "delete" && difference.keys.join() === "metadata");
  return inputDiff(found, isForced, keepsItsName(before ?? olds, after ?? news));
}

/** An object without a namespace is in "default"; the namespace of a kind that has none does not count. */
function withNamespace(kind: string, inputs: Values): Values {
  if (!isRecord(inputs.metadata)) return inputs;
  const { namespace, ...metadata } = inputs.metadata;
  if (CLUSTER_SCOPED.has(kind)) return { ...inputs, metadata };
  return { ...inputs, metadata: { ...metadata, namespace: namespace === undefined || namespace === "" ? "default" : namespace } };
}

/** Whether the difference lies at the path, within it, or brings a value along that has it. */
function touches(path: readonly string[], { keys, value }: Difference): boolean {
  const common = Math.min(path.length, keys.length);
  if (!path.slice(0, common).every((key, index) => key === keys[index])) return false;
  let inner = value;
  for (const key of path.slice(common)) {
    if (!isRecord(inner) || !(key in inner)) return false;
    inner = inner[key];
  }
  return true;
}

/** Two objects cannot have one name at a time, unless the provider made the name up. */
function keepsItsName(olds: Values, news: Values): boolean {
  const [before, after] = [olds, news].map(({ metadata }) => (isRecord(metadata) ? metadata : {}));
  const { name, namespace, annotations } = after ?? {};
  // https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/metadata/naming.go
  const autonamed = isRecord(annotations) && annotations["pulumi.com/autonamed"] === "true";
  if (typeof name !== "string" || autonamed) return false;
  return name === before?.name && namespace === before?.namespace;
}
