// The emulated Azure alone, without a program or a pod: for the Azure CLI, for an SDK, for a test. Nothing in it is there but who deploys.
import type { KeyObject } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIENCE, roleAssignmentName, roleDefinitionId } from "../chain";
import { clusters } from "./chainModel";
import { EmulatedCloud } from "./cloud/emulatedCloud";
import { azureHosts } from "./cloud/hosts";
import { Issuer } from "./cloud/oidc";
import { Operations } from "./cloud/operations";
import { ROLE_ASSIGNMENT } from "./cloud/resourceTypes";
import { type RestOptions, restApi } from "./cloud/rest/restApi";
import { TaskRuns } from "./cloud/taskRuns";
import { TokenSigner } from "./cloud/tokens";
import { rehearsalVariables } from "./cluster/environment";
import type { Fault } from "./network/handler";
import { type Network, startNetwork } from "./network/network";

export interface ServeOptions extends RestOptions {
  readonly tenantId?: string;
  readonly subscriptionId?: string;
  /** Clock and rules of every call. Defaults to this machine's time and nothing that takes time or fails. */
  readonly operations?: Operations;
  readonly faults?: Fault;
  /** The key of Entra ID and of the deployer's issuer. Defaults to new ones, which take a second to make. */
  readonly key?: Promise<KeyObject>;
}

/** An application that may do everything in the subscription, and signs in as a pipeline does: with a token, and no credential. */
export interface Deployer {
  readonly tenantId: string;
  readonly clientId: string;
  readonly principalId: string;
  /** For `az login --federated-token`, or the token file of a workload identity. Good for an hour. */
  token(): Promise<string>;
}

export interface ServedCloud {
  readonly cloud: EmulatedCloud;
  readonly network: Network;
  readonly signer: TokenSigner;
  readonly deployer: Deployer;
  /** The issuer with this address, which Entra ID can read. A cluster's own is its `oidcIssuerProfile.issuerURL`. */
  issuer(url: string): Issuer;
  /** Variables that lead a process to the emulated Azure: proxy, and the certificate authority's file. */
  environment(client: string): Record<string, string>;
  close(): Promise<void>;
}

const TENANT = "11111111-1111-4111-8111-111111111111";
const SUBSCRIPTION = "22222222-2222-4222-8222-222222222222";
const SUBJECT = "system:serviceaccount:pipelines:deployer";
const DECLARED = "whoever deploys";

export async function serveCloud(options: ServeOptions = {}): Promise<ServedCloud> {
  const { tenantId = TENANT, subscriptionId = SUBSCRIPTION, operations = new Operations(), faults } = options;
  const now = () => operations.clock.now();
  const signer = new TokenSigner(now, options.key);
  const cloud = new EmulatedCloud({
    tenantId,
    subscriptionId,
    seed: "served",
    defaultLocation: undefined,
    operations,
    now,
    deployerToken: (audience) => signer.issue({ ...deployer, audience }),
  });
  const issuers = new Map<string, Issuer>();
  const issuer = (url: string) => {
    const found = issuers.get(url) ?? new Issuer(url, now, options.key);
    issuers.set(url, found);
    return found;
  };
  const deployer = registerDeployer(
    cloud,
    issuer(`https://westeurope.oic.prod-aks.azure.com/${tenantId}/00000000-0000-4000-8000-000000000001/`),
  );
  const known = () => {
    for (const { link } of clusters(cloud)) if (link.issuer !== undefined) issuer(link.issuer);
    return [...issuers.values()];
  };
  const builder = async () => ({ failure: "nothing here builds images" });
  const runs = new TaskRuns({ now, images: cloud.images, builder });
  const { images, blobs } = cloud;
  const rest = restApi(cloud, options);
  const hosts = azureHosts({ view: cloud, issuers: known, signer, nodeIdentities: () => [], images, blobs, runs, rest });
  const network = await startNetwork(hosts, faults === undefined ? {} : { faults });
  const directory = await mkdtemp(join(tmpdir(), "served-cloud-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, network.caPem);
  return {
    cloud,
    network,
    signer,
    deployer,
    issuer,
    environment: (client) => rehearsalVariables(network.clientUrl(client), caFile),
    async close() {
      await runs.close();
      await network.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An owner of the subscription that Entra ID knows by tokens of this issuer. */
export function registerDeployer({ directory, manager, tenantId, subscriptionId }: EmulatedCloud, issuer: Issuer): Deployer {
  const { objectId, clientId } = directory.putApplication("deployer", DECLARED);
  const { objectId: principalId } = directory.putServicePrincipal(clientId, DECLARED);
  const audiences = [AUDIENCE];
  directory.putCredential(objectId, {
    displayName: "pipeline",
    issuer: issuer.url,
    subject: SUBJECT,
    audiences,
    declared: DECLARED,
  });
  const scope = `/subscriptions/${subscriptionId}`;
  const role = { scope, principalId, roleDefinitionId: roleDefinitionId("owner", scope) };
  manager.put(`${scope}/providers/${ROLE_ASSIGNMENT}/${roleAssignmentName(scope, principalId, "owner")}`, role, DECLARED);
  const claims = {
    subject: SUBJECT,
    audience: AUDIENCE,
    namespace: "pipelines",
    serviceAccount: "deployer",
    lifetimeSeconds: 3600,
  };
  return { tenantId, clientId, principalId, token: () => issuer.mint(claims) };
}
