// What a container is told to read: the vaults, secrets and containers of blobs that its variables and arguments name, whatever a program calls them.
import type { BlobContainerLink, ChainModel, ContainerLink, PodLink, VaultInModel } from "./model";
import { nearest } from "./nearest";
import { sameText } from "./rbac";
import { APP_ENVIRONMENT } from "./workloadIdentity";

/** A value that names something, and where a person finds it. */
export interface Named {
  readonly property: string;
  readonly value: string;
}

export interface VaultTarget {
  readonly at: Named;
  /** Undefined: it can only be meant for a vault of the program, and is none. */
  readonly vault: VaultInModel | undefined;
  /** Empty where the container does not say which. */
  readonly secrets: readonly Named[];
}

export interface BlobTarget {
  readonly at: Named;
  /** The account's containers that the program makes; none: it can only be meant for an account of the program, and is none. */
  readonly ofAccount: readonly BlobContainerLink[];
  /** Undefined where the container does not say which. */
  readonly container: Named | undefined;
  /** Whether it is blobs for certain that are meant: an account has queues and tables, too. */
  readonly isCertain: boolean;
}

/** One text that a container is given. */
interface Told extends Named {
  /** Of the variable; undefined for an argument. */
  readonly variable: string | undefined;
}

const VAULT_ADDRESS = /^https:\/\/([a-z0-9-]+)\.vault\.azure\.net(?::443)?(?:\/(?:secrets\/([^/?]+)(?:\/[^/?]*)?)?)?$/i;
const BLOB_ADDRESS = /^https:\/\/([a-z0-9]+)\.blob\.core\.windows\.net(?::443)?(?:\/(?:([^/?]+)(?:\/[^?]*)?)?)?$/i;
const VAULT_SECRET = /^(azure_|app_)?(key_?vault_|kv_|vault_)?secret_?name$/i;
const VAULT_NAME = /^[a-z][a-z0-9-]{2,23}$/i;
/** Shorter names are words that stand anywhere. */
const SHORTEST = 3;
/** Their values are what they say, whatever that is. */
const OURS: ReadonlySet<string> = new Set(Object.values(APP_ENVIRONMENT));

/** Where the template's `spec` or `metadata` stands in the object that holds it. */
export function templateProperty({ template = "spec.template" }: Pick<PodLink, "template">, path: string): string {
  return template === "" ? path : `${template}.${path}`;
}

/** Where a person finds a container. */
export function containerProperty(pod: Pick<PodLink, "template">, { name, init }: ContainerLink): string {
  return templateProperty(pod, `spec.${init === true ? "initContainers" : "containers"}["${name}"]`);
}

/** Where a person finds a variable of a container. */
export function envProperty(pod: Pick<PodLink, "template">, container: ContainerLink, variable: string): string {
  return `${containerProperty(pod, container)}.env["${variable}"]`;
}

/** An address with the slash at its end that some programs leave out; the SDKs do not mind. */
export function withSlash(uri: string): string {
  return uri.endsWith("/") ? uri : `${uri}/`;
}

function toldTo(pod: PodLink, container: ContainerLink): Told[] {
  const variables = Object.entries(container.env).flatMap(([variable, value]) =>
    value === undefined ? [] : [{ variable, value, property: envProperty(pod, container, variable) }],
  );
  // A script is one argument, with the names somewhere in it.
  const words = (container.commandLine ?? []).flatMap((argument) => argument.split(/[\s"'=,;()]+/));
  const property = `${containerProperty(pod, container)}.args`;
  return [...variables, ...words.map((value) => ({ variable: undefined, value, property }))].filter(
    ({ variable, value }) => value.length >= SHORTEST || (variable !== undefined && OURS.has(variable)),
  );
}

/** Whether a container is told of any vault or blobs, the program's own or not. */
export function isReader(model: ChainModel, pod: PodLink, container: ContainerLink): boolean {
  const told = toldTo(pod, container);
  return (
    [APP_ENVIRONMENT.vaultUri, APP_ENVIRONMENT.roleListScope].some((name) => container.env[name] !== undefined) ||
    told.some(({ value }) => VAULT_ADDRESS.test(value) || BLOB_ADDRESS.test(value)) ||
    vaultTargets(model, pod, container).length > 0 ||
    blobTargets(model, pod, container).length > 0
  );
}

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

/** Whether a name is one of these with a typing mistake. One that has only another number is a sibling's. */
function misses(name: string, known: readonly string[]): boolean {
  const near = nearest(
    name.toLowerCase(),
    known.map((each) => each.toLowerCase()),
  );
  const shape = (text: string) => text.toLowerCase().replace(/\d/g, "#");
  return near !== undefined && shape(near) !== shape(name);
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

/** One for each account. An account that the program does not make, and that is not one of its own with a typing mistake, is none of them. */
export function blobTargets(model: ChainModel, pod: PodLink, container: ContainerLink): BlobTarget[] {
  const { blobContainers = [] } = model;
  const told = toldTo(pod, container);
  const endpoint = told.find(({ variable }) => variable === APP_ENVIRONMENT.blobEndpoint);
  const strict = told.find(({ variable }) => variable === APP_ENVIRONMENT.blobContainer);
  const own = endpoint !== undefined && strict !== undefined ? endpoint : undefined;
  const found = [
    ...(own === undefined
      ? []
      : [{ at: own, ofAccount: blobContainers.filter((each) => sameText(withSlash(each.endpoint), withSlash(own.value))) }]),
    ...told.filter((each) => each !== own).flatMap((at) => accountIn(blobContainers, at)),
  ];
  const accountOf = ({ ofAccount }: { readonly ofAccount: readonly BlobContainerLink[] }) => ofAccount[0]?.account;
  return found
    .filter((each, index) => found.findIndex((other) => accountOf(other) === accountOf(each)) === index)
    .map(({ at, ofAccount }) => {
      const container = at === own ? strict : containerIn(told, at, ofAccount);
      return { at, ofAccount, container, isCertain: at === own || BLOB_ADDRESS.test(at.value) || container !== undefined };
    });
}

function accountIn(blobContainers: readonly BlobContainerLink[], at: Told) {
  const host = BLOB_ADDRESS.exec(at.value)?.[1];
  const name = (host ?? at.value).toLowerCase();
  const ofAccount = blobContainers.filter((each) => sameText(each.account, name));
  if (ofAccount.length > 0) return [{ at, ofAccount }];
  const accounts = blobContainers.map(({ account }) => account);
  const isAccount = host !== undefined || (/^[a-z0-9]{3,24}$/.test(name) && /storage|account|blob/i.test(at.variable ?? ""));
  return isAccount && misses(name, accounts) ? [{ at, ofAccount: [] }] : [];
}

function containerIn(told: readonly Told[], at: Told, ofAccount: readonly BlobContainerLink[]): Named | undefined {
  const inAddress = BLOB_ADDRESS.exec(at.value)?.[2];
  if (inAddress !== undefined) return { property: at.property, value: inAddress };
  const names = ofAccount.map(({ name }) => name);
  const others = told.filter((each) => each !== at);
  const meant = others.filter(({ variable }) => /container|blob/i.test(variable ?? ""));
  return (
    others.find(({ value }) => names.includes(value)) ??
    meant.find(({ value }) => !BLOB_ADDRESS.test(value) && nearest(value, names) !== undefined)
  );
}
