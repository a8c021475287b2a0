// Small graphs by hand: what counts as forced, and what as this program's own order.
import { deepStrictEqual as equal, throws } from "node:assert";
import { makespan } from "../../bench/makespan/makespan";
import type { Registered } from "../../bench/makespan/programGraph";

const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const ROLE = "azure-native:authorization:RoleAssignment";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const REGISTRY = "azure-native:containerregistry:Registry";
const PROVIDER = "pulumi:providers:kubernetes";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SERVICE = "kubernetes:core/v1:Service";
const NAMESPACE = "kubernetes:core/v1:Namespace";

interface More extends Partial<Omit<Registered, "urn" | "type" | "name" | "dependencies">> {
  /** Through its inputs. */
  readonly data?: readonly string[];
}

const urn = (type: string, name: string) => `urn:pulumi:dev::project::${type}::${name}`;

function resource(type: string, name: string, { data = [], dependsOn = [], ...more }: More = {}): Registered {
  const needed = { dependsOn, dependencies: [...data, ...dependsOn] };
  const nothing = { custom: true, parent: undefined, inputs: {}, provider: "", deletedWith: undefined };
  return { urn: urn(type, name), type, name, ...nothing, ...needed, ...more };
}

const found = (resources: readonly Registered[], rolesAtOnce = true) => {
  const { seconds, unavoidableSeconds, needless } = makespan(resources, { rolesAtOnce });
  return { seconds, unavoidableSeconds, needless };
};

const deployment = (more: More = {}) =>
  resource(DEPLOYMENT, "web", {
    inputs: { metadata: { namespace: "web" }, spec: { template: { metadata: { labels: { app: "web" } } } } },
    ...more,
  });
const service = (app: string, more: More = {}) =>
  resource(SERVICE, "web", { inputs: { metadata: { namespace: "web" }, spec: { selector: { app } } }, ...more });

