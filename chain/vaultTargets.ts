// The vaults and secrets that a container is told to read, whatever a program calls its variables.
import type { ChainModel, ContainerLink, PodLink, VaultInModel } from "./model";
import { nearest } from "./nearest";
import { sameText } from "./rbac";
import { misses, type Named, type Told, toldTo, withSlash } from "./told";
import { APP_ENVIRONMENT } from "./workloadIdentity";

export interface VaultTarget {
  readonly at: Named;
  /** Undefined: it can only be meant for a vault of the program, and is none. */
  readonly vault: VaultInModel | undefined;
  /** Empty where the container does not say which. */
  readonly secrets: readonly Named[];
}

export const VAULT_ADDRESS = /^https:\/\/([a-z0-9-]+)\.vault\.azure\.net(?::443)?(?:\/(?:secrets\/([^/?]+)(?:\/[^/?]*)?)?)?$/i;
const VAULT_SECRET = /^(azure_|app_)?(key_?vault_|kv_|vault_)?secret_?name$/i;
const VAULT_NAME = /^[a-z][a-z0-9-]{2,23}$/i;

/**
 * One for each vault. A vault that the program does not make is none of them, unless it can only be meant for one of its own: with a typing mistake, or
 * beside the name of a secret that the program makes.
 */
export function vaultTargets(model: ChainModel, pod: PodLink, container: ContainerLink): VaultTarget[] {
  const told = toldTo(pod, container);
  const own = told.find(({ variable }) => variable === APP_ENVIRONMENT.vaultUri);
  const named: VaultFound[] = [
    ...(own === undefined ? [] : [{ at: own, vault: vaultAt(model, own.value), inAddress: undefined }]),
    ...told.filter((each) => each !== own).flatMap((each) => vaultIn(model, each)),
  ];
  const found = named.length > 0 ? named : anotherVault(model, told);
  const known = found.filter(({ vault }, index) => found.findIndex((other) => other.vault === vault) === index);
  return known.map(({ at, vault, inAddress }) => {
    const named = vault === undefined ? [] : secretsIn(model, told, vault, known.length === 1 || at === own);
    const ofAddress = inAddress === undefined ? [] : [{ property: at.property, value: inAddress }];
    const all = [...ofAddress, ...named];
    const secrets = all.filter(({ value }, index) => all.findIndex((other) => sameText(other.value, value)) === index);
    return { at, vault, secrets };
  });
}

function vaultAt({ vaults }: ChainModel, uri: string): VaultInModel | undefined {
  return vaults.find((candidate) => sameText(withSlash(candidate.uri), withSlash(uri)));
}

interface VaultFound {
  readonly at: Told;
  readonly vault: VaultInModel | undefined;
  readonly inAddress: string | undefined;
}

function vaultIn(model: ChainModel, at: Told): VaultFound[] {
  const [, host, inAddress] = VAULT_ADDRESS.exec(at.value) ?? [];
  const name = host ?? at.value;
  const vault = model.vaults.find((candidate) => sameText(candidate.name, name));
  if (vault !== undefined) return [{ at, vault, inAddress }];
  // A name alone may be anybody's; one that stands under "vault" is a vault's.
  const isVault = host !== undefined || (VAULT_NAME.test(name) && /vault/i.test(at.variable ?? ""));
  const isMistaken =
    isVault &&
    misses(
      name,
      model.vaults.map((each) => each.name),
    );
  return isMistaken ? [{ at, vault: undefined, inAddress: undefined }] : [];
}

/** The address of another environment's vault, copied together with the name of a secret. */
function anotherVault({ secrets }: ChainModel, told: readonly Told[]): VaultFound[] {
  const asksForOwn = told.some(({ value }) => secrets.some(({ name = "" }) => sameText(name, value)));
  const at = asksForOwn ? told.find(({ value }) => VAULT_ADDRESS.test(value)) : undefined;
  return at === undefined ? [] : [{ at, vault: undefined, inAddress: undefined }];
}

function secretsIn(model: ChainModel, told: readonly Told[], vault: VaultInModel, isOnly: boolean): Named[] {
  const ofVault = model.secrets.filter(({ vaultId = vault.id }) => sameText(vaultId, vault.id));
  const known = told.filter(({ value }) => ofVault.some(({ name = "" }) => sameText(name, value)));
  const strict = told.find(({ variable }) => variable === APP_ENVIRONMENT.secretName);
  const isOfOurs = told.some(({ variable }) => variable === APP_ENVIRONMENT.vaultUri);
  if (strict !== undefined && isOnly && (isOfOurs || ofVault.length > 0)) return [strict, ...known];
  if (known.length > 0 || !isOnly || ofVault.length === 0) return known;
  // A program that makes no secret leaves that to somebody else; one that does means one of its own.
  // Kubernetes has Secrets with names as well: only a name that says whose it is, or comes near, is meant for the vault.
  const names = ofVault.flatMap(({ name }) => name ?? []);
  return told.filter(
    ({ variable = "", value }) =>
      /^[0-9a-z-]{1,127}$/i.test(value) &&
      (VAULT_SECRET.test(variable) || (/secret/i.test(variable) && nearest(value, names) !== undefined)),
  );
}
