// Vaults and their secrets through the SDK: a creation that takes its time, and a deletion that is not the end.
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert";
import { VAULT } from "../../../rehearsal/cloud/resourceTypes";
import { all } from "../../support/podCalls";
import { GROUP, LOCATION, RestClients, takes } from "../../support/restClients";

const API = "?api-version=2024-11-01";
const VALUE = "the value that nobody sees";

describe("A vault over REST", () => {
  let azure: RestClients;

  beforeEach(async () => {
    azure = await RestClients.start();
  });
  afterEach(() => azure.close());

  const parameters = (enablePurgeProtection?: true) => ({
    location: LOCATION,
    properties: {
      tenantId: azure.served.cloud.tenantId,
      sku: { family: "A", name: "standard" } as const,
      enableRbacAuthorization: true,
      ...(enablePurgeProtection === undefined ? {} : { enablePurgeProtection }),
    },
  });
  const create = (enablePurgeProtection?: true) =>
    azure.vaults().vaults.createOrUpdate(GROUP, "kv-web", parameters(enablePurgeProtection), { updateIntervalInMs: 1 });

  it("is there at once where nothing takes time", async () => {
    const { properties, type } = await create();
    deepStrictEqual(
      [type, properties.vaultUri, properties.sku.name, properties.provisioningState],
      ["Microsoft.KeyVault/vaults", "https://kv-web.vault.azure.net/", "standard", "Succeeded"],
    );
  });

  it("registers its name until it is done, and the SDK asks the vault itself", async () => {
    takes(azure.operations, VAULT, 30_000);
    const poller = create();
    await poller.submitted();
    await poller.poll();
    const state = async () => (await azure.vaults().vaults.get(GROUP, "kv-web")).properties.provisioningState;
    deepStrictEqual([poller.isDone, await state()], [false, "RegisteringDns"]);
    azure.clock.advance(29_999);
    await poller.poll();
    deepStrictEqual([poller.isDone, azure.served.cloud.vaults()], [false, []]);
    azure.clock.advance(1);
    strictEqual((await poller.pollUntilDone()).properties.provisioningState, "Succeeded");
    strictEqual(azure.served.cloud.vaults()[0]?.name, "kv-web");
  });

  it("is refused when it is asked for, not when it would be done", async () => {
    takes(azure.operations, VAULT, 30_000);
    await rejects(azure.vaults().vaults.beginCreateOrUpdate(GROUP, "kv", parameters()), {
      statusCode: 400,
      code: "InvalidResourceName",
    });
  });

  it("that was deleted is listed until it is purged", async () => {
    await create();
    const { vaults } = azure.vaults();
    await vaults.delete(GROUP, "kv-web");
    await rejects(vaults.get(GROUP, "kv-web"), { statusCode: 404, code: "ResourceNotFound" });
    const deleted = await all(vaults.listDeleted());
    const location = `/subscriptions/${azure.subscriptionId}/providers/Microsoft.KeyVault/locations/${LOCATION}`;
    deepStrictEqual(
      deleted.map(({ id, name, properties }) => [id, name, properties?.vaultId]),
      [[`${location}/deletedVaults/kv-web`, "kv-web", `${azure.groupId}/providers/Microsoft.KeyVault/vaults/kv-web`]],
    );
    strictEqual((await vaults.getDeleted("kv-web", LOCATION)).name, "kv-web");
    await vaults.purgeDeleted("kv-web", LOCATION, { updateIntervalInMs: 1 });
    deepStrictEqual(await all(vaults.listDeleted()), []);
    await rejects(vaults.getDeleted("kv-web", LOCATION), { statusCode: 404, code: "DeletedVaultNotFound" });
  });

  it("that was deleted keeps its name, and is recovered with what was in it", async () => {
    await create();
    const path = `${azure.groupId}/providers/Microsoft.KeyVault/vaults/kv-web/secrets/greeting${API}`;
    await azure.send("PUT", path, { properties: { value: VALUE } });
    await azure.vaults().vaults.delete(GROUP, "kv-web");
    await rejects(create(), { statusCode: 409, code: "ConflictError" });
    const { properties, ...rest } = parameters();
    const recover = { ...rest, properties: { ...properties, createMode: "recover" as const } };
    await azure.vaults().vaults.createOrUpdate(GROUP, "kv-web", recover, { updateIntervalInMs: 1 });
    strictEqual((await azure.send("GET", path)).status, 200);
    deepStrictEqual(await all(azure.vaults().vaults.listDeleted()), []);
  });

  it("that was purged is created anew", async () => {
    await create();
    await azure.vaults().vaults.delete(GROUP, "kv-web");
    const { properties } = await azure.vaults().vaults.getDeleted("kv-web", LOCATION);
    const days = (Number(properties?.scheduledPurgeDate) - Number(properties?.deletionDate)) / 86_400_000;
    strictEqual(days, 90);
    await azure.vaults().vaults.purgeDeleted("kv-web", LOCATION, { updateIntervalInMs: 1 });
    strictEqual((await create()).name, "kv-web");
  });

  it("is deleted with its group and stays to be purged all the same", async () => {
    await create();
    await azure.resources().resourceGroups.delete(GROUP);
    strictEqual((await all(azure.vaults().vaults.listDeleted())).length, 1);
  });

  it("that is protected from it cannot be purged", async () => {
    await create(true);
    await azure.vaults().vaults.delete(GROUP, "kv-web");
    await rejects(azure.vaults().vaults.beginPurgeDeletedAndWait("kv-web", LOCATION), {
      statusCode: 405,
      code: "MethodNotAllowed",
      message: "Operation 'DeletedVaultPurge' is not allowed.",
    });
  });

  it("has a name that is free, taken or not legal", async () => {
    const check = async (name: string) => {
      const { nameAvailable, reason } = await azure
        .vaults()
        .vaults.checkNameAvailability({ name, type: "Microsoft.KeyVault/vaults" });
      return nameAvailable ? "free" : reason;
    };
    strictEqual(await check("kv-web"), "free");
    await create();
    deepStrictEqual([await check("KV-WEB"), await check("1-")], ["AlreadyExists", "AccountNameInvalid"]);
    await azure.vaults().vaults.delete(GROUP, "kv-web");
    strictEqual(await check("kv-web"), "AlreadyExists");
  });

  it("never shows a secret's value", async () => {
    await create();
    const path = `${azure.groupId}/providers/Microsoft.KeyVault/vaults/kv-web/secrets`;
    const made = await azure.send("PUT", `${path}/greeting${API}`, { properties: { value: VALUE, contentType: "text/plain" } });
    const answers = [
      made,
      await azure.send("GET", `${path}/greeting${API}`),
      await azure.send("GET", path + API),
      await azure.send("PATCH", `${path}/greeting${API}`, { tags: { team: "web" } }),
    ];
    deepStrictEqual(
      answers.map(({ status }) => status),
      [201, 200, 200, 200],
    );
    ok(answers.every(({ body }) => !JSON.stringify(body).includes(VALUE)));
    const { contentType, secretUri } = made.body.properties;
    deepStrictEqual([contentType, secretUri], ["text/plain", "https://kv-web.vault.azure.net/secrets/greeting"]);
    const vaultId = `${azure.groupId}/providers/Microsoft.KeyVault/vaults/kv-web`;
    strictEqual(azure.served.cloud.secretVersions(vaultId, "greeting")[0]?.value, VALUE);
  });

  it("keeps its secrets from Resource Manager's deletion, which has none for them", async () => {
    await create();
    const path = `${azure.groupId}/providers/Microsoft.KeyVault/vaults/kv-web/secrets/greeting${API}`;
    await azure.send("PUT", path, { properties: { value: VALUE } });
    strictEqual((await azure.send("DELETE", path)).status, 501);
  });
});
