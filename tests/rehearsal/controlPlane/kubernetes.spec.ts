import { strict as assert } from "node:assert";
import { z } from "zod";
import { KubernetesApi } from "../../../rehearsal/cloud/fronts/kubernetes";
import { emulatedCloud } from "../../support/program";

const NAMESPACE = "core/v1:Namespace";
const SERVICE_ACCOUNT = "core/v1:ServiceAccount";
const SERVICE = "core/v1:Service";
const INTERNAL = { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" };

const address = (state: unknown) =>
  z
    .looseObject({ status: z.object({ loadBalancer: z.object({ ingress: z.tuple([z.object({ ip: z.ipv4() })]).optional() }) }) })
    .parse(state).status.loadBalancer.ingress?.[0].ip;

describe("the emulated Kubernetes API", () => {
  let api: KubernetesApi;
  const register = (kind: string, metadata: object, rest: object = {}, pulumiName = "sample") =>
    api.register(kind, pulumiName, { metadata, ...rest }, `kubernetes:${kind}::${pulumiName}`);
  beforeEach(() => {
    api = new KubernetesApi();
    register(NAMESPACE, { name: "web" });
  });

  it("gives a namespaced object the id namespace/name, a namespace its name", () => {
    assert.equal(register(SERVICE_ACCOUNT, { namespace: "web", name: "orders" }).id, "web/orders");
    assert.equal(register(NAMESPACE, { name: "other" }).id, "other");
  });

  it("puts an object without namespace into default", () => {
    assert.equal(register(SERVICE_ACCOUNT, { name: "orders" }).id, "default/orders");
  });

  it("names an object that the program does not name, the same in every run", () => {
    const { id } = register(SERVICE_ACCOUNT, { namespace: "web" });
    assert.match(id, /^web\/sample-[0-9a-f]{8}$/);
    api = new KubernetesApi();
    register(NAMESPACE, { name: "web" });
    assert.equal(register(SERVICE_ACCOUNT, { namespace: "web" }).id, id);
  });

  it("refuses an object in a namespace that is not there", () => {
    assert.throws(() => register(SERVICE_ACCOUNT, { namespace: "wbe", name: "orders" }), {
      status: 404,
      message: 'NotFound: namespaces "wbe" not found',
    });
  });

  it("has the namespaces of every cluster", () => {
    for (const namespace of ["default", "kube-system", "kube-public", "kube-node-lease"]) {
      assert.equal(register(SERVICE_ACCOUNT, { namespace, name: "orders" }).id, `${namespace}/orders`);
    }
  });

  it("refuses to adopt an object that is there, and takes one of another kind, name or namespace", () => {
    register(SERVICE_ACCOUNT, { namespace: "web", name: "orders" });
    assert.throws(() => register(SERVICE_ACCOUNT, { namespace: "web", name: "orders" }), {
      status: 409,
      message: `AlreadyExists: ${SERVICE_ACCOUNT} "orders" already exists in namespace "web"`,
    });
    assert.throws(() => register(NAMESPACE, { name: "web" }), { status: 409, code: "AlreadyExists" });
    register(SERVICE, { namespace: "web", name: "orders" });
    register(SERVICE_ACCOUNT, { namespace: "web", name: "billing" });
    register(SERVICE_ACCOUNT, { namespace: "default", name: "orders" });
  });

  it("adds to an object with a patch, keeping what it had", () => {
    register(SERVICE_ACCOUNT, { namespace: "web", name: "orders", labels: { a: "1" }, annotations: { x: "1", y: "1" } });
    const { state } = register("core/v1:ServiceAccountPatch", {
      namespace: "web",
      name: "orders",
      annotations: { y: "2", z: "2" },
    });
    const { labels, annotations } = z
      .looseObject({ metadata: z.looseObject({ labels: z.unknown(), annotations: z.unknown() }) })
      .parse(state).metadata;
    assert.deepEqual({ labels, annotations }, { labels: { a: "1" }, annotations: { x: "1", y: "2", z: "2" } });
    assert.equal(api.list(SERVICE_ACCOUNT).filter(({ name }) => name === "orders").length, 1);
  });

  it("gives every namespace a default ServiceAccount, which says whose it is", () => {
    assert.deepEqual(
      api.list(SERVICE_ACCOUNT).map(({ namespace, name, annotations, declared }) => ({ namespace, name, annotations, declared })),
      [
        {
          namespace: "web",
          name: "default",
          annotations: {},
          declared: `default ServiceAccount of kubernetes:${NAMESPACE}::sample`,
        },
      ],
    );
  });

  it("has a default ServiceAccount in a namespace of every cluster, once the program uses that", () => {
    register(SERVICE, { namespace: "kube-public", name: "orders" });
    const inNamespace = () => api.list(SERVICE_ACCOUNT).filter(({ namespace }) => namespace === "kube-public");
    assert.deepEqual(
      inNamespace().map(({ name, declared }) => [name, declared]),
      [["default", "default ServiceAccount of the cluster's namespace kube-public"]],
    );
    assert.equal(api.all().filter(({ namespace }) => namespace === "kube-public").length, 1);
    register(SERVICE_ACCOUNT, { namespace: "kube-public", name: "default" });
    assert.deepEqual(
      inNamespace().map(({ declared }) => declared),
      [`kubernetes:${SERVICE_ACCOUNT}::sample`],
    );
  });

  it("gives a public Service an address for documentation, an internal one one of the network, others none", () => {
    const spec = { spec: { type: "LoadBalancer" } };
    assert.match(address(register(SERVICE, { namespace: "web", name: "a" }, spec).state) ?? "", /^203\.0\.113\.\d+$/);
    const internal = register(SERVICE, { namespace: "web", name: "b", annotations: INTERNAL }, spec);
    assert.match(address(internal.state) ?? "", /^10\.224\.0\.\d+$/);
    assert.equal(address(register(SERVICE, { namespace: "web", name: "c" }).state), undefined);
  });

  it("lets a program read what is there by its id, and nothing else", () => {
    register(SERVICE_ACCOUNT, { namespace: "web", name: "orders", annotations: { x: "1" } });
    assert.equal(api.read(SERVICE_ACCOUNT, "web/orders")?.id, "web/orders");
    assert.equal(api.read(NAMESPACE, "web")?.id, "web");
    assert.equal(api.read(SERVICE_ACCOUNT, "web/billing"), undefined);
  });

  it("is one for each cluster that explicit providers point at, and none for the default provider", async () => {
    const cloud = emulatedCloud();
    const provider = (name: string, server: string, more: object = {}) => ({
      type: "pulumi:providers:kubernetes",
      name,
      inputs: { kubeconfig: JSON.stringify({ clusters: [{ cluster: { server: `https://${server}` } }] }), ...more },
      provider: "",
      id: undefined,
    });
    const namespace = { type: `kubernetes:${NAMESPACE}`, name: "web", inputs: { metadata: { name: "web" } }, id: undefined };
    const account = {
      type: `kubernetes:${SERVICE_ACCOUNT}`,
      name: "orders",
      inputs: { metadata: { name: "orders" } },
      id: undefined,
    };
    const one = await cloud.register(provider("one", "a.example"));
    const same = await cloud.register(provider("same", "a.example:443", { namespace: "web" }));
    const other = await cloud.register(provider("other", "b.example"));
    const through = ({ id }: { id: string }) => `urn:pulumi::p::provider::${id}`;
    await cloud.register({ ...namespace, provider: through(one) });
    assert.equal((await cloud.register({ ...account, provider: through(same) })).id, "web/orders");
    await cloud.register({ ...namespace, provider: through(other) });
    await assert.rejects(cloud.register({ ...namespace, provider: "" }), { code: "NoProvider" });
  });

  it("needs a provider whose kubeconfig can be read", async () => {
    const provider = { type: "pulumi:providers:kubernetes", name: "one", provider: "", id: undefined };
    await assert.rejects(emulatedCloud().register({ ...provider, inputs: {} }), {
      message: "NoKubeconfig: it has no kubeconfig, and would go to whatever cluster this machine's own names",
    });
    await assert.rejects(emulatedCloud().register({ ...provider, inputs: { kubeconfig: "{" } }), {
      message: "InvalidKubeconfig: its kubeconfig is neither YAML nor JSON",
    });
  });
});
