// Explained only: what happens between the tools, the cluster's API server and its webhook.
import type { Explanation } from "./rule";

export const AZURE_CLUSTER = {
  WI170: {
    title: "The API server reaches the webhook",
    code: "WebhookUnavailable",
    cause:
      "Its pods do not run, as on a single full node, or a firewall or a network policy stands between the API server and them.",
    source: "https://github.com/Azure/AKS/issues/5686",
  },
  WI171: {
    title: "kubelogin is where the kubeconfig is used",
    code: "KubeloginMissing",
    cause: "A cluster without local accounts has a kubeconfig that starts kubelogin, and a pipeline's machine does not have it.",
    source: "https://github.com/Azure/kubelogin/issues/161",
  },
  WI172: {
    title: "kubelogin signs in without a person",
    code: "DeviceCodePrompt",
    cause: "Its default way of signing in is a code for a browser, which nobody enters in a pipeline.",
    source: "https://github.com/Azure/kubelogin/issues/114",
  },
  WI173: {
    title: "The kubeconfig that is asked for is one that the cluster gives",
    code: "StaticCredentialNotAllowed",
    cause: "The program or a tool asks for the administrator's kubeconfig of a cluster that has no local accounts.",
    source: "https://github.com/pulumi/pulumi-azure-native/issues/2579",
  },
  WI174: {
    title: "The Service gets an address",
    code: "ServiceWithoutAddress",
    cause: "Azure refuses the load balancer or the address, and only the Service's events say so.",
    source: "https://github.com/pulumi/pulumi-kubernetes/issues/945",
  },
  WI175: {
    title: "The cluster is there as long as what is in it is managed",
    code: "ClusterUnreachable",
    cause: "The cluster was deleted first or by hand, was stopped, or its API server does not let this address in.",
    source: "https://github.com/pulumi/pulumi-kubernetes/issues/2463",
  },
} as const satisfies Record<string, Explanation>;
