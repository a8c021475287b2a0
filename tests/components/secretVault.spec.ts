import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { SecretVault, type SecretVaultArgs } from "../../components";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { type RunOptions, run, TENANT } from "../support/program";
import { assertFails, assertRefused, childrenOf, cloudThatAnswers, resourceGroup, shortUrn } from "./fixtures";

const VAULT = "azure-native:keyvault:Vault";
const SECRET = "azure-native:keyvault:Secret";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const COMPONENT = "aks-workload-identity:index:SecretVault vault";

function make(overrides: Partial<SecretVaultArgs> = {}) {
  const group = resourceGroup();
  return new SecretVault("vault", {
    resourceGroupName: group.name,
    vaultName: "kv-test",
    tenantId: TENANT,
    secrets: { greeting: {} },
    softDeleteDays: 7,
    purgeProtection: false,
    tags: { team: "shop" },
    ...overrides,
  });
}

function create(overrides: Partial<SecretVaultArgs> = {}, options: RunOptions = {}) {
  return run(() => {
    make(overrides);
  }, options);
}

describe("SecretVault", () => {
  const children = [`${SECRET} vault-secret-greeting`, `${VAULT} vault-vault`, `${PASSWORD} vault-generated-greeting`];

  it("creates the vault, and a secret with a value that it generates", async () => {
    const result = await create();
    assert.deepEqual(childrenOf(result, COMPONENT), children);
    assert.deepEqual(result.componentOutputs[result.find("aks-workload-identity:index:SecretVault").urn], {
      vaultId: result.cloud.vaults()[0]?.id,
      vaultName: "kv-test",
      vaultUri: "https://kv-test.vault.azure.net/",
      secretNames: { greeting: "greeting" },
    });
  });

  it("creates the same in a preview, where it does not know the vault's address", async () => {
    const result = await create({}, { preview: true });
    assert.deepEqual(childrenOf(result, COMPONENT), children);
    assert.equal(result.componentOutputs[result.find("aks-workload-identity:index:SecretVault").urn]?.vaultUri, UNKNOWN);
  });

  it("grants access by roles only, and never sends a purge protection of false", async () => {
    assert.deepEqual((await create()).find(VAULT).inputs.properties, {
      tenantId: TENANT,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 7,
      publicNetworkAccess: "Enabled",
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
    });
    const guarded = (await create({ purgeProtection: true })).find(VAULT).inputs.properties;
    assert.equal(Object(guarded).enablePurgeProtection, true);
  });

  it("takes a value instead of generating one, under a name of its own", async () => {
    const result = await create({ secrets: { greeting: { name: "welcome", value: "hello" } } });
    assert.deepEqual(childrenOf(result, COMPONENT), [`${SECRET} vault-secret-greeting`, `${VAULT} vault-vault`]);
    const { inputs } = result.find(SECRET);
    assert.equal(inputs.secretName, "welcome");
    assert.equal(Object(inputs.properties).value, "hello");
  });

  it("tags the vault and not its secrets, which take fewer tags", async () => {
    const result = await create();
    assert.deepEqual([result.find(VAULT).inputs.tags, result.find(SECRET).inputs.tags], [{ team: "shop" }, undefined]);
  });

  it("keeps every value secret, given or generated", async () => {
    const result = await create({ secrets: { given: { value: "plain" }, generated: {} } });
    const secrets = result.resources.filter(({ type }) => type === SECRET);
    assert.deepEqual(
      secrets.map(({ secretInputs }) => secretInputs),
      [["properties"], ["properties"]],
    );
    assert.ok(!JSON.stringify(result.componentOutputs).includes("plain"));
  });

  it("leaves secrets to go with the vault, because deleting one takes a role that the deployer need not have", async () => {
    const secret = (await create()).find(SECRET);
    assert.equal(shortUrn(secret.deletedWith), `${VAULT} vault-vault`);
    assert.equal(secret.retainOnDelete, true);
  });

  it("protects the vault, and only it, when asked", async () => {
    const result = await create({ protect: true });
    assert.deepEqual(
      result.resources.filter(({ protect }) => protect).map(({ name }) => name),
      ["vault-vault"],
    );
  });

  it("takes outputs as it takes plain values, and refuses a bad name as soon as it is known", async () => {
    const result = await create({ vaultName: pulumi.output("kv-later") });
    assert.equal(result.find(VAULT).inputs.vaultName, "kv-later");
    await assertFails(
      () => make({ vaultName: pulumi.output("kv--later") }),
      'SecretVault "vault": vaultName must be 3 to 24 letters, digits and single -, a letter first, no - last, got "kv--later". See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules',
    );
  });

  it("says so when Azure returns no address of the vault", () =>
    assertFails(
      () => make(),
      'SecretVault "vault": Azure returned no address of the vault',
      cloudThatAnswers(VAULT, (state) => ({ ...state, properties: {} })),
    ));

  const nameRules = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";
  const refusals: [string, Partial<SecretVaultArgs>, string][] = [
    [
      "a vault's name that is too long",
      { vaultName: "kv-a-name-that-is-too-long" },
      `vaultName must be 3 to 24 letters, digits and single -, a letter first, no - last, got "kv-a-name-that-is-too-long". See ${nameRules}`,
    ],
    [
      "six days of soft delete",
      { softDeleteDays: 6 },
      "softDeleteDays must be a whole number from 7 to 90 (days), got 6. See https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
    ],
    [
      "a key that is no name of a secret",
      { secrets: { data_base: {} } },
      `a key of secrets must be 1 to 127 letters, digits and -, got "data_base". See ${nameRules}`,
    ],
    [
      "a name of a secret that Azure refuses",
      { secrets: { database: { name: "data_base" } } },
      `secrets.database.name must be 1 to 127 letters, digits and -, got "data_base". See ${nameRules}`,
    ],
  ];
  for (const [what, overrides, message] of refusals) {
    it(`refuses ${what} before anything is registered`, () =>
      assertRefused("SecretVault", () => make(overrides), `SecretVault "vault": ${message}`));
  }
});
