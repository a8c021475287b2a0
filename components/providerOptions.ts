// Options of a component that has children in Azure and in a cluster.
import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";

interface SplitOptions {
  /** For what is in the cluster. */
  cluster: pulumi.CustomResourceOptions;
  /** For the component: a component waits for its providers, and with it every child, also one that the provider is not for. */
  others: pulumi.ComponentResourceOptions;
}

export function splitOptions({ deletedWith, provider, providers, ...rest }: pulumi.ComponentResourceOptions): SplitOptions {
  const given = [...(provider === undefined ? [] : [provider]), ...Object.values(providers ?? {})];
  const kubernetes = given.find((candidate) => Provider.isInstance(candidate));
  return {
    cluster: {
      ...(deletedWith === undefined ? {} : { deletedWith }),
      ...(kubernetes === undefined ? {} : { provider: kubernetes }),
    },
    others: { ...rest, providers: given.filter((candidate) => !Provider.isInstance(candidate)) },
  };
}
