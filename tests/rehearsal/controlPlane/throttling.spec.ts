// The buckets from which requests draw, by their documented sizes.
import { strict as assert } from "node:assert";
import { BUCKETS } from "../../../rehearsal/cloud/rules/buckets";
import { type ThrottlingOptions, throttling } from "../../../rehearsal/cloud/rules/throttling";
import { SUBSCRIPTION } from "../../support/program";
import { GROUP_ID } from "./azureFront";
import { ClockedAzure } from "./rules";

const VAULT = `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-web`;
const CLUSTER = `${GROUP_ID}/providers/Microsoft.ContainerService/managedClusters/aks`;
const IDENTITY = `${GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-web`;

describe("the throttling of requests", () => {
  let azure: ClockedAzure;
  function start(sizes: ThrottlingOptions["sizes"] = {}): void {
    azure = ClockedAzure.make();
    azure.cloud.operations.add(throttling(azure.clock, { subscriptionId: SUBSCRIPTION, sizes }));
  }
  /** How many of these calls work, one after another, until the first that does not; and what that one is told. */
  async function untilRefused(call: () => Promise<void>): Promise<readonly [count: number, refusal: unknown]> {
    for (let count = 0; ; count += 1) {
      try {
        await call();
      } catch (error) {
        return [count, error];
      }
    }
  }
  const arm = (kind: string, seconds: number) => ({
    status: 429,
    headers: { "retry-after": String(seconds) },
    message: `SubscriptionRequestsThrottled: Number of '${kind}' requests for subscription '${SUBSCRIPTION}' actor 'deployer' exceeded. Please try again after '${seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
  });
  const told = (error: unknown) => {
    assert.ok(error instanceof Error && "status" in error && "headers" in error);
    return { status: error.status, headers: error.headers, message: error.message };
  };

  it("has the documented sizes", () => {
    assert.deepEqual(
      Object.values(BUCKETS).map(({ name, size }) => [name, size.size, size.refillPerSecond]),
      [
        ["armReads", 250, 25],
        ["armWrites", 200, 10],
        ["armDeletes", 200, 10],
        ["clusterPuts", 20, 1 / 60],
        ["agentPoolPuts", 20, 1 / 60],
        ["identityWrites", 1, 0.25],
        ["identityWritesPerSubscription", 2, 2],
        ["identityReads", 1, 0.5],
        ["identityReadsPerSubscription", 10, 10],
        ["identityDeletes", 1, 0.25],
        ["identityDeletesPerSubscription", 2, 2],
        ["graphWrites", 3000, 20],
      ],
    );
  });

  for (const [verb, kind, size] of [
    ["create", "write", 200],
    ["update", "write", 200],
    ["read", "read", 250],
    ["delete", "delete", 200],
  ] as const)
    it(`of Resource Manager takes ${size} times ${verb} at once, and then says when to come again`, async () => {
      start();
      const [count, error] = await untilRefused(() => azure.call(verb, VAULT));
      assert.deepEqual([count, told(error)], [size, arm(kind, 1)]);
    });

  it("lets in what has flowed back, and no more than the bucket holds", async () => {
    start({ armWrites: { size: 3, refillPerSecond: 0.5 } });
    const write = () => azure.call("create", VAULT);
    assert.deepEqual((await untilRefused(write))[0], 3);
    await azure.clock.advance(1500);
    const [count, error] = await untilRefused(write);
    assert.deepEqual([count, told(error)], [0, arm("write", 1)]);
    await azure.clock.advance(500);
    assert.equal((await untilRefused(write))[0], 1);
    await azure.clock.advance(3_600_000);
    assert.equal((await untilRefused(write))[0], 3);
  });

  it("keeps reads, writes and deletions apart, and takes no token for what is refused", async () => {
    start({ armWrites: { size: 1, refillPerSecond: 0.5 } });
    await azure.call("create", VAULT);
    for (const _ of [1, 2, 3]) await assert.rejects(azure.call("create", VAULT), { status: 429 });
    await azure.call("read", VAULT);
    await azure.call("delete", VAULT);
    await azure.clock.advance(2000);
    await azure.call("create", VAULT);
  });

  it("does not count what is no request to Azure, and no bucket that is left out", async () => {
    start({ armWrites: { size: 1, refillPerSecond: 1 }, armReads: undefined });
    await azure.call("create", VAULT);
    for (const type of ["kubernetes:core/v1:Service", "random:index/randomString:RandomString"])
      await azure.call("create", "x", { type });
    for (let index = 0; index < 300; index += 1) await azure.call("read", VAULT);
  });

  it("counts credentials of a cluster as a write, and what else a program asks as a read", async () => {
    start({ armWrites: { size: 1, refillPerSecond: 1 } });
    await azure.call("call", "", { type: "azure-native:containerservice:listManagedClusterUserCredentials" });
    await azure.call("call", "", { type: "azure-native:authorization:getClientConfig" });
    await assert.rejects(azure.call("create", VAULT), { status: 429 });
  });

  it("of AKS takes 20 writes of a cluster at once, and one a minute, with its own words", async () => {
    start();
    const [count, error] = await untilRefused(() => azure.call("update", CLUSTER));
    assert.deepEqual(
      [count, told(error)],
      [
        20,
        {
          status: 429,
          headers: { "retry-after": "60" },
          message: `Throttled: The PutManagedClusterHandler.PUT request limit has been exceeded for SubID='${SUBSCRIPTION}', please retry again in 60 seconds. For more information, please visit aka.ms/aks/throttling`,
        },
      ],
    );
    await azure.call("create", `${CLUSTER}-2`);
    const pools = await untilRefused(() => azure.call("update", `${CLUSTER}/agentPools/${azure.clock.now()}`));
    assert.equal(pools[0], 20);
    await azure.clock.advance(60_000);
    await azure.call("update", CLUSTER);
  });

  it("of managed identities takes one write of each in four seconds, and two a second of all", async () => {
    start();
    await azure.call("create", IDENTITY);
    await assert.rejects(azure.call("update", IDENTITY), { status: 429, headers: { "retry-after": "4" } });
    await azure.call("create", `${IDENTITY}-2`);
    await assert.rejects(azure.call("create", `${IDENTITY}-3`), {
      status: 429,
      headers: { "retry-after": "1" },
      message: "TooManyRequests: The request limit for managed identities has been reached. Please try again after '1' seconds.",
    });
    await azure.clock.advance(4000);
    await azure.call("update", IDENTITY);
  });

  it("of Microsoft Graph counts writes of applications", async () => {
    start({ graphWrites: { size: 2, refillPerSecond: 20 } });
    const write = () => azure.call("create", "app", { type: "azuread:index/application:Application" });
    const [count, error] = await untilRefused(write);
    assert.deepEqual(
      [count, told(error)],
      [2, { status: 429, headers: { "retry-after": "1" }, message: "TooManyRequests: Please retry again later." }],
    );
  });
});
