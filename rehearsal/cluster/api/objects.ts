// What a cluster holds beside its pods, as the API writes it.
import { z } from "zod";
import type { KubernetesApi, KubernetesObject } from "../../cloud/fronts/kubernetes";
import type { ClusterPods } from "./clusterPods";

export interface ResourceKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** As a program registers it. */
  readonly stored: string;
}

/** By group, and the name in a path. */
export const RESOURCES: Readonly<Record<string, ResourceKind>> = {
  "/namespaces": { apiVersion: "v1", kind: "Namespace", stored: "core/v1:Namespace" },
  "/serviceaccounts": { apiVersion: "v1", kind: "ServiceAccount", stored: "core/v1:ServiceAccount" },
  "/services": { apiVersion: "v1", kind: "Service", stored: "core/v1:Service" },
  "/events": { apiVersion: "v1", kind: "Event", stored: "core/v1:Event" },
  "/pods": { apiVersion: "v1", kind: "Pod", stored: "core/v1:Pod" },
  "apps/deployments": { apiVersion: "apps/v1", kind: "Deployment", stored: "apps/v1:Deployment" },
};

/** Where AKS keeps the webhook. https://learn.microsoft.com/azure/aks/workload-identity-overview */
export const WEBHOOK = { namespace: "kube-system", name: "azure-wi-webhook-controller-manager", replicas: 2 } as const;

const metadataShape = z.looseObject({ metadata: z.looseObject({}).default({}) });
const deploymentShape = z.looseObject({
  spec: z.looseObject({ replicas: z.number().default(1), selector: z.looseObject({}).optional() }),
});

export function objectsOf(pods: ClusterPods, resource: ResourceKind, webhookReady: number | undefined): object[] {
  const stored = pods.api.list(resource.stored).map((object) => toBody(resource, object, pods));
  if (resource.kind === "Event") return [...stored, ...refusalEvents(pods)];
  if (resource.kind === "Deployment" && webhookReady !== undefined) return [...stored, webhook(resource, webhookReady)];
  return stored;
}

function toBody({ apiVersion, kind }: ResourceKind, object: KubernetesObject, pods: ClusterPods): object {
  const { metadata } = metadataShape.parse(object.inputs);
  const { name, namespace, labels, annotations } = object;
  const place = namespace === "" ? {} : { namespace };
  const body = { ...object.inputs, apiVersion, kind, metadata: { ...metadata, name, ...place, labels, annotations } };
  return kind === "Deployment" ? { ...body, status: deploymentStatus(object, pods) } : body;
}

function deploymentStatus({ namespace, name, inputs }: KubernetesObject, pods: ClusterPods): object {
  const { replicas } = deploymentShape.parse(inputs).spec;
  const own = pods.all().filter((pod) => pod.namespace === namespace && pod.template.name === name && pod.owner !== undefined);
  const running = own.filter((pod) => pod.process() !== undefined && pod.process()?.process.end === undefined).length;
  return { replicas, updatedReplicas: own.length, readyReplicas: running };
}

function webhook({ apiVersion, kind }: ResourceKind, ready: number): object {
  const { namespace, name, replicas } = WEBHOOK;
  const labels = { "azure-workload-identity.io/system": "true" };
  return {
    apiVersion,
    kind,
    metadata: { namespace, name, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [] } } },
    status: { replicas, updatedReplicas: replicas, readyReplicas: ready, availableReplicas: ready },
  };
}

function refusalEvents(pods: ClusterPods): object[] {
  return pods.refusals().map(({ template: { namespace, name }, message }) => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { namespace, name: `${name}.refused` },
    involvedObject: { apiVersion: "apps/v1", kind: "ReplicaSet", namespace, name: `${name}-rehearsed` },
    type: "Warning",
    reason: "FailedCreate",
    message: `Error creating: ${message}`,
  }));
}

export function inNamespace(bodies: readonly object[], namespace: string | undefined): object[] {
  const shape = z.looseObject({ metadata: z.looseObject({ namespace: z.string().optional() }) });
  return bodies.filter((body) => namespace === undefined || shape.parse(body).metadata.namespace === namespace);
}

export function named(bodies: readonly object[], name: string): object | undefined {
  const shape = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });
  return bodies.find((body) => shape.parse(body).metadata.name === name);
}

/** Where a service leads: the labels of its pods. */
export function selectorOf(api: KubernetesApi, namespace: string, name: string): Readonly<Record<string, string>> | undefined {
  const service = api.list("core/v1:Service").find((each) => each.namespace === namespace && each.name === name);
  const shape = z.looseObject({ spec: z.looseObject({ selector: z.record(z.string(), z.string()).default({}) }) });
  return shape.safeParse(service?.inputs).data?.spec.selector;
}
