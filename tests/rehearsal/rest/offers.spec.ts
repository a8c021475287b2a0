// What a subscription may have, and what its caller may do, through the Azure SDKs.
import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { ComputeManagementClient } from "@azure/arm-compute";
import { SubscriptionClient } from "@azure/arm-resources-subscriptions";
import { subscriptionFacts } from "../../../rehearsal/cloud/rest/subscriptionFacts";
import { GROUP, RestClients } from "../../support/restClients";

const STRANGER = "99999999-9999-4999-8999-999999999999";

describe("What the emulated subscription may have", () => {
  const facts = subscriptionFacts();
  let azure: RestClients;
  before(async () => {
    azure = await RestClients.start({ facts });
  });
  after(() => azure.close());
  afterEach(() => {
    Object.assign(facts, subscriptionFacts());
    azure.as(azure.served.deployer);
  });

  async function all<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
    const items: T[] = [];
    for await (const item of pages) items.push(item);
    return items;
  }
  const compute = () => new ComputeManagementClient(azure.credential, azure.subscriptionId, { httpClient: azure.http });
  const subscriptions = () => new SubscriptionClient(azure.credential, { httpClient: azure.http }).subscriptions;

  it("is its state, its offer and its regions", async () => {
    Object.assign(facts, { state: "Warned", quotaId: "MSDN_2014-09-01", regions: [{ name: "eastus", displayName: "East US" }] });
    const { state, subscriptionPolicies } = await subscriptions().get(azure.subscriptionId);
    deepStrictEqual([state, subscriptionPolicies?.quotaId], ["Warned", "MSDN_2014-09-01"]);
    const regions = await all(subscriptions().listLocations(azure.subscriptionId));
    deepStrictEqual(
      regions.map(({ name, displayName }) => [name, displayName]),
      [["eastus", "East US"]],
    );
  });

  it("is which providers are registered", async () => {
    facts.registrations = { "Microsoft.Compute": "NotRegistered" };
    const state = async (namespace: string) => (await azure.resources().providers.get(namespace)).registrationState;
    deepStrictEqual([await state("Microsoft.Compute"), await state("Microsoft.KeyVault")], ["NotRegistered", "Registered"]);
  });

  it("is sizes, of one region, with what restricts them there", async () => {
    facts.sizes = [
      {
        name: "Standard_X2",
        family: "xFamily",
        vcpus: 2,
        zones: ["1"],
        restrictions: [{ location: "eastus", reasonCode: "QuotaId" }],
      },
    ];
    const restrictions = async (region: string) =>
      (await all(compute().resourceSkus.list({ filter: `location eq '${region}'` }))).map((sku) => [
        sku.name,
        sku.family,
        sku.locations,
        sku.restrictions?.map(({ reasonCode }) => reasonCode),
      ]);
    deepStrictEqual(await restrictions("eastus"), [["Standard_X2", "xFamily", ["eastus"], ["QuotaId"]]]);
    deepStrictEqual(await restrictions("westeurope"), [["Standard_X2", "xFamily", ["westeurope"], []]]);
  });

  it("is processors that are left", async () => {
    facts.usages = [{ name: "cores", used: 3, limit: 10 }];
    const usages = await all(compute().usage.list("westeurope"));
    deepStrictEqual(
      usages.map(({ name, currentValue, limit }) => [name.value, currentValue, limit]),
      [["cores", 3, 10]],
    );
  });

  it("is versions of Kubernetes", async () => {
    const { values = [] } = await azure.clusters().managedClusters.listKubernetesVersions("westeurope");
    deepStrictEqual(
      values.map(({ version, isDefault }) => [version, isDefault === true]),
      [
        ["1.33", false],
        ["1.34", false],
        ["1.35", true],
        ["1.36", false],
      ],
    );
  });

  it("is what the caller's roles give, in a group that is there", async () => {
    const permissions = (group: string) => all(azure.roles().permissions.listForResourceGroup(group));
    deepStrictEqual(
      (await permissions(GROUP)).map(({ actions }) => actions),
      [["*"]],
    );
    await rejects(permissions("rg-other"), { code: "ResourceGroupNotFound" });
  });

  it("is told to nobody without a role", async () => {
    azure.as({ clientId: STRANGER, principalId: STRANGER });
    await rejects(all(compute().usage.list("westeurope")), { code: "AuthorizationFailed" });
    await rejects(all(subscriptions().listLocations(azure.subscriptionId)), { code: "AuthorizationFailed" });
    strictEqual(
      azure.calls(2).every(([, status]) => status === 403),
      true,
    );
  });
});
