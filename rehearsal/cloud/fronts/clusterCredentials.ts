// The kubeconfig of an emulated cluster.
import { stringify } from "yaml";
import { z } from "zod";
import { AzureError } from "../azureError";
import { CLUSTER } from "../behaviours";
import type { Properties, ResourceManager } from "../resourceManager";
import { clusterNotFound } from "./existingClusters";

const argsShape = z.looseObject({ resourceGroupName: z.string(), resourceName: z.string() });
const clusterShape = z.looseObject({
  fqdn: z.string(),
  disableLocalAccounts: z.boolean().optional(),
  aadProfile: z.looseObject({}).optional(),
});

/** How a person reaches the emulated API servers while they answer over HTTP. */
export interface ClusterAccess {
  /** Certificate of the authority that signed theirs, in PEM form. */
  readonly caPem: string;
  /** Stands for every way of signing in, as kubelogin would for Entra ID. */
  readonly token: string;
}

/** The kubeconfig that Azure hands out; without `access` nothing in it leads anywhere. Admin credentials exist only while local accounts do. https://learn.microsoft.com/azure/aks/local-accounts */
export function clusterCredentials(manager: ResourceManager, args: Properties, kind: "user" | "admin", access?: ClusterAccess) {
  const { resourceGroupName, resourceName } = argsShape.parse(args);
  const cluster = manager
    .list(CLUSTER)
    .find(({ id }) =>
      id.toLowerCase().endsWith(`/resourcegroups/${resourceGroupName}/providers/${CLUSTER}/${resourceName}`.toLowerCase()),
    );
  if (cluster === undefined) throw clusterNotFound(resourceGroupName, resourceName);
  const { fqdn, disableLocalAccounts, aadProfile } = clusterShape.parse(cluster.properties);
  if (kind === "admin" && disableLocalAccounts === true) {
    throw new AzureError(
      400,
      "BadRequest",
      "Getting static credential isn't allowed because this cluster is set to disable local accounts.",
    );
  }
  const certificateAuthority = Buffer.from(access?.caPem ?? `emulated certificate authority of ${cluster.id}`).toString("base64");
  // Without Entra ID a user signs in with a certificate as well: there is nothing else. https://learn.microsoft.com/azure/aks/control-kubeconfig-access
  const byCertificate = kind === "admin" || (aadProfile === undefined && disableLocalAccounts !== true);
  const user = byCertificate
    ? {
        "client-certificate-data": Buffer.from("emulated certificate").toString("base64"),
        "client-key-data": Buffer.from("emulated key").toString("base64"),
      }
    : {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1beta1",
          command: "kubelogin",
          args: ["get-token", "--login", "devicecode"],
        },
      };
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: resourceName, cluster: { server: `https://${fqdn}:443`, "certificate-authority-data": certificateAuthority } },
    ],
    users: [{ name: "emulated", user: access === undefined ? user : { token: access.token } }],
    contexts: [{ name: resourceName, context: { cluster: resourceName, user: "emulated" } }],
    "current-context": resourceName,
  };
  return {
    kubeconfigs: [
      { name: `cluster${kind === "admin" ? "Admin" : "User"}`, value: Buffer.from(stringify(kubeconfig)).toString("base64") },
    ],
  };
}
