// An API server that nobody reaches, and a load balancer that takes its time.
import { strict as assert } from "node:assert";
import { loadBalancerAddress } from "../../../rehearsal/cloud/rules/loadBalancer";
import { ClockedAzure } from "./rules";

const SERVER = "aks-1.hcp.germanywestcentral.azmk8s.io";
const PROVIDER = "urn::one";
const SERVICE = "kubernetes:core/v1:Service";

describe("a cluster's API", () => {
  let azure: ClockedAzure;
  beforeEach(() => {
    azure = ClockedAzure.make();
    azure.cloud.connect("one", { kubeconfig: `clusters: [{ cluster: { server: 'https://${SERVER}:443' } }]` });
    azure.cloud.connect("two", { kubeconfig: "clusters: [{ cluster: { server: 'https://other.example' } }]" });
  });
  const create = (name: string, inputs: object, type = SERVICE, provider = PROVIDER) =>
    azure.cloud.create({ type, name, inputs: { metadata: { name }, ...inputs }, declared: `${type}::${name}`, provider });
  const REFUSED = {
    status: 503,
    message: `ClusterUnreachable: configured Kubernetes cluster is unreachable: unable to load schema information from the API server: Get "https://${SERVER}:443/openapi/v2?timeout=32s": dial tcp: i/o timeout`,
  };

  it("answers nothing while it is cut off, in the provider's words, and goes on afterwards", async () => {
    await create("web", {});
    const mend = azure.cloud.kubernetes.cutOff(SERVER);
    await assert.rejects(create("late", {}), REFUSED);
    await assert.rejects(azure.cloud.read(SERVICE, "default/web", PROVIDER), REFUSED);
    await assert.rejects(azure.cloud.delete(SERVICE, "default/web", PROVIDER, "web"), REFUSED);
    await create("web", {}, SERVICE, "urn::two");
    mend();
    await azure.cloud.delete(SERVICE, "default/web", PROVIDER, "web");
    assert.equal(await azure.cloud.read(SERVICE, "default/web", PROVIDER), undefined);
  });

  it("gives a LoadBalancer its address when Azure has made it, and the provider waits", async () => {
    azure.cloud.operations.add(loadBalancerAddress({ afterMs: 90_000 }));
    let ended = false;
    const service = create("web", { spec: { type: "LoadBalancer" } }).finally(() => {
      ended = true;
    });
    await azure.clock.advance(89_999);
    assert.equal(ended, false);
    await azure.clock.advance(1);
    assert.match(
      JSON.stringify((await service).state.status),
      /^\{"loadBalancer":\{"ingress":\[\{"ip":"203\.0\.113\.\d+"\}\]\}\}$/,
    );
  });

  it("lets nobody wait for another Service, for another object, and for one that is not awaited", async () => {
    azure.cloud.operations.add(loadBalancerAddress({ afterMs: 90_000 }));
    await create("web", { spec: { type: "ClusterIP" } });
    await create("web", { spec: { type: "LoadBalancer" } }, "kubernetes:core/v1:ConfigMap");
    const metadata = { name: "impatient", annotations: { "pulumi.com/skipAwait": "true" } };
    await create("impatient", { metadata, spec: { type: "LoadBalancer" } });
    assert.equal(azure.clock.sleeping, 0);
  });
});
