// Vaults and secrets that were deleted and can still be recovered: they keep their names.
// https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
import { z } from "zod";
import { sameText } from "../../chain";
import { AzureError } from "./azureError";
import type { AzureResource } from "./resourceManager";
import { SECRET, VAULT } from "./resourceTypes";
import { Table, type TableSnapshot } from "./table";

const DAY_MS = 86_400_000;

const vaultShape = z.looseObject({
  // Between 7 and 90 days, and 90 where nothing is said.
  softDeleteRetentionInDays: z.number().default(90),
  enablePurgeProtection: z.boolean().default(false),
});

export interface SoftDeletedVault {
  readonly vault: AzureResource;
  /** What was in it, and comes back with it. Its role assignments do not. */
  readonly secrets: readonly AzureResource[];
  readonly deletedMs: number;
  /** When Azure purges it by itself. */
  readonly purgeMs: number;
  readonly purgeProtection: boolean;
}

interface SoftDeletedSecret {
  readonly secret: AzureResource;
  readonly purgeMs: number;
  readonly purgeProtection: boolean;
}

export interface SoftDeletedSnapshot {
  readonly vaults: TableSnapshot<SoftDeletedVault>;
  readonly secrets: TableSnapshot<SoftDeletedSecret>;
}

export class SoftDeleted {
  /** By name: it is the only one in Azure. */
  readonly #vaults = new Table<SoftDeletedVault>();
  /** By id. */
  readonly #secrets = new Table<SoftDeletedSecret>();

  constructor(readonly now: () => number) {}

  /** Keeps what of these can be recovered; they were deleted together. `vaultOf` finds the vault of a secret that was deleted alone. */
  keep(gone: readonly AzureResource[], vaultOf: (secretId: string) => AzureResource | undefined): void {
    const deletedMs = this.now();
    for (const vault of gone.filter(({ type }) => type === VAULT)) {
      const { softDeleteRetentionInDays, enablePurgeProtection: purgeProtection } = vaultShape.parse(vault.properties);
      const secrets = gone.filter(({ type, id }) => type === SECRET && sameText(vaultIdOf(id), vault.id));
      const purgeMs = deletedMs + softDeleteRetentionInDays * DAY_MS;
      this.#vaults.set(vault.name.toLowerCase(), { vault, secrets, deletedMs, purgeMs, purgeProtection });
    }
    for (const secret of gone.filter(({ type }) => type === SECRET)) {
      const vault = vaultOf(secret.id);
      if (vault === undefined) continue;
      const { softDeleteRetentionInDays, enablePurgeProtection: purgeProtection } = vaultShape.parse(vault.properties);
      const purgeMs = deletedMs + softDeleteRetentionInDays * DAY_MS;
      this.#secrets.set(secret.id.toLowerCase(), { secret, purgeMs, purgeProtection });
    }
  }

  vault(name: string): SoftDeletedVault | undefined {
    this.#purgeDue();
    return this.#vaults.get(name.toLowerCase());
  }
  vaults(): readonly SoftDeletedVault[] {
    this.#purgeDue();
    return [...this.#vaults.values()];
  }
  secret(id: string): AzureResource | undefined {
    this.#purgeDue();
    return this.#secrets.get(id.toLowerCase())?.secret;
  }
  secrets(): readonly AzureResource[] {
    this.#purgeDue();
    return [...this.#secrets.values()].map(({ secret }) => secret);
  }

  /** The vault's secrets; those deleted before it stay deleted. Undefined: there is no such vault to recover. */
  takeVault(id: string, name: string): readonly AzureResource[] | undefined {
    const kept = this.vault(name);
    // In another group it is another vault: azurerm's users meet the refusal after a change of the group's name.
    if (kept === undefined || !sameText(kept.vault.id, id)) return undefined;
    this.#vaults.delete(name.toLowerCase());
    return kept.secrets;
  }

  takeSecret(id: string): AzureResource | undefined {
    const secret = this.secret(id);
    this.#secrets.delete(id.toLowerCase());
    return secret;
  }

  /** For good: name and content. False: there is none. https://github.com/microsoft/AzureTRE/issues/1446 for the refusal. */
  purgeVault(name: string): boolean {
    const kept = this.vault(name);
    if (kept?.purgeProtection === true)
      throw new AzureError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.");
    for (const id of this.#secrets.keys())
      if (kept !== undefined && sameText(vaultIdOf(id), kept.vault.id)) this.#secrets.delete(id);
    return this.#vaults.delete(name.toLowerCase());
  }

  /** The text as in https://github.com/microsoft/AzureTRE/issues/1760. */
  purgeSecret(id: string): boolean {
    this.#purgeDue();
    if (this.#secrets.get(id.toLowerCase())?.purgeProtection === true)
      throw new AzureError(
        403,
        "Forbidden",
        'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.',
      );
    return this.#secrets.delete(id.toLowerCase());
  }

  #purgeDue(): void {
    const now = this.now();
    for (const [name, { purgeMs }] of this.#vaults) if (purgeMs <= now) this.#vaults.delete(name);
    for (const [id, { purgeMs }] of this.#secrets) if (purgeMs <= now) this.#secrets.delete(id);
  }

  snapshot(): SoftDeletedSnapshot {
    return { vaults: this.#vaults.snapshot(), secrets: this.#secrets.snapshot() };
  }
  restore({ vaults, secrets }: SoftDeletedSnapshot): void {
    this.#vaults.restore(vaults);
    this.#secrets.restore(secrets);
  }
}

export function vaultIdOf(secretId: string): string {
  return secretId.slice(0, secretId.toLowerCase().lastIndexOf("/secrets/"));
}
