// What a stack needs of its cluster, whether it makes the cluster or finds it.
import type * as pulumi from "@pulumi/pulumi";

export interface Cluster {
  /** Which cluster this is, of those that replaced each other: 1 for the first, and for one that the stack only uses. */
  readonly generation: number;
  readonly clusterId: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  /** The OIDC issuer exactly as Azure returns it, trailing slash included. Another cluster has another one. */
  readonly issuerUrl: pulumi.Output<string>;
  /** Object id of the identity that pulls images. */
  readonly kubeletPrincipalId: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  /** What a Kubernetes provider must wait for. */
  readonly ready: pulumi.Resource[];
  /** Options of what is in the cluster: it goes with a cluster that this stack makes, and is deleted by itself in one that stays. */
  readonly lifetime: Pick<pulumi.CustomResourceOptions, "deletedWith">;
}
