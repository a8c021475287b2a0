// Resource ids of Azure as far as a preview can tell them: from the names in the program, and with a mark of its own for each name that is not known yet.
import type { Plan } from "./plan";
import { kindOf, labelOf, type PlannedResource, textAt } from "./planned";

/** Which subscription it is, a preview does not always know: ids are compared without it. */
const SUBSCRIPTION = "/subscriptions/…";

interface Level {
  /** What its id says before its name. */
  readonly segment: string;
  /** Input that holds its name. */
  readonly name: string;
  /** What it lies in, and the input that names that. Default: a resource group. */
  readonly parent?: readonly [kind: string, input: string];
}

const LEVELS: Readonly<Record<string, Level>> = {
  "managedidentity:UserAssignedIdentity": {
    segment: "providers/Microsoft.ManagedIdentity/userAssignedIdentities",
    name: "resourceName",
  },
  "containerservice:ManagedCluster": { segment: "providers/Microsoft.ContainerService/managedClusters", name: "resourceName" },
  "containerregistry:Registry": { segment: "providers/Microsoft.ContainerRegistry/registries", name: "registryName" },
  "keyvault:Vault": { segment: "providers/Microsoft.KeyVault/vaults", name: "vaultName" },
  "keyvault:Secret": { segment: "secrets", name: "secretName", parent: ["keyvault:Vault", "vaultName"] },
  "storage:StorageAccount": { segment: "providers/Microsoft.Storage/storageAccounts", name: "accountName" },
  "storage:BlobContainer": {
    segment: "blobServices/default/containers",
    name: "containerName",
    parent: ["storage:StorageAccount", "accountName"],
  },
};

/** A name, or words for one that is not known yet. */
export function nameOf(resource: PlannedResource): string {
  const kind = kindOf(resource.type);
  const input = kind === "resources:ResourceGroup" ? "resourceGroupName" : (LEVELS[kind]?.name ?? "");
  return textAt(resource.inputs, input) ?? futureValue("name", resource);
}

/** Stands for a value that a resource will have once it exists. */
export function futureValue(output: string, resource: PlannedResource): string {
  return `<${output} of ${labelOf(resource)}>`;
}

/** An id that the program says itself, as `idOf` gives those of planned resources. */
export function comparable(id: string): string {
  return id.replace(/^\/?subscriptions\/[^/]+/i, SUBSCRIPTION);
}

/** Undefined where it cannot be said what the resource lies in. */
export function idOf(plan: Plan, resource: PlannedResource): string | undefined {
  const kind = kindOf(resource.type);
  if (kind === "resources:ResourceGroup") return `${SUBSCRIPTION}/resourceGroups/${nameOf(resource)}`;
  const level = LEVELS[kind];
  if (level === undefined) return undefined;
  const parent = level.parent === undefined ? groupId(plan, resource) : parentId(plan, resource, level.parent);
  return parent === undefined ? undefined : `${parent}/${level.segment}/${nameOf(resource)}`;
}

function groupId(plan: Plan, resource: PlannedResource): string | undefined {
  const name = textAt(resource.inputs, "resourceGroupName");
  if (name !== undefined) return `${SUBSCRIPTION}/resourceGroups/${name}`;
  const group = plan.source(resource, "resourceGroupName", "resources:ResourceGroup");
  return group === undefined ? undefined : idOf(plan, group);
}

function parentId(plan: Plan, resource: PlannedResource, [kind, input]: readonly [string, string]): string | undefined {
  const parent = named(plan, resource, kind, input);
  return parent === undefined ? undefined : idOf(plan, parent);
}

/** The planned resource of this kind that an input names, by its text or by where that comes from. */
export function named(plan: Plan, resource: PlannedResource, kind: string, input: string): PlannedResource | undefined {
  const name = textAt(resource.inputs, input);
  if (name === undefined) return plan.source(resource, input, kind);
  return plan.ofKind(kind).find((candidate) => nameOf(candidate).toLowerCase() === name.toLowerCase());
}

const SCOPES = ["resources:ResourceGroup", ...Object.keys(LEVELS)];

/** Where a role is assigned. Undefined where that is not known, or lies above subscriptions. */
export function scopeOf(plan: Plan, assignment: PlannedResource): string | undefined {
  const text = textAt(assignment.inputs, "scope");
  if (text !== undefined) return /^\/?subscriptions\//i.test(text) ? comparable(text) : undefined;
  const ids = plan.sources(assignment, "scope", SCOPES).map((source) => idOf(plan, source));
  // A scope that is put together also comes from what the resource lies in.
  const narrowest = ids.find((id) => ids.every((other) => other !== undefined && id?.startsWith(other)));
  return narrowest;
}
