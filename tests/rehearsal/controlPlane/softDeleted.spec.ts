// What Key Vault keeps of a vault or a secret that was deleted, and what it keeps nobody from doing.
import { strict as assert } from "node:assert";
import { roleDefinitionId } from "../../../chain";
import { EmulatedCloud } from "../../../rehearsal/cloud/emulatedCloud";
import type { ResourceManager } from "../../../rehearsal/cloud/resourceManager";
import { VirtualClock } from "../../../rehearsal/cloud/virtualClock";
import { emulatedCloud } from "../../support/program";
import { AzureFront, GROUP, GROUP_ID, TYPES, VAULT_PROPERTIES } from "./azureFront";

const VAULT_ID = `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-web`;
const SECRET_ID = `${VAULT_ID}/secrets/greeting`;
const DAY_MS = 86_400_000;
const IN_DELETED_STATE = {
  status: 409,
  message:
    "ConflictError: A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
};
const IN_USE = {
  status: 409,
  message:
    "VaultAlreadyExists: The vault name 'kv-web' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information about VaultAlreadyExists, soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.",
};
const NOTHING_TO_RECOVER = {
  status: 400,
  message:
    "SoftDeletedVaultDoesNotExist: A soft deleted vault with the given name does not exist. Ensure that the name for the vault that is being attempted to recover is in a recoverable state.",
};

