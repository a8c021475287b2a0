// What stands around the pods of a web application: its address, its scaling, and what may reach it.
import type { Deployment } from "@pulumi/kubernetes/apps/v1";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import { Service } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import type * as pulumi from "@pulumi/pulumi";
import { DEFAULT_PORT, HTTP_PORT_NAME } from "./podTemplate";
import type { WebAppArgs } from "./webApp";

/** Who reaches the application through a load balancer. */
export const ServiceAccess = {
  /** Everybody on the internet, or `allowedClientRanges` of it; over plain HTTP. */
  Public: "public",
  /** The cluster's virtual network and what is connected to it. */
  Internal: "internal",
  /** Nobody: no Service. */
  None: "none",
} as const;
export type ServiceAccess = (typeof ServiceAccess)[keyof typeof ServiceAccess];

export interface Autoscale {
  /** Most pods; `replicas` is the fewest. */
  maxReplicas: number;
  /** Processor use, in percent of the requested share, that the autoscaler aims at. Defaults to 70. */
  cpuPercent?: number;
}

/** Name, namespace and labels that all objects of an application have in common; the labels select its pods. */
export interface CommonMetadata {
  namespace: pulumi.Input<string>;
  name: string;
  labels: Record<string, string>;
}

const INTERNAL_ANNOTATION = "service.beta.kubernetes.io/azure-load-balancer-internal";
const SERVICE_PORT = 80;
const DEFAULT_CPU_PERCENT = 70;

export function createService(
  name: string,
  metadata: CommonMetadata,
  access: ServiceAccess,
  loadBalancerSourceRanges: string[],
  opts: pulumi.CustomResourceOptions,
): Service {
  const isPublic = access === ServiceAccess.Public;
  return new Service(
    `${name}-service`,
    {
      metadata: { ...metadata, ...(isPublic ? {} : { annotations: { [INTERNAL_ANNOTATION]: "true" } }) },
      spec: {
        type: "LoadBalancer",
        selector: metadata.labels,
        ports: [{ name: HTTP_PORT_NAME, port: SERVICE_PORT, targetPort: HTTP_PORT_NAME }],
        ...(loadBalancerSourceRanges.length === 0 ? {} : { loadBalancerSourceRanges }),
        // Keeps the client's own address: without it every request seems to come from a node.
        ...(isPublic ? { externalTrafficPolicy: "Local" } : {}),
      },
    },
    opts,
  );
}

export function protectFromDisruption(name: string, metadata: CommonMetadata, opts: pulumi.CustomResourceOptions): void {
  new PodDisruptionBudget(
    `${name}-disruption-budget`,
    {
      metadata,
      // A pod that is not ready anyway must not keep a node from being upgraded.
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: metadata.labels } },
    },
    opts,
  );
}

export function scaleAutomatically(
  name: string,
  metadata: CommonMetadata,
  minReplicas: number,
  { maxReplicas, cpuPercent = DEFAULT_CPU_PERCENT }: Autoscale,
  deployment: Deployment,
  opts: pulumi.CustomResourceOptions,
): void {
  new HorizontalPodAutoscaler(
    `${name}-autoscaler`,
    {
      metadata,
      spec: {
        minReplicas,
        maxReplicas,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: cpuPercent } } },
        ],
      },
    },
    opts,
  );
}

/** Lets in the application's port and out DNS and HTTPS, nothing else. A node's own probes pass in any case. */
export function restrictNetwork(
  name: string,
  metadata: CommonMetadata,
  { port = DEFAULT_PORT, serviceAccess }: Pick<WebAppArgs, "port" | "serviceAccess">,
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy {
  const dns = ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 }));
  return new NetworkPolicy(
    `${name}-network-policy`,
    {
      metadata,
      spec: {
        podSelector: { matchLabels: metadata.labels },
        policyTypes: ["Ingress", "Egress"],
        ingress: serviceAccess === ServiceAccess.None ? [] : [{ ports: [{ protocol: "TCP", port }] }],
        egress: [
          {
            // By selector: with Cilium an address range never matches a pod. https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium#frequently-asked-questions
            to: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
              },
            ],
            ports: dns,
          },
          { ports: [{ protocol: "TCP", port: 443 }] },
        ],
      },
    },
    opts,
  );
}
