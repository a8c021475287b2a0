// The chain of each emulated cluster, as the rules want it: what the program really registered, not what it meant to.
import { parse } from "yaml";
import { z } from "zod";
import type { ChainModel, ClusterLink, SecretLink } from "../chain";
import { CLUSTER, SECRET } from "./cloud/behaviours";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import type { KubernetesApi } from "./cloud/fronts/kubernetes";
import { type PodTemplate, podLink, podTemplate } from "./cluster/podTemplate";

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
const kubeconfigShape = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })).min(1),
});

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

/** One state for each cluster that the program reaches through a Kubernetes provider. */
export function clusterStates(cloud: EmulatedCloud): ClusterState[] {
  const known = clusters(cloud);
  return [...cloud.kubernetes.values()].flatMap(({ api, kubeconfig }) => {
    const server = serverOf(kubeconfig);
    const cluster = known.find(({ fqdn }) => server === fqdn);
    if (cluster === undefined) return [];
    const templates = api.list("apps/v1:Deployment").map(podTemplate);
    const model = {
      cluster: cluster.link,
      identities: cloud.identities(),
      federatedCredentials: cloud.federatedCredentials(),
      roleAssignments: cloud.roleAssignments(),
      vaults: cloud.vaults(),
      secrets: secrets(cloud),
      serviceAccounts: api.list("core/v1:ServiceAccount").map(({ declared, namespace, name, annotations, labels }) => ({
        resource: declared,
        namespace,
        name,
        annotations,
        labels,
      })),
      pods: templates.map(podLink),
    };
    return [{ model, templates, api }];
  });
}

function secrets(cloud: EmulatedCloud): SecretLink[] {
  return cloud.manager.list(SECRET).map(({ id, name, declared, properties }) => ({
    resource: declared,
    vaultId: id.slice(0, id.toLowerCase().lastIndexOf("/secrets/")),
    name,
    enabled: secretShape.parse(properties).attributes?.enabled ?? true,
  }));
}

function serverOf(kubeconfig: string): string | undefined {
  const parsed = kubeconfigShape.safeParse(parse(kubeconfig));
  const server = parsed.success ? parsed.data.clusters[0]?.cluster.server : undefined;
  return server === undefined || !URL.canParse(server) ? undefined : new URL(server).hostname;
}