describe("a vault that was deleted", () => {
  let clock: VirtualClock;
  let azure: AzureFront;
  let manager: ResourceManager;

  async function start(properties: Readonly<Record<string, unknown>> = {}): Promise<void> {
    clock = new VirtualClock();
    azure = new AzureFront(new EmulatedCloud({ ...emulatedCloud().options, now: () => clock.now() }));
    manager = azure.cloud.manager;
    await azure.register(TYPES.group, GROUP);
    await azure.vault({ properties: { ...VAULT_PROPERTIES, ...properties } });
    await azure.register(TYPES.secret, { ...GROUP, vaultName: "kv-web", secretName: "greeting", properties: { value: "hello" } });
    await azure.assignment({ scope: VAULT_ID, roleDefinitionId: roleDefinitionId("keyVaultSecretsUser", VAULT_ID) });
  }
  const put = (id: string, more = {}) => manager.put(id, { ...VAULT_PROPERTIES, ...more }, "again");
  const held = () => manager.all().map(({ id }) => id);

  it("keeps its name: 409 ConflictError in its own group, VaultAlreadyExists in another one", async () => {
    await start();
    manager.delete(VAULT_ID);
    assert.throws(() => put(VAULT_ID), IN_DELETED_STATE);
    manager.put(`${GROUP_ID}-other`, {}, "other");
    assert.throws(() => put(VAULT_ID.replace("/rg/", "/rg-other/").replace("kv-web", "KV-web")), {
      message: IN_USE.message.replace("kv-web", "KV-web"),
    });
    assert.deepEqual(held(), [GROUP_ID, `${GROUP_ID}-other`]);
  });

  it("keeps its name also when its group was deleted", async () => {
    await start();
    manager.delete(GROUP_ID);
    manager.put(GROUP_ID, {}, "again");
    assert.throws(() => put(VAULT_ID), IN_DELETED_STATE);
  });

  it("comes back with its secrets, and without its role assignments", async () => {
    await start();
    manager.delete(VAULT_ID);
    assert.deepEqual(held(), [GROUP_ID]);
    put(VAULT_ID, { createMode: "recover" });
    assert.deepEqual(held(), [GROUP_ID, VAULT_ID, SECRET_ID]);
    assert.equal(azure.cloud.secretVersions(VAULT_ID, "greeting")[0]?.value, "hello");
    assert.deepEqual([azure.cloud.roleAssignments(), manager.softDeleted.vaults()], [[], []]);
  });

  it("is not recovered where there is none, and not in another group", async () => {
    await start();
    assert.throws(() => put(`${VAULT_ID}-other`, { createMode: "recover" }), NOTHING_TO_RECOVER);
    manager.delete(VAULT_ID);
    manager.put(`${GROUP_ID}-other`, {}, "other");
    assert.throws(() => put(VAULT_ID.replace("/rg/", "/rg-other/"), { createMode: "recover" }), NOTHING_TO_RECOVER);
  });

  it("is gone with its secrets once it is purged", async () => {
    await start();
    manager.delete(VAULT_ID);
    assert.deepEqual([manager.softDeleted.purgeVault("KV-WEB"), manager.softDeleted.purgeVault("kv-web")], [true, false]);
    put(VAULT_ID);
    assert.deepEqual(held(), [GROUP_ID, VAULT_ID]);
  });

  it("cannot be purged under purge protection", async () => {
    await start({ enablePurgeProtection: true });
    manager.delete(VAULT_ID);
    assert.throws(() => manager.softDeleted.purgeVault("kv-web"), {
      status: 405,
      message: "MethodNotAllowed: Operation 'DeletedVaultPurge' is not allowed.",
    });
    assert.throws(() => put(VAULT_ID), IN_DELETED_STATE);
  });

  for (const [days, properties] of [
    [90, {}],
    [7, { softDeleteRetentionInDays: 7 }],
  ] as const)
    it(`frees its name by itself after ${days} days, with ${JSON.stringify(properties)}`, async () => {
      await start(properties);
      manager.delete(VAULT_ID);
      await clock.advance(days * DAY_MS - 1);
      assert.throws(() => put(VAULT_ID), IN_DELETED_STATE);
      await clock.advance(1);
      put(VAULT_ID);
      assert.deepEqual(held(), [GROUP_ID, VAULT_ID]);
    });

  it("is part of a snapshot", async () => {
    await start();
    manager.delete(VAULT_ID);
    const snapshot = azure.cloud.snapshot();
    manager.softDeleted.purgeVault("kv-web");
    azure.cloud.restore(snapshot);
    assert.throws(() => put(VAULT_ID), IN_DELETED_STATE);
  });

  it("was no other's: a name that somebody else in Azure has is refused too", () => {
    const { options } = emulatedCloud();
    const { manager: other } = new EmulatedCloud({ ...options, takenNames: ["KV-web", "crweb", "stweb"] });
    other.put(GROUP_ID, {}, "group");
    assert.throws(() => other.put(VAULT_ID, VAULT_PROPERTIES, "vault"), IN_USE);
    const registry = `${GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/CRweb`;
    assert.throws(() => other.put(registry, {}, "registry"), {
      status: 409,
      message:
        "AlreadyInUse: The registry DNS name crweb.azurecr.io is already in use. You can check if the name is already claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability",
    });
  });

  it("leaves the name of a registry free, but two live ones cannot share it", async () => {
    await start();
    const registry = `${GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/crweb`;
    manager.put(registry, {}, "one");
    manager.put(`${GROUP_ID}-other`, {}, "other");
    const second = registry.replace("/rg/", "/rg-other/");
    assert.throws(() => manager.put(second, {}, "two"), { code: "AlreadyInUse" });
    manager.delete(registry);
    assert.equal(manager.put(second, {}, "two").name, "crweb");
  });

  describe("or a secret", () => {
    const DELETED_SECRET = {
      status: 409,
      message:
        "Conflict: Secret greeting is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged. (ObjectIsDeletedButRecoverable)",
    };
    const again = () => manager.put(SECRET_ID, { value: "other" }, "again");

    it("keeps its name in its vault: 409", async () => {
      await start();
      manager.delete(SECRET_ID);
      assert.throws(again, DELETED_SECRET);
      assert.equal(manager.put(`${SECRET_ID}-2`, { value: "other" }, "other").name, "greeting-2");
      assert.deepEqual(azure.cloud.secretVersions(VAULT_ID, "greeting"), []);
    });

    it("keeps it until it is purged, or the vault's retention is over", async () => {
      await start({ softDeleteRetentionInDays: 7 });
      manager.delete(SECRET_ID);
      assert.equal(manager.softDeleted.purgeSecret(SECRET_ID.toUpperCase()), true);
      again();
      manager.delete(SECRET_ID);
      await clock.advance(7 * DAY_MS - 1);
      assert.throws(again, DELETED_SECRET);
      await clock.advance(1);
      assert.equal(again().name, "greeting");
    });

    it("cannot be purged under the vault's purge protection", async () => {
      await start({ enablePurgeProtection: true });
      manager.delete(SECRET_ID);
      assert.throws(() => manager.softDeleted.purgeSecret(SECRET_ID), {
        status: 403,
        message:
          'Forbidden: Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.',
      });
    });

    it("is recovered by azure-native before it writes the secret, as the provider does since 2026", async () => {
      await start();
      manager.delete(SECRET_ID);
      const inputs = { ...GROUP, vaultName: "kv-web", secretName: "greeting", properties: { value: "new" } };
      const request = { type: TYPES.secret, name: "sample", inputs, declared: "secret", provider: "" };
      await azure.cloud.create(request);
      assert.deepEqual(
        azure.cloud.secretVersions(VAULT_ID, "greeting").map(({ value }) => value),
        ["new"],
      );
      assert.deepEqual(manager.softDeleted.secrets(), []);
    });

    it("stays deleted when the vault comes back without it", async () => {
      await start();
      manager.delete(SECRET_ID);
      manager.delete(VAULT_ID);
      put(VAULT_ID, { createMode: "recover" });
      assert.deepEqual(held(), [GROUP_ID, VAULT_ID]);
      assert.throws(again, DELETED_SECRET);
    });
  });
});
