// How long Azure and Kubernetes take for what the program registers, by Pulumi type. No promise of anybody: what the virtual clock of bench/makespan runs on.

/**
 * How sure a duration is. `documented`: Azure's own documentation states it. `observed`: a public log shows it, of one run. `assumed`: nobody states a number;
 * the source is where the operation is described, at best with "a few minutes".
 */
export type Certainty = "documented" | "observed" | "assumed";

export interface Figure {
  readonly seconds: number;
  readonly certainty: Certainty;
  readonly source: string;
}

export interface Duration extends Figure {
  /** Time after the creation until what was created counts everywhere; no creation waits for it, but what needs it does. */
  readonly effect?: Figure;
}

const assumed = (seconds: number, source: string): Figure => ({ seconds, certainty: "assumed", source });
const observed = (seconds: number, source: string): Figure => ({ seconds, certainty: "observed", source });
const documented = (seconds: number, source: string): Figure => ({ seconds, certainty: "documented", source });

const REGISTRY_LOG = "https://github.com/turbot/steampipe-plugin-azure/pull/196";
const VAULT_LOG = "https://github.com/Azure/terraform-azurerm-avm-res-keyvault-vault/pull/79";
const POOL_LOG = "https://github.com/agones-dev/agones/pull/2165";
const CLUSTER = "https://learn.microsoft.com/azure/aks/learn/quick-kubernetes-deploy-cli";
const FEDERATION = "https://learn.microsoft.com/azure/aks/workload-identity-overview#limitations";
const GRAPH = "https://learn.microsoft.com/graph/api/application-post-applications";
const KUBERNETES = "https://kubernetes.io/docs/reference/using-api/api-concepts/";
const ENGINE = "https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/";

/** An administrator's role on a cluster takes effect sooner: its authorization server asks again within five minutes. */
export const CLUSTER_ROLE_EFFECT = documented(300, "https://learn.microsoft.com/azure/aks/manage-azure-rbac");

/** A build in the registry is a step of the program, between the registry and the `Stash` that remembers its digest. */
export const IMAGE_BUILD = documented(
  70,
  "https://learn.microsoft.com/azure/container-registry/container-registry-tutorial-quick-task",
);

export const DURATIONS: Readonly<Record<string, Duration>> = {
  "azure-native:resources:ResourceGroup": observed(2, REGISTRY_LOG),
  "azure-native:managedidentity:UserAssignedIdentity": assumed(
    5,
    "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-manage-user-assigned-managed-identities",
  ),
  "azure-native:managedidentity:FederatedIdentityCredential": {
    ...assumed(5, FEDERATION),
    // "A few seconds".
    effect: assumed(10, FEDERATION),
  },
  "azure-native:authorization:RoleAssignment": {
    ...assumed(25, VAULT_LOG),
    effect: documented(600, "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"),
  },
  "azure-native:authorization:RoleDefinition": assumed(
    30,
    "https://learn.microsoft.com/azure/role-based-access-control/custom-roles",
  ),
  "azure-native:keyvault:Vault": observed(186, VAULT_LOG),
  "azure-native:keyvault:Secret": assumed(5, "https://learn.microsoft.com/azure/key-vault/secrets/quick-create-cli"),
  "azure-native:containerregistry:Registry": observed(17, REGISTRY_LOG),
  // "A few minutes".
  "azure-native:containerservice:ManagedCluster": assumed(300, CLUSTER),
  // The log breaks off after 160 seconds.
  "azure-native:containerservice:AgentPool": assumed(180, POOL_LOG),
  "azure-native:containerservice:MaintenanceConfiguration": assumed(
    5,
    "https://learn.microsoft.com/azure/aks/planned-maintenance",
  ),
  "azure-native:storage:StorageAccount": assumed(25, "https://learn.microsoft.com/azure/storage/common/storage-account-create"),
  "azure-native:storage:BlobContainer": assumed(
    5,
    "https://learn.microsoft.com/azure/storage/blobs/storage-quickstart-blobs-cli",
  ),
  "azuread:index/application:Application": assumed(10, GRAPH),
  "azuread:index/servicePrincipal:ServicePrincipal": assumed(10, GRAPH),
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": {
    ...assumed(5, FEDERATION),
    effect: assumed(10, FEDERATION),
  },
  "docker:index/image:Image": assumed(120, "https://www.pulumi.com/registry/packages/docker/api-docs/image/"),
  "kubernetes:core/v1:Namespace": assumed(1, KUBERNETES),
  "kubernetes:core/v1:ServiceAccount": assumed(1, KUBERNETES),
  "kubernetes:core/v1:ServiceAccountPatch": assumed(1, KUBERNETES),
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": assumed(1, KUBERNETES),
  "kubernetes:policy/v1:PodDisruptionBudget": assumed(1, KUBERNETES),
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": assumed(1, KUBERNETES),
  // Pull the image, start, pass the readiness probe, with a chain that works already.
  "kubernetes:apps/v1:Deployment": assumed(60, "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"),
  "kubernetes:core/v1:Pod": assumed(60, "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"),
  // Until the load balancer has its address: "a few minutes" at most, by the same quickstart.
  "kubernetes:core/v1:Service": assumed(90, CLUSTER),
  "pulumi:providers:kubernetes": assumed(0, ENGINE),
  "pulumi:index:Stash": assumed(0, ENGINE),
  "random:index/randomString:RandomString": assumed(0, ENGINE),
  "random:index/randomPassword:RandomPassword": assumed(0, ENGINE),
};

/** Throws for a type that nobody has looked up: a missing duration must not count as none. */
export function durationOf(type: string): Duration {
  const found = DURATIONS[type];
  if (found === undefined)
    throw new Error(`no duration is known for ${type}: add it to DURATIONS in bench/durations.ts, with a source`);
  return found;
}
