// Serves what a rehearsal leaves running to further clients: the emulated Azure, and the API servers of its clusters under their own names.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterStates, clusters } from "../../chainModel";
import type { Fault } from "../../network/handler";
import { type Network, startNetwork } from "../../network/network";
import type { Rehearsal } from "../../rehearse";
import { type Deployer, registerDeployer, type ServedCloud } from "../../serveCloud";
import { rehearsalVariables } from "../environment";
import { apiServer, type Rights } from "./apiServer";
import { ClusterPods } from "./clusterPods";
import { WEBHOOK } from "./objects";

export interface ServeOptions {
  /** What the cluster's user may do. Defaults to everything. */
  readonly mayDo?: Rights;
  /** Asked before every answer of every host. */
  readonly faults?: Fault;
  /** How many of the webhook's pods are ready. Defaults to all. */
  readonly webhookReady?: () => number;
}

export interface ServedRehearsal extends Pick<ServedCloud, "cloud" | "environment" | "deployer"> {
  readonly network: Network;
  readonly deployer: Deployer;
  /** Ends the pods that clients have created; those of the rehearsal go on. */
  close(): Promise<void>;
}

/** One at a time: Entra ID reads the issuers through the newest network. */
export async function serveRehearsal({ running }: Rehearsal, options: ServeOptions = {}): Promise<ServedRehearsal> {
  const { world, context, pods } = running;
  const { cloud } = world;
  const { mayDo = () => true, faults, webhookReady = () => WEBHOOK.replicas } = options;
  const token = randomBytes(24).toString("base64url");
  const apis = clusterStates(cloud).flatMap((state) => {
    const cluster = () => clusters(cloud).find(({ link }) => link.id === state.model.cluster.id);
    const host = cluster()?.fqdn;
    if (host === undefined) return [];
    const own = new ClusterPods({ cloud, state: rehearsedState(pods, state), context, pods });
    const ready = () => (cluster()?.link.workloadIdentityEnabled === true ? webhookReady() : undefined);
    return [{ own, host: apiServer({ host, pods: own, token, mayDo, webhookReady: ready }) }];
  });
  const network = await startNetwork([...world.hosts, ...apis.map(({ host }) => host)], faults === undefined ? {} : { faults });
  cloud.clusterAccess = { caPem: network.caPem, token };
  const directory = await mkdtemp(join(tmpdir(), "served-rehearsal-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, network.caPem);
  return {
    cloud,
    network,
    deployer: registerDeployer(cloud, world.foreign),
    environment: (client) => rehearsalVariables(network.clientUrl(client), caFile),
    async close() {
      await Promise.all(apis.map(({ own }) => own.close()));
      await network.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The state that the rehearsal's own pods were admitted by; a cluster without pods has none. */
function rehearsedState(pods: Rehearsal["running"]["pods"], state: ReturnType<typeof clusterStates>[number]) {
  return pods.templates.find((checked) => checked.state.api === state.api)?.state ?? state;
}
