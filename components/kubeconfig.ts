// The kubeconfig of a cluster: with kubelogin it holds no secret, as an administrator it is one.
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { currentTenantId } from "./deployer";

/** How Pulumi signs in to the cluster. */
export const ClusterAccessMode = {
  /** Through the program kubelogin, as a Microsoft Entra identity. No secret. */
  Kubelogin: "kubelogin",
  /** With the certificate of the cluster's local administrator: nobody can tell afterwards who did what. */
  Admin: "admin",
} as const;
export type ClusterAccessMode = (typeof ClusterAccessMode)[keyof typeof ClusterAccessMode];

/** How kubelogin signs in. https://azure.github.io/kubelogin/concepts/login-modes.html */
export const KubeloginMode = {
  /** As the Azure CLI is signed in. */
  AzureCli: "azurecli",
  /** By a token of the pipeline, for example of GitHub Actions. */
  WorkloadIdentity: "workloadidentity",
  /** With the service principal of the environment. */
  ServicePrincipal: "spn",
  /** As the managed identity of the machine. */
  ManagedIdentity: "msi",
  AzureDeveloperCli: "azd",
  AzurePipelines: "azurepipelines",
} as const;
export type KubeloginMode = (typeof KubeloginMode)[keyof typeof KubeloginMode];

/** The Entra application of every AKS API server. https://learn.microsoft.com/azure/aks/kubelogin-authentication */
const AKS_SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630";

export interface ReachedCluster {
  name: pulumi.Output<string>;
  /** Known once the cluster is as this run wants it: during an update's preview it is not. */
  ready: pulumi.Output<unknown>;
}

/**
 * The kubeconfig to reach a cluster with.
 *
 * With `kubelogin` it holds address, certificate authority and a call of kubelogin with `loginMode`; Azure's own asks for a device code, which nobody
 * answers in a pipeline. With `admin` it is Azure's own, as a secret; the cluster must have local accounts.
 */
export function clusterKubeconfig(
  resourceGroupName: pulumi.Input<string>,
  cluster: ReachedCluster,
  mode: ClusterAccessMode,
  loginMode: KubeloginMode,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<string> {
  if (mode === ClusterAccessMode.Admin) {
    // With what an update's preview does not know: asked there, a cluster whose local accounts only this update turns on would refuse.
    const resourceName = pulumi.all([cluster.name, cluster.ready]).apply(([name]) => name);
    const { kubeconfigs } = containerservice.listManagedClusterAdminCredentialsOutput({ resourceGroupName, resourceName }, opts);
    return pulumi.secret(kubeconfigs.apply((list) => decoded(list[0]?.value)));
  }
  const { kubeconfigs } = containerservice.listManagedClusterUserCredentialsOutput(
    { resourceGroupName, resourceName: cluster.name },
    opts,
  );
  const written = pulumi
    .all([kubeconfigs, cluster.name, currentTenantId()])
    .apply(([list, name, tenantId]) => execKubeconfig(decoded(list[0]?.value), name, { mode: loginMode, tenantId }));
  // Azure's answer may be marked as a secret as a whole; what is taken from it is public.
  return pulumi.unsecret(written);
}

function decoded(value: string | undefined): string {
  if (value === undefined) throw new pulumi.RunError("Azure returned no kubeconfig for the cluster: check that it is running");
  return Buffer.from(value, "base64").toString("utf8");
}

interface KubeloginCall {
  mode: KubeloginMode;
  /** Tenant of the cluster: without it kubelogin takes the one that whoever is signed in happens to be at home in. */
  tenantId: string;
}

/** The kubeconfig that calls kubelogin, from the address and certificate authority of `source`. */
export function execKubeconfig(source: string, clusterName: string, { mode, tenantId }: KubeloginCall): string {
  const cluster = { server: field(source, "server"), "certificate-authority-data": field(source, "certificate-authority-data") };
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "kubelogin",
    args: ["get-token", "--server-id", AKS_SERVER_APPLICATION, "--tenant-id", tenantId, "--login", mode],
    interactiveMode: "Never",
    installHint: "Install kubelogin: https://azure.github.io/kubelogin/install.html",
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: clusterName, cluster }],
    users: [{ name: "kubelogin", user: { exec } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: "kubelogin" } }],
    "current-context": clusterName,
  });
}

// AKS writes each of these on a line of its own; a YAML parser would be a dependency for two lines.
function field(source: string, key: string): string {
  const value = new RegExp(`^[\\s-]*"?${key}"?:\\s*"?([^\\s"]+)"?\\s*$`, "m").exec(source)?.[1];
  if (value === undefined) throw new pulumi.RunError(`The cluster's kubeconfig from Azure has no ${key}`);
  return value;
}
