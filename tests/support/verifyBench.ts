// The project's own stack, rehearsed, served over HTTPS, and verified with the real Azure SDKs and the real Kubernetes client.
import type { HttpClient } from "@azure/core-rest-pipeline";
import { signIn } from "../../diagnosis/signIn";
import { readStackOutputs, type StackOutputs } from "../../diagnosis/stackOutputs";
import { type ClusterClients, clusterClients } from "../../diagnosis/verify/clusterAccess";
import type { VerifiedLink, VerifyReport } from "../../diagnosis/verify/report";
import { type VerifyOptions, verifyStack } from "../../diagnosis/verify/verify";
import { clusters } from "../../rehearsal/chainModel";
import type { StateSnapshot } from "../../rehearsal/cloud/cloudState";
import type { KubernetesApi } from "../../rehearsal/cloud/fronts/kubernetes";
import type { Properties } from "../../rehearsal/cloud/resourceManager";
import { ROLE_ASSIGNMENT } from "../../rehearsal/cloud/resourceTypes";
import type { Rights } from "../../rehearsal/cluster/api/apiServer";
import { type ServedRehearsal, serveRehearsal } from "../../rehearsal/cluster/api/serve";
import { type EmulatedRequest, type EmulatedResponse, type Fault, hostMatches } from "../../rehearsal/network/handler";
import type { Rehearsal } from "../../rehearsal/rehearse";
import { loopbackHttpClient } from "./loopbackHttp";
import { rehearseHere } from "./rehearsal";
import { withFile } from "./withFile";

const EVERYTHING: Rights = () => true;
const NOTHING: Fault = () => undefined;

export class VerifyBench {
  /** What a test changes until `reset`. */
  faults = NOTHING;
  mayDo = EVERYTHING;
  webhookReady = 2;
  outputs: StackOutputs;
  readonly #given: StackOutputs;
  #served: ServedRehearsal | undefined;
  #azure: StateSnapshot | undefined;
  #pods = "";
  readonly #cluster;

