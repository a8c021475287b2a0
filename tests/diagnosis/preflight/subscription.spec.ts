// What a preflight asks of the subscription itself: that it is there, its providers, regions and offer.
import { deepStrictEqual, match } from "node:assert";
import { PROVIDERS } from "../../../diagnosis/preflight/checks/providers";
import { FEDERATION_REGION, REGION } from "../../../diagnosis/preflight/checks/regions";
import { REGISTRY_TASKS } from "../../../diagnosis/preflight/checks/registryTasks";
import { SUBSCRIPTION } from "../../../diagnosis/preflight/checks/subscription";
import { Preflights, seen } from "../../support/preflight";
import { LOCATION } from "../../support/restClients";

const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";
const CREDENTIAL = `${IDENTITY}/federatedIdentityCredentials`;
const OTHER = "99999999-9999-4999-8999-999999999999";

describe("A preflight of the subscription", () => {
  let preflights: Preflights;
  before(async () => {
    preflights = await Preflights.start();
  });
  after(() => preflights.azure.close());
  afterEach(() => preflights.reset());

  const nothing = () => preflights.plan([]);

  it("finds one that is enabled", async () => {
    const { tenantId } = preflights.azure.served.deployer;
    deepStrictEqual(seen(await preflights.run(SUBSCRIPTION, nothing())), [`PASS "Rehearsal" is Enabled, in tenant ${tenantId}`]);
  });

  it("fails where it is disabled", async () => {
    preflights.facts.state = "Disabled";
    deepStrictEqual(seen(await preflights.run(SUBSCRIPTION, nothing())), [
      'FAIL "Rehearsal" is Disabled: nothing can be created in it',
    ]);
  });

  it("fails where the caller has no role in it, which Azure shows as one that is not there", async () => {
    preflights.azure.as({ clientId: OTHER, principalId: OTHER });
    const { subscriptionId } = preflights.azure;
    deepStrictEqual(seen(await preflights.run(SUBSCRIPTION, nothing())), [
      `FAIL there is no subscription ${subscriptionId}, or you have no role in it`,
    ]);
  });

  it("fails where the stack names another tenant, and says how to set the right one", async () => {
    preflights.config = { "azure-native:tenantId": OTHER };
    const { tenantId } = preflights.azure.served.deployer;
    const [outcome] = await preflights.run(SUBSCRIPTION, nothing());
    match(outcome?.seen ?? "", new RegExp(`belongs to tenant ${tenantId}, and ${OTHER} is configured`));
    match(outcome?.fix ?? "", new RegExp(`^pulumi config set azure-native:tenantId ${tenantId}`));
  });

  describe("Resource providers", () => {
    const plan = () => preflights.plan([preflights.cluster()]);

    it("are those of the planned types, and what clusters have nodes from", async () => {
      deepStrictEqual(seen(await preflights.run(PROVIDERS, plan())), [
        "PASS registered: Microsoft.Compute, Microsoft.ContainerService, Microsoft.Network",
      ]);
    });

    it("fail each where they are not registered, with the command that registers", async () => {
      preflights.facts.registrations = { "Microsoft.ContainerService": "NotRegistered" };
      deepStrictEqual(
        (await preflights.run(PROVIDERS, plan())).map(({ status, seen: what, fix }) => [status, what, fix]),
        [
          [
            "FAIL",
            "Microsoft.ContainerService is NotRegistered",
            "az provider register --namespace Microsoft.ContainerService --wait",
          ],
        ],
      );
    });

    it("are unknown while they are being registered", async () => {
      preflights.facts.registrations = { "Microsoft.Compute": "Registering" };
      deepStrictEqual(seen(await preflights.run(PROVIDERS, plan())), ["UNKNOWN Microsoft.Compute is being registered"]);
    });
  });

  describe("Regions", () => {
    it("are there in any spelling", async () => {
      const plan = preflights.plan([preflights.planned(IDENTITY, `/providers/${IDENTITY}/id`, { location: "West Europe" })]);
      deepStrictEqual(seen(await preflights.run(REGION, plan)), ["PASS westeurope: there for this subscription"]);
    });

    it("fail where the subscription does not have them", async () => {
      const plan = preflights.plan([preflights.planned(IDENTITY, `/providers/${IDENTITY}/id`, { location: "westeurop" })]);
      deepStrictEqual(seen(await preflights.run(REGION, plan)), ["FAIL the subscription has no region westeurop"]);
    });

    const federated = (location: string) =>
      preflights.plan([
        preflights.planned(IDENTITY, `/providers/${IDENTITY}/id`, { location }),
        preflights.planned(CREDENTIAL, `/providers/${IDENTITY}/id/federatedIdentityCredentials/fc`),
        preflights.planned(IDENTITY, `/providers/${IDENTITY}/other`, { location: "malaysiasouth" }),
      ]);

    it("of identities without federated credentials do not matter", async () => {
      deepStrictEqual(seen(await preflights.run(FEDERATION_REGION, federated(LOCATION))), [
        "PASS 1 federated identity, none in malaysiasouth or newzealandnorth",
      ]);
    });

    it("fail where identities take no federated credentials", async () => {
      deepStrictEqual(seen(await preflights.run(FEDERATION_REGION, federated("New Zealand North"))), [
        "FAIL test::id: identity id lies in New Zealand North, where identities take no federated credentials (405)",
      ]);
    });
  });

  describe("Builds in the registry", () => {
    const building = () => preflights.plan([], { builds: { registry: true, docker: false } });

    it("pass where the offer is paid for", async () => {
      deepStrictEqual(seen(await preflights.run(REGISTRY_TASKS, building())), [
        "PASS the offer is PayAsYouGo, which is no free credit",
      ]);
    });

    it("fail on free credits, and name the config key of a stack that has it", async () => {
      preflights.facts.quotaId = "FreeTrial_2014-09-01";
      preflights.config = { "test:imageBuilder": "acr" };
      const [outcome] = await preflights.run(REGISTRY_TASKS, building());
      deepStrictEqual(
        [outcome?.status, outcome?.seen, outcome?.fix],
        [
          "FAIL",
          "the offer is FreeTrial, on free credits: a build ends with TasksOperationsNotAllowed",
          "pulumi config set imageBuilder docker, or prebuilt with an image",
        ],
      );
    });

    it("are unknown under an offer of which that is not documented", async () => {
      Object.assign(preflights.facts, { quotaId: "MSDN_2014-09-01", spendingLimit: "On" });
      const [outcome] = await preflights.run(REGISTRY_TASKS, building());
      match(
        seen([outcome].flatMap((each) => each ?? []))[0] ?? "",
        /^UNKNOWN whether the offer MSDN \(spending limit On\) may build is known only from a build/,
      );
    });

    it("are unknown under an offer that only begins like a known one, or is on no public list", async () => {
      for (const quotaId of ["CSPDEVTEST_2018-05-01", "MCAProductionInvoiced_2017-01-01"]) {
        preflights.facts.quotaId = quotaId;
        const outcomes = await preflights.run(REGISTRY_TASKS, building());
        deepStrictEqual([quotaId, ...outcomes.map(({ status }) => status)], [quotaId, "UNKNOWN"]);
      }
    });

    it("are not asked about where the stack builds none", async () => {
      deepStrictEqual(await preflights.run(REGISTRY_TASKS, nothing()), []);
    });
  });
});
