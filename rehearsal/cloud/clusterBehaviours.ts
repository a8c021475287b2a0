// Clusters as Resource Manager takes them: the issuer, the address, and the group of their nodes.
import { z } from "zod";
import type { AzureResource, Companion, PutRequest, ResourceManager } from "./resourceManager";
import { IDENTITY, stableGuid } from "./resourceTypes";

const clusterShape = z.object({
  location: z.string(),
  dnsPrefix: z.string().optional(),
  nodeResourceGroup: z.string().optional(),
  oidcIssuerProfile: z.object({ enabled: z.boolean().optional() }).optional(),
  identity: z.looseObject({ type: z.string().optional() }).optional(),
  identityProfile: z.unknown().optional(),
});

// Issuer: https://learn.microsoft.com/azure/aks/use-oidc-issuer - its id is new with each cluster, and its trailing slash is part of it.
export function cluster({ id, life, name, properties }: PutRequest, manager: ResourceManager) {
  const { location, dnsPrefix, oidcIssuerProfile, nodeResourceGroup, ...given } = clusterShape.parse(properties);
  const region = location.toLowerCase().replaceAll(" ", "");
  const fqdn = `${dnsPrefix ?? name}-${stableGuid("fqdn", life).slice(0, 8)}.hcp.${region}.azmk8s.io`;
  const on = oidcIssuerProfile?.enabled === true;
  const issuerURL = `https://${region}.oic.prod-aks.azure.com/${manager.tenantId}/${stableGuid("issuer", life)}/`;
  const [, group = ""] = /\/resourceGroups\/([^/]+)\//i.exec(id) ?? [];
  // https://learn.microsoft.com/azure/aks/faq - AKS makes this group itself; its name is at most 80 characters long.
  const nodes = nodeResourceGroup ?? `MC_${group}_${name}_${region}`.slice(0, 80);
  return {
    fqdn,
    nodeResourceGroup: nodes,
    ...(on ? { oidcIssuerProfile: { enabled: true, issuerURL } } : {}),
    ...ownIdentities(given, `${nodesId(id, nodes)}/providers/${IDENTITY}/${name}-agentpool`, life, manager.tenantId),
  };
}

// What AKS makes where a program names none: roles for the network and for pulling are granted to them. https://learn.microsoft.com/azure/aks/use-managed-identity
function ownIdentities(
  { identity, identityProfile }: Pick<z.infer<typeof clusterShape>, "identity" | "identityProfile">,
  resourceId: string,
  life: string,
  tenantId: string,
) {
  const ofCluster = { principalId: stableGuid("cluster principal", life), tenantId };
  const ofNodes = { resourceId, clientId: stableGuid("kubelet client", life), objectId: stableGuid("kubelet principal", life) };
  return {
    ...(identity?.type === "SystemAssigned" ? { identity: { ...identity, ...ofCluster } } : {}),
    ...(identityProfile === undefined ? { identityProfile: { kubeletidentity: ofNodes } } : {}),
  };
}

function nodesId(clusterId: string, group: string): string {
  return `${/^\/subscriptions\/[^/]+/.exec(clusterId)?.[0]}/resourceGroups/${group}`;
}

const nodesShape = z.looseObject({ location: z.string(), nodeResourceGroup: z.string() });

/** The group of its nodes comes and goes with a cluster. https://learn.microsoft.com/azure/aks/delete-cluster */
export function nodeGroup({ id, name, properties }: AzureResource): Companion {
  const { location, nodeResourceGroup } = nodesShape.parse(properties);
  return { id: nodesId(id, nodeResourceGroup), properties: { location, managedBy: id }, declared: `nodes of cluster ${name}` };
}
