// The chain of each emulated cluster, as the rules want it: what the program really registered, not what it meant to.

import { z } from "zod";
import {
  type ChainModel,
  type ClusterLink,
  lastSegment,
  objectInModel,
  REGISTRY_ROLE_MODES,
  type SecretLink,
  USE_LABEL,
} from "../chain";
import { CLUSTER, REGISTRY, SECRET } from "./cloud/behaviours";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import type { KubernetesApi, KubernetesObject } from "./cloud/fronts/kubernetes";
import { type PodTemplate, podLink, podTemplate } from "./cluster/podTemplate";
import { WORKLOAD_KINDS, writtenTemplate } from "./cluster/workloadKinds";
import { secretProviders } from "./secretProviders";

export interface ClusterState {
  readonly model: ChainModel;
  readonly templates: readonly PodTemplate[];
  readonly api: KubernetesApi;
}

const clusterShape = z.looseObject({
  fqdn: z.string(),
  oidcIssuerProfile: z.looseObject({ enabled: z.boolean().optional(), issuerURL: z.string().optional() }).optional(),
  identityProfile: z.record(z.string(), z.looseObject({ resourceId: z.string().optional() })).optional(),
  securityProfile: z.looseObject({ workloadIdentity: z.looseObject({ enabled: z.boolean().optional() }).optional() }).optional(),
});
const secretShape = z.looseObject({ attributes: z.looseObject({ enabled: z.boolean().optional() }).optional() });

export function clusters(
  cloud: EmulatedCloud,
): { readonly fqdn: string; readonly link: ClusterLink; readonly kubelet: string | undefined }[] {
  return cloud.manager.list(CLUSTER).map(({ id, declared, properties }) => {
    const { fqdn, oidcIssuerProfile, securityProfile, identityProfile } = clusterShape.parse(properties);
    const link = {
      resource: declared,
      id,
      tenantId: cloud.tenantId,
      issuer: oidcIssuerProfile?.issuerURL,
      oidcIssuerEnabled: oidcIssuerProfile?.enabled === true,
      workloadIdentityEnabled: securityProfile?.workloadIdentity?.enabled === true,
    };
    return { fqdn, link, kubelet: identityProfile?.kubeletidentity?.resourceId };
  });
}

/** What a program declares and a rehearsal does not run. */
export interface Unrehearsed {
  readonly resource: string;
  readonly reason: string;
  /** Whether it says that it is meant for workload identity, so that leaving it out would be a guess. */
  readonly meant: boolean;
  /** Whether the rules look at its chain all the same: the program itself wants no pod of it. */
  readonly checked: boolean;
  /** What to change, where that is known. */
  readonly fix?: string;
}

/** One state for each cluster that the program reaches through a Kubernetes provider, with the pods of these objects. */
export function clusterStates(
  cloud: EmulatedCloud,
  wanted: (workload: KubernetesObject) => boolean = () => true,
): ClusterState[] {
  const reached = reachedClusters(cloud);
  return reached.map(({ api, link }) => {
    const prefix = reached.length > 1 ? `${lastSegment(link.id)}/` : "";
    const templates = Object.keys(WORKLOAD_KINDS)
      .flatMap((kind) => api.list(kind))
      .filter((object) => !object.partial && wanted(object))
      .map((object) => podTemplate(object, api, prefix));
    const model = {
      cluster: link,
      otherIssuers: reached.flatMap((other) =>
        other.link.issuer === undefined || other.link === link ? [] : [other.link.issuer],
      ),
      identities: cloud.identities(),
      federatedCredentials: cloud.federatedCredentials(),
      roleAssignments: cloud.roleAssignments(),
      customRoles: cloud.customRoles(),
      vaults: cloud.vaults(),
      secrets: secrets(cloud),
      blobContainers: cloud.blobContainers(),
      serviceAccounts: api.list("core/v1:ServiceAccount").map(({ declared, namespace, name, annotations, labels }) => ({
        resource: declared,
        namespace,
        name,
        annotations,
        labels,
      })),
      pods: templates.map(podLink),
      secretProviders: secretProviders(api),
      registries: cloud.manager.list(REGISTRY).map(({ id, declared, properties }) => ({
        resource: declared,
        id,
        abac: record.parse(properties).roleAssignmentMode === REGISTRY_ROLE_MODES.abac.azure,
      })),
      objects: api
        .all()
        .filter(wanted)
        .map(({ declared, kind, inputs }) => objectInModel(declared, kind.slice(kind.indexOf(":") + 1), inputs)),
    };
    return { model, templates, api };
  });
}