  private constructor(readonly rehearsal: Rehearsal) {
    this.#given = withFile(JSON.stringify(rehearsal.report.outputs), (file) =>
      readStackOutputs({ directory: ".", stack: "dev", file }),
    );
    this.outputs = this.#given;
    this.#cluster = this.api.snapshot();
  }

  /** `set` as for a rehearsal. */
  static async start(set: readonly string[] = []): Promise<VerifyBench> {
    const rehearsal = await rehearseHere({ set });
    const bench = new VerifyBench(rehearsal);
    const options = {
      mayDo: (...asked: Parameters<Rights>) => bench.mayDo(...asked),
      faults: (...asked: Parameters<Fault>) => bench.faults(...asked),
      webhookReady: () => bench.webhookReady,
    };
    bench.#served = await serveRehearsal(rehearsal, options);
    // With whoever signs in.
    bench.#azure = bench.cloud.stateSnapshot();
    bench.#pods = JSON.stringify(await bench.clients().core.listNamespacedPod({ namespace: "web" }));
    return bench;
  }

  get served(): ServedRehearsal {
    if (this.#served === undefined) throw new Error("the bench has not started");
    return this.#served;
  }
  get cloud() {
    return this.rehearsal.running.world.cloud;
  }
  get api(): KubernetesApi {
    const [state] = this.rehearsal.running.context.states;
    if (state === undefined) throw new Error("the stack has no cluster");
    return state.api;
  }
  get http(): HttpClient {
    return loopbackHttpClient(this.served.network, "verify");
  }
  /** For the Kubernetes client, which finds its proxy there. */
  get env() {
    return { HTTPS_PROXY: this.served.network.clientUrl("verify"), PATH: "" };
  }

  /** One that reaches the cluster, with another way to sign in. */
  kubeconfig(token: string, user: object = { token }) {
    const [fqdn] = clusters(this.cloud).map((cluster) => cluster.fqdn);
    const certificateAuthority = Buffer.from(this.served.network.caPem).toString("base64");
    const kubeconfig = {
      clusters: [{ name: "aks", cluster: { server: `https://${fqdn}:443`, "certificate-authority-data": certificateAuthority } }],
      users: [{ name: "user", user }],
      contexts: [{ name: "aks", context: { cluster: "aks", user: "user" } }],
      "current-context": "aks",
    };
    return { text: JSON.stringify(kubeconfig), from: "the bench" };
  }

  /** The Kubernetes client itself, as the verification makes it. */
  clients(token = this.cloud.clusterAccess?.token ?? ""): ClusterClients {
    const { text, from } = this.kubeconfig(token);
    return clusterClients(text, from, 20, this.env);
  }

  /** The list of pods is another text from now on. */
  changePods(change: (pods: string) => string): void {
    const body = change(this.#pods);
    if (body === this.#pods) throw new Error("nothing in the pods has changed");
    const headers = { "content-type": "application/json" };
    this.faults = ({ url }) => (url.pathname.endsWith("/namespaces/web/pods") ? { status: 200, headers, body } : undefined);
  }

  reset(): void {
    this.faults = NOTHING;
    this.mayDo = EVERYTHING;
    this.webhookReady = 2;
    this.outputs = this.#given;
    if (this.#azure !== undefined) this.cloud.restoreState(this.#azure);
    this.api.restore(this.#cluster);
  }

  async close(): Promise<void> {
    await this.#served?.close();
    await this.rehearsal.close();
  }

  async verify(changed: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
    const { deployer, cloud } = this.served;
    const env = {
      ARM_USE_OIDC: "true",
      ARM_OIDC_TOKEN: await deployer.token(),
      ARM_CLIENT_ID: deployer.clientId,
      ARM_TENANT_ID: deployer.tenantId,
      ARM_SUBSCRIPTION_ID: cloud.subscriptionId,
    };
    const { credential } = await signIn({ env, httpClient: this.http });
    const access = { credential, subscriptionId: cloud.subscriptionId, httpClient: this.http, maxRetries: 0 };
    const signal = new AbortController().signal;
    return verifyStack({ outputs: this.outputs, access, emulated: true, signal, env: this.env, ...changed });
  }

  /** What does not hold, of each: link, state, rule and code; of what could not be read, why. */
  async wrong(changed: Partial<VerifyOptions> = {}): Promise<string[]> {
    return wrongOf(await this.verify(changed));
  }

  /** Changes a resource of Azure; the one of this type whose id ends so. */
  azure(type: string, end: string, change: (properties: Properties) => Properties): void {
    const found = this.cloud.manager.list(type).find(({ id }) => id.toLowerCase().endsWith(end.toLowerCase()));
    if (found === undefined) throw new Error(`there is no ${type} …${end}`);
    this.cloud.manager.put(found.id, change(found.properties), found.declared);
  }

  /** The one resource of this type whose id ends so is gone. */
  azureGone(type: string, end: string): void {
    const found = this.cloud.manager.list(type).find(({ id }) => id.toLowerCase().endsWith(end.toLowerCase()));
    if (found === undefined || !this.cloud.manager.delete(found.id)) throw new Error(`there is no ${type} …${end}`);
  }

  /** What this host answers to a path that contains the text. */
  answers(
    host: string,
    path: string,
    answer: EmulatedResponse | ((request: EmulatedRequest) => EmulatedResponse | undefined),
  ): void {
    this.faults = (request) => {
      if (!hostMatches(host, request.url.host) || !`${request.url.pathname}${request.url.search}`.includes(path))
        return undefined;
      return typeof answer === "function" ? answer(request) : answer;
    };
  }

  /** Of the one workload. */
  get output() {
    const [output] = Object.values(this.outputs.chain);
    if (output === undefined) throw new Error("the stack has no workload");
    return output;
  }

  changeOutput(change: Partial<StackOutputs["chain"][string]>): void {
    this.outputs = { ...this.outputs, chain: { web: { ...this.output, ...change } } };
  }

  /** Changes the assignment of the identity's role on the vault, or removes it. */
  role(change: (properties: Properties) => Properties | undefined): void {
    const { principalId } = this.cloud.identities().find(({ id }) => id === this.output.identityId) ?? {};
    const found = this.cloud.manager.list(ROLE_ASSIGNMENT).find(({ properties }) => properties.principalId === principalId);
    if (found === undefined) throw new Error("the identity has no role");
    this.cloud.manager.delete(found.id);
    const changed = change(found.properties);
    if (changed !== undefined) this.cloud.manager.put(found.id, changed, found.declared);
  }

  annotate(annotations: Readonly<Record<string, string>>): void {
    this.kubernetes("core/v1:ServiceAccount", "web", (all) => ({ ...all, metadata: { ...Object(all.metadata), annotations } }));
  }

  template(change: (template: object) => object): void {
    this.kubernetes("apps/v1:Deployment", "web", (all) => {
      const spec = Object(all.spec);
      return { ...all, spec: { ...spec, template: change(spec.template) } };
    });
  }

  /** Changes an object of the cluster. */
  kubernetes(kind: string, name: string, change: (inputs: Properties) => Properties): void {
    const found = this.api.list(kind).find((object) => object.name === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    this.api.update(kind, `${found.namespace}/${name}`, change(found.inputs), found.declared);
  }
}

export function wrongOf({ sections }: Pick<VerifyReport, "sections">): string[] {
  return sections.flatMap(({ links }) => links.flatMap((link) => (link.state === "holds" ? [] : [lineOf(link)])));
}

function lineOf({ link, state, found, finding }: VerifiedLink): string {
  if (finding === undefined) return `${state} ${link}: ${found}`;
  return `${state} ${link}: ${finding.rule}${finding.code === null ? "" : ` ${finding.code}`}`;
}