describe("The makespan of a program", () => {
  it("follows the data, and has nothing to leave out then", () => {
    const cluster = resource(CLUSTER, "aks");
    const provider = resource(PROVIDER, "aks", { data: [cluster.urn] });
    const namespace = resource(NAMESPACE, "web", { provider: `${provider.urn}::id` });
    equal(found([cluster, provider, namespace]), { seconds: 301, unavoidableSeconds: 301, needless: [] });
  });

  it("names an order of the program's own that costs time, with what it costs", () => {
    const vault = resource("azure-native:keyvault:Vault", "vault");
    const cluster = resource(CLUSTER, "aks", { dependsOn: [vault.urn] });
    equal(found([vault, cluster]), {
      seconds: 486,
      unavoidableSeconds: 300,
      needless: [{ step: "ManagedCluster aks", on: "Vault vault", seconds: 186 }],
    });
  });

  it("lets the children of a component wait for what the component waits for", () => {
    const cluster = resource(CLUSTER, "aks");
    const component = resource("project:index:App", "app", { custom: false, dependsOn: [cluster.urn] });
    const registry = resource(REGISTRY, "registry", { parent: component.urn });
    equal(found([cluster, component, registry]).seconds, 317);
    equal(found([cluster, component, registry]).unavoidableSeconds, 300);
  });

  it("writes the credentials of one identity one after another, whether or not the program does", () => {
    const credential = (name: string, resourceName: string, dependsOn: string[] = []) =>
      resource(CREDENTIAL, name, { inputs: { resourceGroupName: "rg", resourceName }, dependsOn });
    const three = [credential("a", "web"), credential("b", "web"), credential("c", "web")];
    equal(found(three), { seconds: 15, unavoidableSeconds: 15, needless: [] });
    const chained = [credential("a", "web"), credential("b", "web", [urn(CREDENTIAL, "a")])];
    equal(found(chained), { seconds: 10, unavoidableSeconds: 10, needless: [] });
    equal(found([credential("a", "web"), credential("b", "other")]).seconds, 5);
    const needless = [{ step: "FederatedIdentityCredential b", on: "FederatedIdentityCredential a", seconds: 5 }];
    equal(found([credential("a", "web"), credential("b", "other", [urn(CREDENTIAL, "a")])]).needless, needless);
  });

  it("takes the roles that the cluster and its first caller need for forced", () => {
    const identity = resource(IDENTITY, "kubelet");
    const operator = resource(ROLE, "operator", { data: [identity.urn] });
    const cluster = resource(CLUSTER, "aks", { data: [identity.urn], dependsOn: [operator.urn] });
    const admin = resource(ROLE, "admin");
    const provider = resource(PROVIDER, "aks", { data: [cluster.urn], dependsOn: [admin.urn] });
    const namespace = resource(NAMESPACE, "web", { provider: `${provider.urn}::id` });
    const all = [identity, operator, cluster, admin, provider, namespace];
    equal(found(all), { seconds: 331, unavoidableSeconds: 331, needless: [] });
    // In effect after 25 + 300 seconds.
    equal(makespan(all, { rolesAtOnce: false }).administratorMarginSeconds, 5);
    equal(makespan([cluster], { rolesAtOnce: false }).administratorMarginSeconds, undefined);
  });

  it("ends a rollout when the roles and the trust of its pods are in effect", () => {
    const role = resource(ROLE, "vault-reader", { inputs: { scope: "/subscriptions/s/vaults/kv" } });
    const credential = resource(CREDENTIAL, "federation");
    const pods = deployment({ data: [credential.urn], dependsOn: [role.urn] });
    equal(found([role, credential, pods], false).seconds, 625);
    equal(found([role, credential, pods], true), {
      seconds: 85,
      unavoidableSeconds: 65,
      needless: [{ step: "Deployment web", on: "RoleAssignment vault-reader", seconds: 20 }],
    });
  });

  it("begins a rollout only when the nodes may pull, by a role that its component waits for", () => {
    const role = resource(ROLE, "puller", { inputs: { scope: "/subscriptions/s/registries/cr" } });
    const component = resource("project:index:WebApp", "web", { custom: false, dependsOn: [role.urn] });
    equal(found([role, component, deployment({ parent: component.urn })], false).seconds, 685);
  });

  it("waits for the pools where the system pool takes no workloads, and not otherwise", () => {
    const cluster = (nodeTaints: string[]) => resource(CLUSTER, "aks", { inputs: { agentPoolProfiles: [{ nodeTaints }] } });
    const pool = resource(POOL, "user", { data: [urn(CLUSTER, "aks")] });
    const provider = resource(PROVIDER, "aks", { data: [urn(CLUSTER, "aks")] });
    const pods = deployment({ provider: `${provider.urn}::id` });
    equal(found([cluster(["CriticalAddonsOnly=true:NoSchedule"]), pool, provider, pods]).seconds, 540);
    equal(found([cluster([]), pool, provider, pods]).seconds, 480);
  });

  it("waits with a Service for the pods that it selects, and finds its address meanwhile", () => {
    equal(found([deployment(), service("web")]).seconds, 90);
    const role = resource(ROLE, "vault-reader");
    const late = deployment({ data: [role.urn] });
    equal(found([role, late, service("web")], false).seconds, 625);
    equal(found([role, late, service("other")], false).seconds, 625);
    equal(found([late, role, service("web", { dependsOn: [late.urn] })], false), {
      seconds: 715,
      unavoidableSeconds: 625,
      needless: [{ step: "Service web", on: "Deployment web", seconds: 90 }],
    });
  });

  it("builds an image between its registry and the Stash that remembers its digest", () => {
    const registry = resource(REGISTRY, "registry");
    const stash = resource("pulumi:index:Stash", "web-image-0123", { data: [registry.urn] });
    const { seconds, path } = makespan([registry, stash], { rolesAtOnce: true });
    equal(seconds, 87);
    equal(
      path.map(({ name }) => name),
      ["Registry registry", "image build of web-image-0123", "Stash web-image-0123"],
    );
  });

  it("refuses a type that has no duration", () => {
    throws(() => makespan([resource("azure-native:cdn:Profile", "cdn")], { rolesAtOnce: true }), {
      message: "no duration is known for azure-native:cdn:Profile: add it to DURATIONS in bench/durations.ts, with a source",
    });
  });
});
