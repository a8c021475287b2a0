import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { NAME_RULES } from "../chain";
import { RANGES } from "./rules";
import { checkInteger, checkName, gatedName, type Place } from "./validate";

export interface VaultSecret {
  /** Name in the vault, 1 to 127 letters, digits and `-`. Defaults to the key. Changing it writes a new secret and leaves the old one in the vault. */
  name?: string | undefined;
  /** The value; it is kept encrypted in the state. Defaults to 32 random letters and digits. Changing it writes a new version. */
  value?: pulumi.Input<string> | undefined;
}

export interface SecretVaultArgs {
  /** Resource group that holds the vault. Changing it replaces the vault. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. Defaults to `azure-native:location`. Changing it replaces the vault. */
  location?: pulumi.Input<string> | undefined;
  /** Name, unique in all of Azure, 3 to 24 characters. A deleted vault keeps its name for `softDeleteDays`. Changing it replaces the vault. */
  vaultName: pulumi.Input<string>;
  /** Tenant that the vault trusts: the one of the identities that read it. */
  tenantId: pulumi.Input<string>;
  /** Secrets by keys of the caller's choice; a key is identity. */
  secrets: Record<string, VaultSecret>;
  /** Days that a deleted vault or secret can be recovered, 7 to 90. Fixed once the vault exists. https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
  softDeleteDays: number;
  /** Nobody, not even Microsoft, can delete for good before `softDeleteDays` have passed. Cannot be turned off again. */
  purgeProtection: boolean;
  /** Refuses to delete or replace the vault. Defaults to `false`. */
  protect?: boolean | undefined;
  /** Tags of the vault. Secrets have none: they take 15, other resources 50. */
  tags?: Record<string, string> | undefined;
}

/**
 * A Key Vault that grants access by roles only, with its secrets.
 *
 * Creates the vault, then each secret through Azure's control plane: the deployer needs no right to read secrets, and the vault's firewall does not
 * matter. Grants nothing: whoever reads gets its role where it is declared.
 * A secret that leaves `secrets` stays in the vault, because deleting one goes through the data plane: delete it by hand, and recover or purge it
 * before the same name is added again.
 */
export class SecretVault extends pulumi.ComponentResource {
  readonly vaultId: pulumi.Output<string>;
  /** Address with its trailing slash. */
  readonly vaultUri: pulumi.Output<string>;
  readonly vaultName: pulumi.Output<string>;
  /** Names of the secrets by their keys; each waits for its secret. */
  readonly secretNames: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: SecretVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    const place = { component: "SecretVault", name };
    validate(place, args);
    super("aks-workload-identity:index:SecretVault", name, {}, opts);
    const child = { parent: this };

    const vaultName = gatedName(this, place, "vaultName", NAME_RULES.vault, args.vaultName);
    const vault = createVault(`${name}-vault`, args, vaultName, child);
    const secrets = Object.entries(args.secrets).map(
      ([key, secret]) => [key, createSecret(name, key, secret, args, vault, child).name] as const,
    );

    this.vaultId = vault.id;
    this.vaultName = vault.name;
    // With the id, which a preview does not know: there the properties hold what was sent, and no address yet.
    this.vaultUri = pulumi.all([vault.id, vault.properties]).apply(([, { vaultUri }]) => {
      if (vaultUri) return vaultUri;
      throw new pulumi.ResourceError(`SecretVault "${name}": Azure returned no address of the vault`, this, true);
    });
    this.secretNames = Object.fromEntries(secrets);
    this.registerOutputs({
      vaultId: this.vaultId,
      vaultName: this.vaultName,
      vaultUri: this.vaultUri,
      secretNames: this.secretNames,
    });
  }
}

function validate(place: Place, args: SecretVaultArgs): void {
  checkName(place, "vaultName", NAME_RULES.vault, args.vaultName);
  checkInteger(place, "softDeleteDays", RANGES.softDeleteDays, args.softDeleteDays);
  for (const [key, { name }] of Object.entries(args.secrets))
    checkName(place, name === undefined ? "a key of secrets" : `secrets.${key}.name`, NAME_RULES.secret, name ?? key);
}

function createVault(name: string, args: SecretVaultArgs, vaultName: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
  const { resourceGroupName, location, tenantId, softDeleteDays, purgeProtection, protect, tags } = args;
  return new keyvault.Vault(
    name,
    {
      resourceGroupName,
      location,
      vaultName,
      properties: {
        tenantId,
        sku: { family: keyvault.SkuFamily.A, name: keyvault.SkuName.Standard },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: softDeleteDays,
        // Azure refuses `false` here, even where it was never on.
        ...(purgeProtection ? { enablePurgeProtection: true } : {}),
        publicNetworkAccess: "Enabled",
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
      },
      tags,
    },
    // Deleted first, as azure-native would have it, it would leave nothing to read, and its name would be taken until it is purged.
    { ...opts, deleteBeforeReplace: false, ...(protect === undefined ? {} : { protect }) },
  );
}

function createSecret(
  name: string,
  key: string,
  secret: VaultSecret,
  { resourceGroupName }: SecretVaultArgs,
  vault: keyvault.Vault,
  opts: pulumi.CustomResourceOptions,
) {
  const value =
    secret.value ?? new random.RandomPassword(`${name}-generated-${key}`, { length: 32, special: false }, opts).result;
  return new keyvault.Secret(
    `${name}-secret-${key}`,
    {
      resourceGroupName,
      vaultName: vault.name,
      secretName: secret.name ?? key,
      properties: { value: pulumi.secret(value), contentType: "text/plain", attributes: { enabled: true } },
    },
    // Azure deletes a secret through the data plane, which takes a role that a deployer need not have.
    { ...opts, deletedWith: vault, retainOnDelete: true },
  );
}
