// azure-native's getManagedCluster: a cluster of the program's own, or one that is there already and that it only reads.
import { z } from "zod";
import { AzureError } from "../azureError";
import { CLUSTER, IDENTITY } from "../behaviours";
import type { AzureResource, Properties } from "../resourceManager";
import { type AzureNativeContext, groupId } from "./azureKinds";

/** What a cluster is like that is there before the program runs. Whatever is left out works. */
export interface ExistingCluster {
  readonly resourceGroupName: string;
  readonly name: string;
  /** Defaults to the stack's. */
  readonly location?: string;
  /** Whether it issues tokens for ServiceAccounts. Defaults to yes. */
  readonly oidcIssuer?: boolean;
  /** Whether the webhook of workload identity is there. Defaults to yes. */
  readonly workloadIdentity?: boolean;
  /** Whether people sign in with Entra ID, and Azure's roles decide in it. Defaults to yes. */
  readonly entraId?: boolean;
  /** Whether certificates sign in too. Defaults to no. */
  readonly localAccounts?: boolean;
  /** Defaults to running. */
  readonly powerState?: "Running" | "Stopped";
  /** What enforces NetworkPolicies. Defaults to Cilium. */
  readonly networkPolicy?: "cilium" | "none";
}

/** Begins the `declared` of one that no program creates. */
export const EXISTING_CLUSTER = "existing cluster ";

const argsShape = z.looseObject({ resourceGroupName: z.string().min(1), resourceName: z.string().min(1) });

/** The result is flat, as azure-native gives it. https://learn.microsoft.com/rest/api/aks/managed-clusters/get */
export function getManagedCluster(context: AzureNativeContext, args: Properties): Record<string, unknown> {
  const { resourceGroupName, resourceName } = argsShape.parse(args);
  const id = `${groupId(context, resourceGroupName)}/providers/${CLUSTER}/${resourceName}`;
  const { properties, ...found } = context.manager.get(id) ?? addExisting(context, id, resourceGroupName, resourceName);
  const present = { provisioningState: "Succeeded", powerState: { code: "Running" } };
  return { ...present, ...properties, ...identityOutput(properties), id: found.id, name: found.name, type: CLUSTER };
}

export function clusterNotFound(resourceGroupName: string, resourceName: string): AzureError {
  return new AzureError(
    404,
    "ResourceNotFound",
    `The Resource '${CLUSTER}/${resourceName}' under resource group '${resourceGroupName}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

// A cluster that the program only reads must be there already, so it is, unless a test or a runner says which ones are.
function addExisting(context: AzureNativeContext, id: string, group: string, name: string): AzureResource {
  const { existingClusters, defaultLocation, manager } = context;
  const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const given = existingClusters?.find((each) => sameName(each.resourceGroupName, group) && sameName(each.name, name));
  if (existingClusters !== undefined && given === undefined) throw clusterNotFound(group, name);
  const cluster: ExistingCluster = given ?? { resourceGroupName: group, name };
  const location = cluster.location ?? defaultLocation ?? "unknown";
  const nodeResourceGroup = `MC_${group}_${name}_${location}`.slice(0, 80);
  for (const each of [group, nodeResourceGroup])
    if (manager.get(groupId(context, each)) === undefined)
      manager.put(groupId(context, each), { location }, `existing resource group ${each}`);
  const kubelet = manager.put(
    `${groupId(context, nodeResourceGroup)}/providers/${IDENTITY}/${name}-agentpool`,
    { location },
    `existing kubelet identity of cluster ${name}`,
  );
  return manager.put(
    id,
    clusterProperties(cluster, location, nodeResourceGroup, kubelet, manager.tenantId),
    `${EXISTING_CLUSTER}${name}`,
  );
}

function clusterProperties(
  { name, oidcIssuer, workloadIdentity, entraId, localAccounts, powerState, networkPolicy }: ExistingCluster,
  location: string,
  nodeResourceGroup: string,
  { id: resourceId, properties }: AzureResource,
  tenantID: string,
): Properties {
  const { clientId, principalId: objectId } = properties;
  return {
    location,
    nodeResourceGroup,
    dnsPrefix: name,
    enableRBAC: true,
    oidcIssuerProfile: { enabled: oidcIssuer ?? true },
    securityProfile: { workloadIdentity: { enabled: workloadIdentity ?? true } },
    ...((entraId ?? true) ? { aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [], tenantID } } : {}),
    disableLocalAccounts: !(localAccounts ?? false),
    identityProfile: { kubeletidentity: { resourceId, clientId, objectId } },
    powerState: { code: powerState ?? "Running" },
    networkProfile: { networkPolicy: networkPolicy ?? "cilium" },
  };
}

const identityShape = z.looseObject({ identity: z.looseObject({ userAssignedIdentities: z.array(z.string()) }) });

/** A list of ids as input, a map by id as output. */
function identityOutput(properties: Properties): Properties {
  const parsed = identityShape.safeParse(properties);
  if (!parsed.success) return {};
  const { identity } = parsed.data;
  return {
    identity: { ...identity, userAssignedIdentities: Object.fromEntries(identity.userAssignedIdentities.map((id) => [id, {}])) },
  };
}
