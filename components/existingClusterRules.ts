// What a cluster that is there already must have, and the command that mends what it has not.
import type { GetManagedClusterResult } from "@pulumi/azure-native/containerservice";
import type { RuleId } from "../chain";
import type { ExistingClusterArgs } from "./existingCluster";
import { ClusterAccessMode } from "./kubeconfig";

const ISSUER_URL = "https://learn.microsoft.com/azure/aks/use-oidc-issuer";
const ENTRA_URL = "https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id";

/** One sentence for each thing that is missing, all at once. Empty for a cluster that will do. */
export function missingIn(cluster: Omit<GetManagedClusterResult, "azureApiVersion">, args: ExistingClusterArgs): string[] {
  const { resourceGroupName, clusterName } = args;
  const at = `existingCluster "${clusterName}"`;
  const command = (verb: string, options: string) =>
    `az aks ${verb} --resource-group ${resourceGroupName} --name ${clusterName}${options}`;
  return [
    ...state(cluster, at, command),
    ...identity(cluster, at, command),
    ...kubelet(cluster, at),
    ...access(cluster, at, args, command),
  ];
}

type Command = (verb: string, options: string) => string;
type Found = Parameters<typeof missingIn>[0];

function state({ powerState, provisioningState }: Found, at: string, command: Command): string[] {
  if (powerState?.code === "Stopped") return [`${at} is stopped: start it with ${command("start", "")}`];
  // Anything else settles by itself or is looked at by a person: only what has failed keeps pods from working for good.
  return provisioningState === "Failed"
    ? [`${at} is in the state Failed: look at it with ${command("show", "")}, and repair it before anything is deployed to it`]
    : [];
}

function identity({ oidcIssuerProfile, securityProfile }: Found, at: string, command: Command): string[] {
  const noIssuer = oidcIssuerProfile?.enabled !== true || !oidcIssuerProfile.issuerURL;
  const noWebhook = securityProfile?.workloadIdentity?.enabled !== true;
  if (!noIssuer && !noWebhook) return [];
  const options = `${noIssuer ? " --enable-oidc-issuer" : ""}${noWebhook ? " --enable-workload-identity" : ""}`;
  const off =
    noIssuer && noWebhook ? "OIDC issuer and workload identity are" : noIssuer ? "the OIDC issuer is" : "workload identity is";
  const rules: RuleId[] = [...(noIssuer ? (["WI008"] as const) : []), ...(noWebhook ? (["WI007"] as const) : [])];
  const permanent = noIssuer ? " Enabling the issuer is permanent: it cannot be turned off again." : "";
  return [
    `${at}: ${off} off (${rules.join(", ")}), so no pod of it could sign in to Azure. Enable it with ${command("update", options)}.${permanent} ` +
      `The API server restarts and pods that stay failed must be restarted. See ${ISSUER_URL}`,
  ];
}

function kubelet({ identityProfile }: Found, at: string): string[] {
  if (identityProfile?.kubeletidentity?.objectId) return [];
  return [
    `${at} has no identity for its nodes, to which the right to pull images could be granted: it is a cluster with a service principal. ` +
      "See https://learn.microsoft.com/azure/aks/use-managed-identity",
  ];
}

function access({ aadProfile, disableLocalAccounts }: Found, at: string, args: ExistingClusterArgs, command: Command): string[] {
  if (args.access.mode === ClusterAccessMode.Admin) {
    return disableLocalAccounts === true
      ? [`${at} has no local accounts: set clusterAccess to ${ClusterAccessMode.Kubelogin}. See ${ENTRA_URL}`]
      : [];
  }
  if (aadProfile?.managed !== true)
    return [`${at} does not use Microsoft Entra ID: set clusterAccess to ${ClusterAccessMode.Admin}. See ${ENTRA_URL}`];
  if (aadProfile.enableAzureRBAC !== true && Object.keys(args.admins).length > 0) {
    return [
      `${at} does not take its rights from Azure's roles: set assignClusterAdmins to false and give whoever deploys its rights in the cluster itself, ` +
        `or turn Azure's roles on with ${command("update", " --enable-azure-rbac")}. See https://learn.microsoft.com/azure/aks/manage-azure-rbac`,
    ];
  }
  return [];
}
