// The Kubernetes provider of a cluster.
import { Provider } from "@pulumi/kubernetes/provider";
import type { Cluster } from "./cluster";
import { ofGeneration } from "./generation";

/**
 * The provider that reaches a cluster, once its administrators and pools are there.
 *
 * Another generation of the cluster has another provider, by name too. Were it the same one, replaced, an update that fails between two objects could not be
 * taken up again: the engine sees by the provider's name whether an object has moved, and would leave the others behind.
 */
export function clusterProvider(name: string, { kubeconfig, clusterId, ready, generation }: Cluster): Provider {
  return new Provider(ofGeneration(name, generation), { kubeconfig, clusterIdentifier: clusterId }, { dependsOn: ready });
}
