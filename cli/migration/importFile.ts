// The document that `pulumi import --file` takes, with the program's own names, types and parents: only then is an imported resource the program's.
// https://www.pulumi.com/docs/iac/guides/migration/import/#bulk-import-operations
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Request } from "./request";

const PROJECT = "aks-workload-identity";

export interface ComponentEntry {
  readonly type: string;
  readonly name: string;
  readonly component: true;
}

export interface ResourceEntry {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** Name of a component in the same document. */
  readonly parent: string;
  /** Of the provider, as the program has it: another one would be another provider in the state. */
  readonly version: string;
}

/** A component and what is adopted of it. */
export interface Adopted {
  readonly component: ComponentEntry;
  readonly children: readonly ResourceEntry[];
}

/** What the program calls what it makes. A test compares this table with what the program registers. */
const COMPONENTS = {
  workloadIdentity: component("WorkloadIdentity", "web"),
  applicationIdentity: component("ApplicationIdentity", "web"),
  vault: component("SecretVault", "vault"),
  blobs: component("BlobStore", "blobs"),
} as const;

function component(kind: string, name: string): ComponentEntry {
  return { type: `${PROJECT}:index:${kind}`, name, component: true };
}

export function managedIdentity(request: Request): Adopted {
  const id = `${groupId(request)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${request.identity}`;
  return adopt(COMPONENTS.workloadIdentity, [["azure-native:managedidentity:UserAssignedIdentity", "web-identity", id]]);
}

export function application(request: Request): Adopted {
  return adopt(COMPONENTS.applicationIdentity, [
    ["azuread:index/application:Application", "web-application", `/applications/${request["application-id"]}`],
    [
      "azuread:index/servicePrincipal:ServicePrincipal",
      "web-service-principal",
      `/servicePrincipals/${request["service-principal-id"]}`,
    ],
  ]);
}

export function vault(request: Request): Adopted {
  const id = vaultId(request);
  return adopt(COMPONENTS.vault, [
    ["azure-native:keyvault:Vault", "vault-vault", id],
    ["azure-native:keyvault:Secret", "vault-secret-app", `${id}/secrets/${request.secret}`],
  ]);
}

export function blobs(request: Request): Adopted {
  const id = accountId(request);
  return adopt(COMPONENTS.blobs, [
    ["azure-native:storage:StorageAccount", "blobs-account", id],
    ["azure-native:storage:BlobContainer", "blobs-container", `${id}/blobServices/default/containers/${request.container}`],
  ]);
}

function adopt(component: ComponentEntry, children: readonly (readonly [type: string, name: string, id: string])[]): Adopted {
  return {
    component,
    children: children.map(([type, name, id]) => ({ type, name, id, parent: component.name, version: versionOf(type) })),
  };
}

export function groupId({ subscription, "resource-group": group }: Request): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

export function clusterId({ subscription, "cluster-resource-group": group, cluster }: Request): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${cluster}`;
}

export function vaultId(request: Request): string {
  return `${groupId(request)}/providers/Microsoft.KeyVault/vaults/${request.vault}`;
}

export function accountId(request: Request): string {
  return `${groupId(request)}/providers/Microsoft.Storage/storageAccounts/${request["storage-account"]}`;
}

const manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

function versionOf(type: string): string {
  const provider = `@pulumi/${type.slice(0, type.indexOf(":"))}`;
  const text = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  const version = manifest.parse(JSON.parse(text)).dependencies[provider];
  if (version === undefined) throw new Error(`package.json does not name ${provider}`);
  return version;
}

export function importDocument(adopted: readonly Adopted[]): string {
  const resources = adopted.flatMap(({ component, children }) => [component, ...children]);
  return `${JSON.stringify({ resources }, undefined, 2)}\n`;
}

/** The URN of each adopted resource in a stack. */
export function urnsOf(adopted: readonly Adopted[], stack: string): string[] {
  return adopted.flatMap(({ component, children }) =>
    children.map(({ type, name }) => `urn:pulumi:${stack}::${PROJECT}::${component.type}$${type}::${name}`),
  );
}
