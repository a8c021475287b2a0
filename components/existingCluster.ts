import * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { NAME_RULES } from "../chain";
import type { Cluster } from "./cluster";
import type { ClusterAdmin } from "./deployer";
import { missingIn } from "./existingClusterRules";
import { type ClusterAccessMode, clusterKubeconfig, type KubeloginMode } from "./kubeconfig";
import { assignRole } from "./roleAssignment";
import { checkName, lateError } from "./validate";

export interface ExistingClusterArgs {
  /** Resource group of the cluster, in the subscription that the stack deploys to. Changing it moves everything in the cluster. */
  resourceGroupName: string;
  /** Name of the cluster. Changing it moves everything in the cluster to another one. */
  clusterName: string;
  access: {
    /** `kubelogin` needs Microsoft Entra ID in the cluster, `admin` local accounts. */
    mode: ClusterAccessMode;
    loginMode: KubeloginMode;
  };
  /** Who administers everything in this cluster, by keys of the caller's choice. Empty where all of them have their rights already. */
  admins: Record<string, ClusterAdmin>;
}

/**
 * An AKS cluster that is there already, and stays when the stack goes.
 *
 * Reads the cluster in every run and refuses one whose pods could not sign in, with the command that mends it. Changes nothing of it; creates only the
 * administrators' role on it, where `admins` has any. Turning the OIDC issuer on cannot be undone, which is why it is left to a person.
 */
export class ExistingCluster extends pulumi.ComponentResource implements Cluster {
  readonly clusterId: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  readonly issuerUrl: pulumi.Output<string>;
  readonly kubeletPrincipalId: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly ready: pulumi.Resource[];
  readonly generation = 1;
  readonly lifetime = {};

  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const place = { component: "ExistingCluster", name };
    checkName(place, "resourceGroupName", NAME_RULES.resourceGroup, args.resourceGroupName);
    checkName(place, "clusterName", NAME_RULES.cluster, args.clusterName);
    super("aks-workload-identity:index:ExistingCluster", name, {}, opts);
    const child = { parent: this };

    const cluster = pulumi.output(readCluster(args, child));
    this.clusterId = cluster.apply(({ id }) => id);
    this.clusterName = cluster.apply(({ name: found }) => found);
    this.issuerUrl = cluster.apply(({ issuer }) => issuer);
    this.kubeletPrincipalId = cluster.apply(({ kubelet }) => kubelet);
    const { mode, loginMode } = args.access;
    // Asked only for a cluster that will do: a refusal would otherwise be reported once more, as an argument that does not serialize.
    this.kubeconfig = cluster.apply(({ id, name: found }) => {
      const reached = { name: pulumi.output(found), ready: pulumi.output(id) };
      return clusterKubeconfig(args.resourceGroupName, reached, mode, loginMode, child);
    });
    this.ready = Object.entries(args.admins).map(([key, { objectId, principalType }]) =>
      assignRole(
        `${name}-admin-${key}`,
        { scope: this.clusterId, principalId: objectId, principalType, role: "aksRbacClusterAdmin" },
        child,
      ),
    );
    this.registerOutputs({ clusterId: this.clusterId, issuerUrl: this.issuerUrl });
  }
}

async function readCluster(args: ExistingClusterArgs, { parent }: { parent: pulumi.Resource }) {
  const { resourceGroupName, clusterName: resourceName } = args;
  const found = await containerservice
    .getManagedCluster({ resourceGroupName, resourceName }, { parent })
    .catch((error: unknown) => {
      throw lateError(parent, notFound(args, error instanceof Error ? error.message : String(error)));
    });
  const mistakes = missingIn(found, args);
  if (mistakes.length > 0) throw lateError(parent, mistakes.join("\n"));
  if (!enforcesPolicies(found.networkProfile?.networkPolicy)) await pulumi.log.warn(noPolicies(args), parent);
  const issuer = found.oidcIssuerProfile?.issuerURL ?? "";
  const kubelet = found.identityProfile?.kubeletidentity?.objectId ?? "";
  return { id: found.id, name: found.name, issuer, kubelet };
}

function enforcesPolicies(engine: string | undefined): boolean {
  return engine !== undefined && engine !== "" && engine !== "none";
}

function noPolicies({ clusterName }: ExistingClusterArgs): string {
  return (
    `existingCluster "${clusterName}" enforces no NetworkPolicy: the pods of this stack can be reached from the whole cluster, and reach more than they need. ` +
    "See https://learn.microsoft.com/azure/aks/use-network-policies"
  );
}

function notFound({ resourceGroupName, clusterName }: ExistingClusterArgs, reason: string): string {
  return (
    `existingCluster: cannot read the cluster "${clusterName}" in the resource group "${resourceGroupName}" of the subscription that this stack deploys to. ` +
    "A cluster of another subscription cannot be used: deploy the stack to that one (azure-native:subscriptionId). " +
    `To see the clusters there: az aks list --output table. Azure's answer: ${reason.trim()}`
  );
}
