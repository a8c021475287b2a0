import { strict as assert } from "node:assert";
import { parseStackConfig } from "../../config";
import { raw } from "./rawConfig";

describe("Further workloads", () => {
  const workloads = (entries: object, changes: Record<string, string> = {}) =>
    parseStackConfig(raw({ ...changes, workloads: JSON.stringify(entries) }));

  it("get namespace and ServiceAccount from their key, an identity of their own, no Service, and the default image", () => {
    const { identities, images, namespaces } = workloads({ orders: {} });
    const orders = identities.find(({ key }) => key === "orders");
    assert.equal(orders?.identityName, "id-aks-workload-identity-dev-orders");
    assert.deepEqual(
      { ...orders?.owner, app: undefined },
      {
        key: "orders",
        namespace: "orders",
        serviceAccount: "orders",
        identity: "orders",
        account: "cluster",
        image: "web",
        app: undefined,
      },
    );
    assert.equal(orders?.owner.app.serviceAccess, "none");
    assert.deepEqual(orders?.owner.app.environment, {});
    assert.deepEqual(Object.keys(images), ["web"]);
    assert.deepEqual(namespaces, ["web", "orders"]);
  });

  it("take from the default workload what belongs to its image, and nothing that belongs to its users", () => {
    const appOf = (entry: object) =>
      workloads(
        { orders: entry },
        { replicas: "2", autoscaleMaxReplicas: "4", appPort: "9000", appEnvironment: '{"A":"b"}', livenessPath: "/live" },
      ).identities.find(({ key }) => key === "orders")?.owner.app;
    assert.deepEqual(appOf({}), {
      replicas: 2,
      autoscale: undefined,
      serviceAccess: "none",
      allowedClientRanges: [],
      port: 9000,
      metricsPort: 9464,
      command: [],
      environment: {},
      livenessPath: "/live",
      readinessPath: "/readyz",
      nodeSelector: {},
    });
    const off = appOf({ metricsPort: 0, autoscaleMaxReplicas: 0 });
    assert.deepEqual([off?.metricsPort, off?.autoscale], [undefined, undefined]);
    assert.deepEqual(appOf({ autoscaleMaxReplicas: 3 })?.autoscale, { maxReplicas: 3 });
  });

  it("act as another workload's identity when told to", () => {
    const { identities } = workloads({ orders: { identity: "web", namespace: "web" } });
    assert.deepEqual(
      identities.map(({ key, sharers }) => [key, sharers.map((sharer) => [sharer.key, sharer.account])]),
      [["web", [["orders", "orders"]]]],
    );
  });
});
