// Names that are host names in all of Azure are free, or the stack's own; and no deleted vault keeps one.
import type { DeletedVault } from "@azure/arm-keyvault";
import { regionName, sameText } from "../../../chain";
import { groupOf } from "../../ids";
import { NoAnswer, orUnknown } from "../asking";
import { type Azure, all } from "../azure";
import type { Check } from "../check";
import { byKey } from "../keys";
import { fail, type Outcome, pass } from "../outcome";
import type { PlannedResource } from "../plan";

const VAULT = "Microsoft.KeyVault/vaults";
const REGISTRY = "Microsoft.ContainerRegistry/registries";
const ACCOUNT = "Microsoft.Storage/storageAccounts";
const DELETED_ACTION = "Microsoft.KeyVault/deletedVaults/read";

interface Kind {
  readonly what: string;
  /** Of the stack's config. */
  readonly key: string;
  isFree(azure: Azure, name: string, abortSignal: AbortSignal): Promise<Availability>;
  get(azure: Azure, group: string, name: string, abortSignal: AbortSignal): Promise<unknown>;
}

interface Availability {
  readonly nameAvailable?: boolean | undefined;
  readonly message?: string | undefined;
}

const KINDS: Readonly<Record<string, Kind>> = {
  [VAULT]: {
    what: "vault",
    key: "names.vault",
    isFree: ({ vaults }, name, abortSignal) => vaults.vaults.checkNameAvailability({ name, type: VAULT }, { abortSignal }),
    get: ({ vaults }, group, name, abortSignal) => vaults.vaults.get(group, name, { abortSignal }),
  },
  [REGISTRY]: {
    what: "registry",
    key: "names.registry",
    isFree: ({ registries }, name, abortSignal) =>
      registries.registries.checkNameAvailability({ name, type: REGISTRY }, { abortSignal }),
    get: ({ registries }, group, name, abortSignal) => registries.registries.get(group, name, { abortSignal }),
  },
  [ACCOUNT]: {
    what: "storage account",
    key: "names.storageAccount",
    isFree: ({ storage }, name, abortSignal) =>
      storage.storageAccounts.checkNameAvailability({ name, type: ACCOUNT }, { abortSignal }),
    get: ({ storage }, group, name, abortSignal) => storage.storageAccounts.getProperties(group, name, { abortSignal }),
  },
};

export function globalNames(resources: readonly PlannedResource[]): readonly PlannedResource[] {
  return resources.filter(({ type }) => Object.hasOwn(KINDS, type));
}

export const NAMES: Check = {
  id: "global-names",
  asks: "whether each fixed name of a vault, registry or storage account is free, or the stack's own already, and whether a deleted vault keeps it",
  rights: [
    ...Object.keys(KINDS).flatMap((type) => [`${type.slice(0, type.indexOf("/"))}/checkNameAvailability/read`, `${type}/read`]),
    DELETED_ACTION,
  ],
  source: "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
  async run({ azure, plan, files }) {
    const own = byKey(files, "names", "pulumi config set --path", "");
    const fixed = globalNames(plan.resources).filter(({ fixedName }) => fixedName);
    return Promise.all(fixed.map((resource) => orUnknown(outcomeOf(azure, resource, own))));
  },
};

/** `set` is the command before the key, where the stack has one for it. */
async function outcomeOf(azure: Azure, resource: PlannedResource, set: string): Promise<Outcome> {
  const { type, name, id, declared } = resource;
  const kind = KINDS[type];
  if (kind === undefined) throw new Error(`${type} has no global name`);
  const question = {
    action: `${type.slice(0, type.indexOf("/"))}/checkNameAvailability/read`,
    what: `whether the name ${name} is free`,
  };
  const { nameAvailable, message = "it is taken" } = await azure.ask(question, (signal) => kind.isFree(azure, name, signal));
  if (nameAvailable === true) return pass(`${kind.what} ${name}: free`);
  const deleted = type === VAULT ? await deletedVault(azure, name) : undefined;
  const other = set === "" ? `give ${declared} another name` : `${set} ${kind.key} OTHER`;
  if (deleted !== undefined) return recoverable(name, deleted, other);
  if (await isOwn(azure, resource, kind)) return pass(`${kind.what} ${name}: there already, in group ${groupOf(id)}`);
  return fail(
    `${declared}: the name ${name} is not free: ${message}`,
    set === "" ? other : `${other}, or leave it out for a generated one`,
  );
}

/** Another deployment's vault of this name, in this subscription. */
async function deletedVault(azure: Azure, name: string): Promise<DeletedVault | undefined> {
  const vaults = await azure.ask({ action: DELETED_ACTION, what: "deleted vaults" }, (abortSignal) =>
    all(azure.vaults.vaults.listDeleted({ abortSignal })),
  );
  return vaults.find((vault) => sameText(vault.name ?? "", name));
}

function recoverable(name: string, { properties = {} }: DeletedVault, other: string): Outcome {
  const { location = "", purgeProtectionEnabled, scheduledPurgeDate } = properties;
  const until = scheduledPurgeDate === undefined ? "" : ` until ${scheduledPurgeDate.toISOString().slice(0, 10)}`;
  const recover = `az keyvault recover --name ${name} --location ${regionName(location)}`;
  if (purgeProtectionEnabled === true)
    return fail(
      `a deleted vault keeps the name ${name}${until}, and is protected from being purged`,
      `${recover}, and import it (docs/migrate.md); or ${other}`,
    );
  return fail(
    `a deleted vault keeps the name ${name}${until}`,
    `az keyvault purge --name ${name} --location ${regionName(location)}, which deletes its secrets for good; or ${recover}, and import it (docs/migrate.md)`,
  );
}

async function isOwn(azure: Azure, { type, id, name }: PlannedResource, { what, get }: Kind): Promise<boolean> {
  try {
    await azure.ask({ action: `${type}/read`, what: `the ${what} ${name}` }, (signal) => get(azure, groupOf(id), name, signal));
    return true;
  } catch (error) {
    if (error instanceof NoAnswer && error.status === 404) return false;
    throw error;
  }
}
