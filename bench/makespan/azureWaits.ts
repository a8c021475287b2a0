// The waits that no program can leave out, because Azure, Kubernetes or their providers ask for them.
import { z } from "zod";
import { durationOf } from "../durations";
import type { Registered } from "./programGraph";
import type { Wait } from "./simulate";

const CREDENTIAL = /:(FederatedIdentityCredential|ApplicationFederatedIdentityCredential)$/;
const ASSIGNMENT = /:RoleAssignment$/;
const CLUSTER = /:ManagedCluster$/;
const POOL = /:AgentPool$/;
const RUNS_PODS = /^kubernetes:(apps\/v1:Deployment|core\/v1:Pod)$/;

/**
 * Whether a `dependsOn` says what holds without it too. The cluster checks at its creation that its identity may use the kubelet's
 * (https://learn.microsoft.com/azure/aks/use-managed-identity), and an API server with local accounts off lets in nobody without a role
 * (https://learn.microsoft.com/azure/aks/manage-azure-rbac).
 */
export function isForcedOrder(on: string, { type }: Registered): boolean {
  return ASSIGNMENT.test(typeIn(on)) && (CLUSTER.test(type) || type === "pulumi:providers:kubernetes");
}

export interface Propagation {
  /** Roles take effect at once, and not after the longest time that Azure documents. */
  readonly rolesAtOnce: boolean;
}

export function azureWaits(resources: readonly Registered[], propagation: Propagation): Wait[] {
  return [
    ...oneCredentialAtATime(resources),
    ...resources.flatMap((resource) => [...untilReady(resource, resources, propagation), ...untilServed(resource, resources)]),
  ];
}

/** https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#concurrent-updates-arent-supported-user-assigned-managed-identities */
function oneCredentialAtATime(resources: readonly Registered[]): Wait[] {
  const last = new Map<string, string>();
  return resources
    .filter(({ type }) => CREDENTIAL.test(type))
    .flatMap(({ urn, inputs }): Wait[] => {
      const { resourceGroupName, resourceName, applicationId } = inputs;
      const identity = JSON.stringify([resourceGroupName, resourceName, applicationId]);
      const on = last.get(identity);
      last.set(identity, urn);
      return on === undefined ? [] : [{ on, step: urn, holds: "start", why: "azure" }];
    });
}

/**
 * A rollout is over when its pods are ready, which takes what they need to be in effect and not only to be created: the roles and the trust of their
 * identity, the nodes' role to pull, and a pool that takes them. https://www.pulumi.com/registry/packages/kubernetes/api-docs/apps/v1/deployment/
 */
function untilReady(resource: Registered, resources: readonly Registered[], { rolesAtOnce }: Propagation): Wait[] {
  if (!RUNS_PODS.test(resource.type)) return [];
  const rolloutSeconds = durationOf(resource.type).seconds;
  const component = resources.find(({ urn }) => urn === resource.parent);
  const needed = new Set([...resource.dependencies, ...(component?.dependencies ?? [])]);
  return resources.flatMap(({ urn, type, inputs }): Wait[] => {
    const until = (lagSeconds: number): Wait => ({ on: urn, step: resource.urn, holds: "end", lagSeconds, why: "azure" });
    if (POOL.test(type)) return systemPoolTakesNone(resources) ? [until(rolloutSeconds)] : [];
    const effect = needed.has(urn) ? durationOf(type).effect : undefined;
    if (effect === undefined) return [];
    // Without the role to pull, the rollout does not even begin; without the others the application asks again until it may.
    const pulls = ASSIGNMENT.test(type) && /\/registries\/[^/]+$/i.test(String(inputs.scope));
    return [until((ASSIGNMENT.test(type) && rolesAtOnce ? 0 : effect.seconds) + (pulls ? rolloutSeconds : 0))];
  });
}

const clusterShape = z.looseObject({ agentPoolProfiles: z.array(z.looseObject({ nodeTaints: z.array(z.string()).nullish() })) });

function systemPoolTakesNone(resources: readonly Registered[]): boolean {
  const cluster = clusterShape.safeParse(resources.find(({ type }) => CLUSTER.test(type))?.inputs);
  return cluster.data?.agentPoolProfiles.every(({ nodeTaints }) => (nodeTaints ?? []).length > 0) ?? false;
}

const templateShape = z.looseObject({
  metadata: z.looseObject({ namespace: z.string() }),
  spec: z.looseObject({ template: z.looseObject({ metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }) }) }),
});
const serviceShape = z.looseObject({
  metadata: z.looseObject({ namespace: z.string() }),
  spec: z.looseObject({ selector: z.record(z.string(), z.string()) }),
});

/** The provider waits for the Service's pods too, whoever made them. https://www.pulumi.com/registry/packages/kubernetes/api-docs/core/v1/service/ */
function untilServed(resource: Registered, resources: readonly Registered[]): Wait[] {
  if (resource.type !== "kubernetes:core/v1:Service") return [];
  const service = serviceShape.parse(resource.inputs);
  return resources.flatMap(({ urn, type, inputs }): Wait[] => {
    const pods = type === "kubernetes:apps/v1:Deployment" ? templateShape.safeParse(inputs).data : undefined;
    if (pods?.metadata.namespace !== service.metadata.namespace) return [];
    const labels = pods.spec.template.metadata.labels;
    const served = Object.entries(service.spec.selector).every(([key, value]) => labels[key] === value);
    return served ? [{ on: urn, step: resource.urn, holds: "end", why: "azure" }] : [];
  });
}

function typeIn(urn: string): string {
  const qualified = urn.split("::").at(-2) ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}
