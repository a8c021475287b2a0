// What a preflight asks about names that are host names in all of Azure.
import { deepStrictEqual, match } from "node:assert";
import { NAMES } from "../../../diagnosis/preflight/checks/names";
import type { PlannedResource } from "../../../diagnosis/preflight/plan";
import { REGISTRY, STORAGE_ACCOUNT, VAULT } from "../../../rehearsal/cloud/resourceTypes";
import { Preflights, seen } from "../../support/preflight";
import { GROUP, LOCATION } from "../../support/restClients";

describe("A preflight of global names", () => {
  let preflights: Preflights;
  before(async () => {
    preflights = await Preflights.start();
  });
  after(() => preflights.azure.close());
  afterEach(() => preflights.reset());

  const named = (type: string, name: string, more: Partial<PlannedResource> = {}) =>
    preflights.planned(type, `/providers/${type}/${name}`, { location: LOCATION }, more);
  const run = (...resources: readonly PlannedResource[]) => preflights.run(NAMES, preflights.plan(resources));
  /** Created in some group of the subscription. */
  const create = (type: string, name: string, group = GROUP, properties: Record<string, unknown> = {}) => {
    const { manager, tenantId } = preflights.azure.served.cloud;
    manager.put(`${preflights.root}/resourceGroups/${group}`, { location: LOCATION }, "the test's own");
    const id = `${preflights.root}/resourceGroups/${group}/providers/${type}/${name}`;
    const sku = type === VAULT ? { family: "A", name: "standard" } : { name: type === REGISTRY ? "Basic" : "Standard_LRS" };
    manager.put(id, { location: LOCATION, sku, tenantId, kind: "StorageV2", ...properties }, "the test's own");
    return id;
  };

  it("passes where vault, registry and storage account are free", async () => {
    deepStrictEqual(seen(await run(named(VAULT, "kv-free"), named(REGISTRY, "crfree"), named(STORAGE_ACCOUNT, "stfree"))), [
      "PASS vault kv-free: free",
      "PASS registry crfree: free",
      "PASS storage account stfree: free",
    ]);
  });

  it("does not ask for names that have a random part", async () => {
    deepStrictEqual(await run(named(VAULT, "kv-free", { fixedName: false })), []);
  });

  it("fails where somebody else has the name, and names the config key", async () => {
    create(VAULT, "kv-taken", "rg-other");
    create(REGISTRY, "crtaken", "rg-other");
    create(STORAGE_ACCOUNT, "sttaken", "rg-other");
    preflights.config = { "test:names": "{}" };
    const outcomes = await run(named(VAULT, "kv-taken"), named(REGISTRY, "crtaken"), named(STORAGE_ACCOUNT, "sttaken"));
    deepStrictEqual(seen(outcomes), [
      "FAIL test::kv-taken: the name kv-taken is not free: The name 'kv-taken' is already in use.",
      "FAIL test::crtaken: the name crtaken is not free: The name 'crtaken' is already in use.",
      "FAIL test::sttaken: the name sttaken is not free: The name 'sttaken' is already in use.",
    ]);
    match(outcomes[2]?.fix ?? "", /^pulumi config set --path names\.storageAccount OTHER/);
  });

  it("names no config key to a program that has none for it", async () => {
    create(VAULT, "kv-theirs", "rg-other");
    deepStrictEqual(
      (await run(named(VAULT, "kv-theirs"))).map(({ fix }) => fix),
      ["give test::kv-theirs another name"],
    );
  });

  it("passes where the stack has it already: it is where the stack would create it", async () => {
    create(VAULT, "kv-own");
    deepStrictEqual(seen(await run(named(VAULT, "kv-own"))), [`PASS vault kv-own: there already, in group ${GROUP}`]);
  });

  it("fails where a deleted vault keeps it, and gives the commands that purge and recover it", async () => {
    preflights.azure.served.cloud.manager.delete(create(VAULT, "kv-deleted"));
    const [outcome] = await run(named(VAULT, "kv-deleted"));
    match(outcome?.seen ?? "", /^a deleted vault keeps the name kv-deleted until \d{4}-\d\d-\d\d$/);
    match(
      outcome?.fix ?? "",
      /^az keyvault purge --name kv-deleted --location westeurope, .*az keyvault recover --name kv-deleted --location westeurope/,
    );
  });

  it("does not name a purge where the deleted vault is protected from it", async () => {
    preflights.azure.served.cloud.manager.delete(create(VAULT, "kv-kept", GROUP, { enablePurgeProtection: true }));
    const [outcome] = await run(named(VAULT, "kv-kept"));
    match(outcome?.seen ?? "", /^a deleted vault keeps the name kv-kept until .*, and is protected from being purged$/);
    match(outcome?.fix ?? "", /^az keyvault recover --name kv-kept/);
  });

  it("fails for a name that Azure would not take", async () => {
    const [text] = seen(await run(named(REGISTRY, "no-dashes")));
    match(text ?? "", /^FAIL test::no-dashes: the name no-dashes is not free: 'no-dashes' is not a legal name/);
  });
});
