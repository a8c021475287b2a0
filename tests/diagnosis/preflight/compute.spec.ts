// What a preflight asks about clusters: sizes of nodes, quotas and versions of Kubernetes in their region.
import { deepStrictEqual, match } from "node:assert";
import { KUBERNETES } from "../../../diagnosis/preflight/checks/kubernetes";
import { QUOTA } from "../../../diagnosis/preflight/checks/quota";
import { VM_SIZE } from "../../../diagnosis/preflight/checks/vmSize";
import { POOL, Preflights, seen } from "../../support/preflight";
import { LOCATION } from "../../support/restClients";

const CLUSTER = "Microsoft.ContainerService/managedClusters";

describe("A preflight of a cluster", () => {
  let preflights: Preflights;
  before(async () => {
    preflights = await Preflights.start();
  });
  after(() => preflights.azure.close());
  afterEach(() => preflights.reset());

  const withPools = (...agentPoolProfiles: readonly object[]) => preflights.plan([preflights.cluster({ agentPoolProfiles })]);
  const fixOf = async (...args: Parameters<Preflights["run"]>) => (await preflights.run(...args))[0]?.fix ?? "";

  describe("Sizes", () => {
    it("pass where the region offers them", async () => {
      deepStrictEqual(seen(await preflights.run(VM_SIZE, withPools(POOL))), ["PASS Standard_D2ds_v5 in westeurope"]);
    });

    it("fail where it does not, with others of as many processors", async () => {
      const plan = withPools({ ...POOL, vmSize: "Standard_D2ads_v7" });
      deepStrictEqual(seen(await preflights.run(VM_SIZE, plan)), [
        "FAIL test::aks pool system: Standard_D2ads_v7 is not offered in westeurope",
      ]);
      match(
        await fixOf(VM_SIZE, plan),
        /^set vmSize of the pool to one such as Standard_D2ds_v5, Standard_D2s_v5, Standard_D2s_v3; or take another region$/,
      );
    });

    it("fail where this subscription may not have them", async () => {
      preflights.facts.sizes = preflights.facts.sizes.map((size) => ({
        ...size,
        restrictions: [{ location: LOCATION, reasonCode: "NotAvailableForSubscription" }],
      }));
      deepStrictEqual(seen(await preflights.run(VM_SIZE, withPools(POOL))), [
        "FAIL test::aks pool system: Standard_D2ds_v5 is not for this subscription (NotAvailableForSubscription) in westeurope",
      ]);
    });

    it("pass where another region alone restricts them", async () => {
      preflights.facts.sizes = preflights.facts.sizes.map((size) => ({
        ...size,
        restrictions: [{ location: "eastus", reasonCode: "QuotaId" }],
      }));
      deepStrictEqual(seen(await preflights.run(VM_SIZE, withPools(POOL))), ["PASS Standard_D2ds_v5 in westeurope"]);
    });

    it("fail in a zone that the subscription may not use, and name those that are left", async () => {
      preflights.facts.sizes = preflights.facts.sizes.map((size) => ({
        ...size,
        restrictions: [{ location: LOCATION, zones: ["2"], reasonCode: "NotAvailableForSubscription" }],
      }));
      const plan = withPools({ ...POOL, availabilityZones: ["1", "2", "3"] });
      deepStrictEqual(seen(await preflights.run(VM_SIZE, plan)), [
        "FAIL test::aks pool system: Standard_D2ds_v5 is not there for this subscription in zone 2 of westeurope",
      ]);
      match(await fixOf(VM_SIZE, plan), /^keep to zone 1, 3:/);
    });
  });

  describe("Quotas", () => {
    const left = (name: string, limit: number, used = 0) => {
      preflights.facts.usages = preflights.facts.usages.map((usage) => (usage.name === name ? { name, used, limit } : usage));
    };

    it("pass where every pool may have all its nodes, and count the pools that lie beside the cluster", async () => {
      const pool = preflights.planned(`${CLUSTER}/agentPools`, `/providers/${CLUSTER}/aks/agentPools/user`, {
        vmSize: "Standard_D4s_v5",
        count: 3,
      });
      left("cores", 16);
      deepStrictEqual(seen(await preflights.run(QUOTA, preflights.plan([preflights.cluster(), pool]))), [
        "PASS westeurope: 2 vCPUs of standardDDSv5Family to start, 4 at most; 100 of 100 are left",
        "PASS westeurope: 14 vCPUs of the whole region to start, 16 at most; 16 of 16 are left",
        "PASS westeurope: 12 vCPUs of standardDSv5Family to start, 12 at most; 100 of 100 are left",
      ]);
    });

    it("fail where a family has too few", async () => {
      left("standardDDSv5Family", 10, 9);
      match(
        seen(await preflights.run(QUOTA, withPools(POOL)))[0] ?? "",
        /^FAIL .* 1 of 10 are left: up fails with ErrCode_InsufficientVCPUQuota$/,
      );
    });

    it("fail where the region has too few", async () => {
      left("cores", 0);
      match(
        seen(await preflights.run(QUOTA, withPools(POOL)))[1] ?? "",
        /^FAIL westeurope: 2 vCPUs of the whole region .* 0 of 0 are left/,
      );
    });

    it("fail where up works and the autoscaler would not get to its maximum, and say so", async () => {
      left("cores", 3);
      match(
        seen(await preflights.run(QUOTA, withPools(POOL)))[1] ?? "",
        /^FAIL .* up works, and the autoscaler does not get to its maximum$/,
      );
    });

    it("do not count the nodes of the stack's own cluster twice", async () => {
      const cluster = preflights.cluster();
      preflights.azure.served.cloud.manager.put(cluster.id, { ...cluster.properties }, "the test's own");
      left("cores", 4, 2);
      const [, region] = seen(await preflights.run(QUOTA, preflights.plan([cluster])));
      preflights.azure.served.cloud.manager.delete(cluster.id);
      deepStrictEqual(region, "PASS westeurope: 2 vCPUs of the whole region to start, 4 at most; 4 of 4 are left");
    });

    it("are unknown for a pool whose size Azure chooses", async () => {
      const { vmSize: _, ...pool } = POOL;
      deepStrictEqual(seen(await preflights.run(QUOTA, withPools(pool))), [
        "UNKNOWN test::aks pool system: Azure chooses its size, so its quota is not known",
      ]);
    });

    it("are unknown where Azure names none for the family", async () => {
      preflights.facts.usages = preflights.facts.usages.filter(({ name }) => name === "cores");
      deepStrictEqual(
        seen(await preflights.run(QUOTA, withPools(POOL)))[0],
        "UNKNOWN westeurope: Azure names no quota standardDDSv5Family",
      );
    });
  });

  describe("Versions of Kubernetes", () => {
    const of = (properties: Record<string, unknown>) => preflights.plan([preflights.cluster(properties)]);
    const judged = async (properties: Record<string, unknown>) => seen(await preflights.run(KUBERNETES, of(properties)))[0];

    it("pass where none is named: Azure has a default", async () => {
      deepStrictEqual(await judged({}), "PASS test::aks names none: Azure's default in westeurope, today 1.35");
    });

    it("pass by minor version and by patch", async () => {
      deepStrictEqual(
        await judged({ kubernetesVersion: "1.36" }),
        "PASS test::aks: Kubernetes 1.36 in westeurope (KubernetesOfficial)",
      );
      deepStrictEqual(
        await judged({ kubernetesVersion: "1.35.2" }),
        "PASS test::aks: Kubernetes 1.35.2 in westeurope (KubernetesOfficial)",
      );
    });

    it("fail where the region does not offer it, and name those that it offers", async () => {
      deepStrictEqual(
        await judged({ kubernetesVersion: "1.29" }),
        "FAIL test::aks: Kubernetes 1.29 is not offered in westeurope",
      );
      match(
        await fixOf(KUBERNETES, of({ kubernetesVersion: "1.29" })),
        /^set kubernetesVersion of the cluster to one of 1\.34, 1\.35, 1\.36; or to none, for Azure's default$/,
      );
    });

    it("fail for a patch that is gone", async () => {
      deepStrictEqual(
        await judged({ kubernetesVersion: "1.35.0" }),
        "FAIL test::aks: of Kubernetes 1.35, westeurope offers 1.35.1, 1.35.2, not 1.35.0",
      );
    });

    it("fail where only long-term support has it, unless the cluster takes that", async () => {
      const kubernetesVersion = "1.33";
      deepStrictEqual(
        await judged({ kubernetesVersion }),
        "FAIL test::aks: westeurope supports Kubernetes 1.33 only under AKSLongTermSupport, not KubernetesOfficial",
      );
      deepStrictEqual(
        await judged({ kubernetesVersion, supportPlan: "AKSLongTermSupport" }),
        "PASS test::aks: Kubernetes 1.33 in westeurope (AKSLongTermSupport)",
      );
    });

    it("fail for a preview", async () => {
      preflights.facts.kubernetes = [
        { version: "1.37", patches: ["1.37.0"], isPreview: true, supportPlans: ["KubernetesOfficial"] },
      ];
      deepStrictEqual(await judged({ kubernetesVersion: "1.37" }), "FAIL test::aks: Kubernetes 1.37 is a preview in westeurope");
    });

    it("are unknown where Azure does not say under which plan it supports one", async () => {
      preflights.facts.kubernetes = [{ version: "1.36", patches: ["1.36.0"], supportPlans: [] }];
      deepStrictEqual(
        await judged({ kubernetesVersion: "1.36" }),
        "UNKNOWN test::aks: westeurope offers Kubernetes 1.36, and does not say under which support plan",
      );
    });

    it("are unknown where Azure names none", async () => {
      preflights.facts.kubernetes = [];
      deepStrictEqual(await judged({}), "UNKNOWN Azure names no version of Kubernetes in westeurope");
    });
  });
});
