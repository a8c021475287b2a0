// The chain of a stack as it is really deployed: cluster, then workload by workload.
import { finding } from "../../chain";
import { UsageError } from "../../rehearsal/usageError";
import type { StackOutputs } from "../stackOutputs";
import { Azure, type AzureAccess } from "./azure";
import type { Cluster as AzureCluster } from "./azureShapes";
import { Cluster } from "./cluster";
import { clusterClients, type Environment } from "./clusterAccess";
import { mapped, readFacts } from "./facts";
import { issuerLinks } from "./issuer";
import { type NegativeTimes, negativeSection } from "./negative";
import { type Reading, Readings } from "./reading";
import { broken, holds, isOk, type Section, unknown, type VerifiedLink, type VerifyReport } from "./report";
import { verifyWorkload } from "./workload";

export interface VerifyOptions {
  readonly outputs: StackOutputs;
  readonly access: AzureAccess;
  /** A kubeconfig, with where it comes from, instead of the one that Azure hands out. */
  readonly kubeconfig?: { readonly text: string; readonly from: string } | undefined;
  readonly emulated: boolean;
  /** Also starts pods that must be refused. Default: none. */
  readonly negative?: NegativeTimes | undefined;
  readonly signal: AbortSignal;
  /** The longest that one answer may take, in seconds. Default 20. */
  readonly limitSeconds?: number;
  /** Proxy and PATH. Defaults to this process's. */
  readonly env?: Environment;
}

const LIMIT_SECONDS = 20;
/** Where AKS keeps the webhook: https://learn.microsoft.com/azure/aks/workload-identity-overview */
const WEBHOOK = { namespace: "kube-system", name: "azure-wi-webhook-controller-manager" };

/** Throws a `UsageError` where nobody is signed in, and for a kubeconfig that was given and is none. */
export async function verifyStack(options: VerifyOptions): Promise<VerifyReport> {
  const { outputs, access, signal, limitSeconds = LIMIT_SECONDS } = options;
  if (Object.keys(outputs.chain).length === 0)
    throw new UsageError(
      `stack ${outputs.stack} exports a chain without workloads`,
      "there is nothing to verify: deploy a workload first",
    );
  const readings = new Readings(signal, limitSeconds);
  const azure = new Azure(access, readings);
  const place = { resourceGroup: text(outputs, "resourceGroupName"), subscriptionId: access.subscriptionId };
  const azureCluster = await findCluster(azure, outputs);
  const cluster = new Cluster(await clientsOf(options, azure, azureCluster), readings);
  const [own, ...workloads] = await Promise.all([
    clusterSection(outputs, azureCluster, cluster, readings, access),
    ...Object.entries(outputs.chain).map(async ([key, output]) => {
      const facts = await readFacts(output, place, azureCluster, azure, cluster);
      return verifyWorkload(key, facts, access.subscriptionId, cluster);
    }),
  ]);
  const intruders = options.negative === undefined ? [] : await negative(options, options.negative, cluster);
  const sections = [own, ...workloads, ...intruders].filter((section) => section !== undefined);
  return { schemaVersion: 1, ok: isOk(sections), stack: outputs.stack, emulated: options.emulated, sections };
}

/** One workload after the other: intruders need room on the nodes. */
async function negative(
  { outputs, signal, limitSeconds = LIMIT_SECONDS }: VerifyOptions,
  times: NegativeTimes,
  cluster: Cluster,
): Promise<Section[]> {
  const sections: Section[] = [];
  for (const [key, output] of Object.entries(outputs.chain))
    sections.push(await negativeSection(key, output, cluster, { chain: outputs.chain, signal, limitSeconds, ...times }));
  return sections;
}

async function findCluster(azure: Azure, outputs: StackOutputs): Promise<Reading<AzureCluster>> {
  const name = text(outputs, "clusterName");
  if (name === "")
    return { unread: { reason: "the stack exports no clusterName", right: "clusterName among the stack's outputs" } };
  return azure.cluster(text(outputs, "resourceGroupName"), name);
}

function text({ outputs }: StackOutputs, name: string): string {
  const value = outputs[name];
  return typeof value === "string" ? value : "";
}

async function clientsOf(
  { kubeconfig, limitSeconds = LIMIT_SECONDS, env }: VerifyOptions,
  azure: Azure,
  cluster: Reading<AzureCluster>,
) {
  if (kubeconfig !== undefined) return { value: clusterClients(kubeconfig.text, kubeconfig.from, limitSeconds, env) };
  if ("unread" in cluster) return cluster;
  const from = `the kubeconfig of cluster ${cluster.value.name}`;
  try {
    return mapped(await azure.kubeconfig(cluster.value), (given) => clusterClients(given, from, limitSeconds, env));
  } catch (error) {
    if (!(error instanceof UsageError) || !error.message.includes("kubeconfig")) throw error;
    return { unread: { reason: error.message, right: error.fix } };
  }
}

async function clusterSection(
  { chain }: StackOutputs,
  azureCluster: Reading<AzureCluster>,
  cluster: Cluster,
  readings: Readings,
  { httpClient }: AzureAccess,
): Promise<Section> {
  const issuers = [...new Set(Object.values(chain).map(({ issuer }) => issuer))];
  const documents = await Promise.all(issuers.map((issuer) => issuerLinks(issuer, readings, httpClient)));
  const name = "value" in azureCluster ? `cluster ${azureCluster.value.name}` : "cluster";
  const links = [...issuers.map((issuer) => issuerLink(issuer, azureCluster)), ...documents.flat(), await webhookLink(cluster)];
  return { kind: "cluster", name, links };
}

/** The issuer that the stack exports is the one that the cluster has now. */
function issuerLink(issuer: string, cluster: Reading<AzureCluster>): VerifiedLink {
  const link = "OIDC issuer";
  if ("unread" in cluster) return unknown(link, issuer, cluster.unread);
  const { name, oidcIssuerProfile } = cluster.value;
  const resource = `cluster ${name}`;
  if (oidcIssuerProfile?.enabled !== true)
    return broken(link, finding("WI008", { resource, property: "oidcIssuerProfile.enabled", expected: "true", actual: "false" }));
  const found = oidcIssuerProfile.issuerURL ?? "none";
  if (found === issuer) return holds(link, issuer);
  const fix = "Run pulumi refresh, then pulumi up: the stack knows another issuer than the cluster has.";
  return broken(link, finding("WI001", { resource: "output chain", property: "issuer", expected: found, actual: issuer, fix }));
}

async function webhookLink(cluster: Cluster): Promise<VerifiedLink> {
  const link = "webhook pods";
  const webhook = await cluster.webhook(WEBHOOK);
  const resource = `Deployment ${WEBHOOK.namespace}/${WEBHOOK.name}`;
  const place = { resource, property: "status.readyReplicas", expected: "at least one ready" };
  if ("unread" in webhook)
    return webhook.unread.status === 404
      ? broken(link, finding("WI192", { ...place, actual: "no such Deployment" }))
      : unknown(link, place.expected, webhook.unread);
  const { spec, status } = webhook.value;
  const found = `${status.readyReplicas} of ${spec.replicas} ready`;
  return status.readyReplicas > 0
    ? holds(link, place.expected, found)
    : broken(link, finding("WI192", { ...place, actual: found }));
}
