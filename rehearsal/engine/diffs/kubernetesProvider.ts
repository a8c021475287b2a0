// DiffConfig of the Kubernetes provider, in provider/pkg/provider/provider.go of https://github.com/pulumi/pulumi-kubernetes: when a provider is replaced, so is
// every object that it made.
import { parse } from "yaml";
import { UNKNOWN } from "../../program/recording";
import { isRecord } from "../propertyPath";
import { type Difference, differences, type InputDiff, inputDiff, same } from "./differences";

type Values = Readonly<Record<string, unknown>>;

/** What says which cluster it is. */
const CLUSTER_KEYS = ["kubeconfig", "context", "cluster"];

export function diffKubernetesProvider(olds: Values, news: Values): InputDiff {
  const found = atTheTop(differences(olds, news));
  const changed = new Map(found.map((difference) => [difference.keys[0], difference]));
  const replaced = new Set(replacedBy(olds, news, (key) => changed.get(key)?.kind));
  // The identifier says that it is the same cluster, whatever else changes.
  const identified = news.clusterIdentifier !== undefined && !changed.has("clusterIdentifier");
  return inputDiff(found, ({ keys: [key] }) => !identified && replaced.has(String(key)), false);
}

function replacedBy(olds: Values, news: Values, kindOf: (key: string) => Difference["kind"] | undefined): string[] {
  // To give an identifier, or to take it away, replaces nothing by itself.
  const byIdentifier = kindOf("clusterIdentifier") === "update" ? ["clusterIdentifier"] : [];
  const unknown = CLUSTER_KEYS.find((key) => news[key] === UNKNOWN);
  if (unknown !== undefined) return [...byIdentifier, unknown];
  const rendered = kindOf("renderYamlToDirectory") === undefined ? [] : ["renderYamlToDirectory"];
  const [before, after] = [activeCluster(olds), activeCluster(news)];
  const moved = before !== undefined && after !== undefined && !same(before, after);
  return [...byIdentifier, ...rendered, ...(moved ? CLUSTER_KEYS.filter((key) => kindOf(key) !== undefined) : [])];
}

/** One difference for each of a provider's own inputs. */
function atTheTop(found: readonly Difference[]): Difference[] {
  const tops = new Map(
    found.map((difference) => {
      const [key = "", ...others] = difference.keys;
      return [key, others.length === 0 ? difference : { keys: [key], kind: "update" as const, old: undefined, value: undefined }];
    }),
  );
  return [...tops.values()];
}

/** The cluster that the kubeconfig's context, or the inputs instead of it, point to. */
function activeCluster({ kubeconfig, context, cluster }: Values): unknown {
  const config = parsed(kubeconfig);
  const named = (list: unknown, name: unknown) =>
    Array.isArray(list) ? list.filter(isRecord).find((entry) => entry.name === name) : undefined;
  const active = named(config.contexts, context ?? config["current-context"])?.context;
  if (!isRecord(active)) return undefined;
  return named(config.clusters, cluster ?? active.cluster)?.cluster;
}

function parsed(kubeconfig: unknown): Values {
  if (isRecord(kubeconfig)) return kubeconfig;
  try {
    const read: unknown = typeof kubeconfig === "string" ? parse(kubeconfig) : undefined;
    return isRecord(read) ? read : {};
  } catch {
    // The provider reports it when it is configured.
    return {};
  }
}
