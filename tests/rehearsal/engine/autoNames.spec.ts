import { strict as assert } from "node:assert";
import { autoName } from "../../../rehearsal/engine/autoNames";

const SEED = Uint8Array.from([0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 1, 2, 3, 4, 5, 6, 7, 8]);
const VAULT = "azure-native:keyvault:Vault";
const SERVICE = "kubernetes:core/v1:Service";

describe("names that a provider makes up", () => {
  it("are made from the resource's name and the engine's seed, and note that the next one may exist beside it", () => {
    assert.deepEqual(autoName(VAULT, "kv", { resourceGroupName: "rg" }, {}, SEED), {
      resourceGroupName: "rg",
      vaultName: "kvabcdef01",
      __createBeforeDelete: true,
    });
    assert.deepEqual(autoName(SERVICE, "web", { metadata: { labels: {} } }, {}, SEED), {
      metadata: { labels: {}, name: "web-abcdef01", annotations: { "pulumi.com/autonamed": "true" } },
    });
  });

  it("are GUIDs where Azure wants one", () => {
    const { roleAssignmentName } = autoName("azure-native:authorization:RoleAssignment", "role", {}, {}, SEED);
    assert.match(String(roleAssignmentName), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("stay as they were", () => {
    assert.equal(autoName(VAULT, "kv", {}, { vaultName: "kvold" }, SEED).vaultName, "kvold");
    const { metadata } = autoName(SERVICE, "web", {}, { metadata: { name: "web-old" } }, SEED);
    assert.deepEqual(metadata, { name: "web-old", annotations: { "pulumi.com/autonamed": "true" } });
  });

  it("are left to the program where it gives one, and where a type has none", () => {
    const given = { vaultName: "mine" };
    assert.equal(autoName(VAULT, "kv", given, { vaultName: "kvold" }, SEED), given);
    const metadata = { metadata: { generateName: "web-" } };
    assert.equal(autoName(SERVICE, "web", metadata, {}, SEED), metadata);
    const inputs = { length: 8 };
    assert.equal(autoName("random:index/randomString:RandomString", "suffix", inputs, {}, SEED), inputs);
  });
});
