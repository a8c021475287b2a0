// Sizes of machines that a subscription may not have, and too many of their processors.
import { strict as assert } from "node:assert";
import { type ComputeLimits, computeLimits, familyOf } from "../../../rehearsal/cloud/rules/compute";
import { AzureFront, GROUP, TYPES } from "./azureFront";

const pool = (name: string, vmSize: string, more = {}) => ({ name, vmSize, count: 1, ...more });

describe("the machines of a cluster", () => {
  let azure: AzureFront;
  async function start(limits: ComputeLimits): Promise<void> {
    azure = await AzureFront.start();
    azure.cloud.manager.addCheck(computeLimits(limits));
  }
  const cluster = (pools: readonly object[], more = {}) =>
    azure.cluster({ location: "Germany West Central", agentPoolProfiles: pools, ...more });
  const addPool = (agentPoolName: string, more: object) =>
    azure.register(TYPES.pool, { ...GROUP, resourceName: "aks", agentPoolName, ...more }, agentPoolName);
  const quota = (requested: number, remaining: number, family: string) => ({
    status: 400,
    message: `ErrCode_InsufficientVCPUQuota: Insufficient vcpu quota requested ${requested}, remaining ${remaining} for family ${family} for region germanywestcentral. Surge nodes would also consume vcpu quota.`,
  });

  it("are refused in a size that the subscription may not use, in the cluster and in a pool", async () => {
    await start({ sizes: ["Standard_D4ds_v5", "Standard_D2ds_v5"] });
    const message =
      "BadRequest: The VM size of Standard_B2s is not allowed in your subscription in location 'germanywestcentral'. The available VM sizes are 'standard_d4ds_v5,standard_d2ds_v5'.";
    await assert.rejects(cluster([pool("system", "Standard_B2s")]), { status: 400, message });
    await cluster([pool("system", "standard_d4ds_v5")]);
    await assert.rejects(addPool("user", { vmSize: "Standard_B2s" }), { status: 400, message });
    await addPool("small", {});
  });

  it("are refused beyond the processors that are left, with those of other pools", async () => {
    await start({ vcpus: { StandardDdsv5Family: 10 } });
    await assert.rejects(cluster([pool("system", "Standard_D4ds_v5", { count: 3 })]), quota(12, 10, "StandardDdsv5Family"));
    await cluster([pool("system", "Standard_D4ds_v5", { count: 2 })]);
    await assert.rejects(addPool("user", { vmSize: "Standard_D4ds_v5", count: 1 }), quota(4, 2, "StandardDdsv5Family"));
    await addPool("user", { vmSize: "Standard_D2ds_v5", minCount: 1, maxCount: 9 });
    await addPool("other", { vmSize: "Standard_D96as_v5", count: 9 });
  });

  it("count for a cluster that changes only once", async () => {
    await start({ vcpus: { StandardDdsv5Family: 8 } });
    for (const count of [1, 2]) await cluster([pool("system", "Standard_D4ds_v5", { count })]);
    await assert.rejects(cluster([pool("system", "Standard_D4ds_v5", { count: 3 })]), quota(12, 8, "StandardDdsv5Family"));
  });

  it("count in their own region", async () => {
    await start({ vcpus: { StandardDdsv5Family: 4 } });
    await cluster([pool("system", "Standard_D4ds_v5")]);
    await cluster([pool("system", "Standard_D4ds_v5")], { resourceName: "aks-2", location: "northeurope" });
  });

  for (const [size, family, vcpus] of [
    ["Standard_D2as_v7", "StandardDasv7Family", 2],
    ["Standard_DS2_v2", "StandardDSv2Family", 2],
    ["Standard_B2s", "StandardBsFamily", 2],
    ["Standard_E32-16s_v3", "StandardEsv3Family", 32],
  ] as const)
    it(`in size ${size} are ${vcpus} of the family ${family}`, () => assert.deepEqual(familyOf(size), { family, vcpus }));

  it("in a size of another form belong to no family", () => assert.equal(familyOf("Basic"), undefined));
});