function reachedClusters(cloud: EmulatedCloud): { readonly api: KubernetesApi; readonly link: ClusterLink }[] {
  const known = clusters(cloud);
  const servers = new Map([...cloud.kubernetes.values()].map(({ server, api }) => [server, api]));
  return [...servers].flatMap(([server, api]) => {
    const cluster = known.find(({ fqdn }) => server === fqdn);
    return cluster === undefined ? [] : [{ api, link: cluster.link }];
  });
}

const record = z.record(z.string(), z.unknown()).catch({});

/** Every object with a pod template that no pod will come from: of a cluster that is not emulated, only patched, without replicas, suspended. */
export function unrehearsed(cloud: EmulatedCloud): Unrehearsed[] {
  const reached = new Set(reachedClusters(cloud).map(({ api }) => api));
  return cloud.apis().flatMap((api) =>
    Object.entries(WORKLOAD_KINDS).flatMap(([kind, workload]) =>
      api.list(kind).flatMap((object): Unrehearsed[] => {
        const template = writtenTemplate(kind, object.inputs);
        const meant = USE_LABEL in record.parse(record.parse(record.parse(template).metadata).labels);
        const place = { resource: object.declared, meant };
        if (!reached.has(api)) {
          const owner = withoutProvider(cloud, api) ? ownerOf(cloud, object, template) : undefined;
          if (owner !== undefined) {
            const reason = `not run: it names no provider, and goes to the cluster of the machine's current kubeconfig; its ServiceAccount is in ${owner}`;
            const fix = `Pass { provider } to it, the Kubernetes provider of ${owner}, as its ServiceAccount has it.`;
            return [{ ...place, reason, checked: false, fix }];
          }
          const reason = "not run: its Kubernetes provider points at a cluster that this program does not create";
          return [{ ...place, reason, checked: false }];
        }
        if (object.partial) return [{ ...place, reason: "not run: the program only patches it", checked: false }];
        const declared = workload.shape.safeParse(object.inputs).data;
        return declared?.replicas === 0 ? [{ ...place, reason: `not run: ${declared.whyNone}`, checked: true }] : [];
      }),
    ),
  );
}

function withoutProvider(cloud: EmulatedCloud, api: KubernetesApi): boolean {
  return [...cloud.kubernetes.values()].some((access) => access.api === api && access.isOfMachine === true);
}

/** The cluster of this program in which the ServiceAccount of such pods is. */
function ownerOf(cloud: EmulatedCloud, { namespace }: KubernetesObject, template: unknown): string | undefined {
  const { serviceAccountName } = record.parse(record.parse(template).spec);
  const isIt = (each: KubernetesObject) => each.namespace === namespace && each.name === serviceAccountName;
  return reachedClusters(cloud).find(({ api }) => api.list("core/v1:ServiceAccount").some(isIt))?.link.resource;
}

function secrets(cloud: EmulatedCloud): SecretLink[] {
  return cloud.manager.list(SECRET).map(({ id, name, declared, properties }) => ({
    resource: declared,
    vaultId: id.slice(0, id.toLowerCase().lastIndexOf("/secrets/")),
    name,
    enabled: secretShape.parse(properties).attributes?.enabled ?? true,
  }));
}
