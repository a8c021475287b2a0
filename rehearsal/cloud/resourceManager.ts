// The control plane of the emulated Azure: resources by id, put / get / delete, with the answers and refusals of each type.
import { AzureError } from "./azureError";
import { GroupedTable } from "./groupedTable";
import { Lives } from "./lives";
import type { TableSnapshot } from "./table";

export type Properties = Readonly<Record<string, unknown>>;

export interface AzureResource {
  readonly id: string;
  /** For example `Microsoft.KeyVault/vaults`. */
  readonly type: string;
  readonly name: string;
  readonly properties: Properties;
  /** What was sent, without what Azure added. */
  readonly given: Properties;
  /** `type::name` of the Pulumi resource that declares it. */
  readonly declared: string;
}

/** What a type adds to the properties that it was given, or why it refuses them. */
export type TypeBehaviour = (request: PutRequest, manager: ResourceManager) => Properties;

export interface PutRequest {
  readonly id: string;
  readonly name: string;
  readonly properties: Properties;
  readonly existing: AzureResource | undefined;
  /** What generated ids are made from: the id, and another text for each resource that has had this id before. */
  readonly life: string;
}

export interface ManagerSnapshot {
  readonly resources: TableSnapshot<AzureResource>;
  readonly lives: TableSnapshot<number>;
  readonly deleted: readonly AzureResource[];
}

export class ResourceManager {
  readonly #resources = new GroupedTable<AzureResource>(({ type }) => type);
  readonly #lives = new Lives();
  /** What was deleted, oldest first. */
  readonly deleted: AzureResource[] = [];

  constructor(
    readonly tenantId: string,
    readonly subscriptionId: string,
    readonly behaviours: Readonly<Record<string, TypeBehaviour>>,
  ) {}

  /** Creates or changes, as PUT does: what is not given is no longer there. */
  put(id: string, properties: Properties, declared: string): AzureResource {
    const type = typeOf(id);
    const behaviour = this.behaviours[type];
    if (behaviour === undefined) throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type} (${id})`);
    const parent = parentOf(id);
    if (parent !== undefined && this.get(parent) === undefined) {
      throw new AzureError(
        404,
        "ParentResourceNotFound",
        `Failed to perform 'write' on resource of type '${type}': the parent '${parent}' was not found`,
      );
    }
    const name = lastSegment(id);
    const existing = this.get(id);
    const life = existing === undefined ? this.#lives.next(id) : this.#lives.present(id);
    const added = behaviour({ id, name, properties, existing, life }, this);
    const resource = { id: existing?.id ?? id, type, name, properties: { ...properties, ...added }, given: properties, declared };
    if (existing === undefined) this.#lives.begin(id);
    this.#resources.set(id.toLowerCase(), resource);
    return resource;
  }

  get(id: string): AzureResource | undefined {
    return this.#resources.get(id.toLowerCase());
  }

  /** Deletes a resource with everything below it, as Azure does. False: there was none. */
  delete(id: string): boolean {
    const key = id.toLowerCase();
    const there = this.#resources.has(key);
    for (const [other, resource] of this.#resources)
      if (other === key || other.startsWith(`${key}/`)) {
        this.#resources.delete(other);
        this.deleted.push(resource);
      }
    return there;
  }

  all(): readonly AzureResource[] {
    return [...this.#resources.values()];
  }

  list(type: string): readonly AzureResource[] {
    return this.#resources.group(type);
  }

  childrenOf(id: string, type: string): readonly AzureResource[] {
    const prefix = `${id.toLowerCase()}/`;
    return this.list(type).filter((resource) => resource.id.toLowerCase().startsWith(prefix));
  }

  snapshot(): ManagerSnapshot {
    return { resources: this.#resources.snapshot(), lives: this.#lives.snapshot(), deleted: [...this.deleted] };
  }
  restore({ resources, lives, deleted }: ManagerSnapshot): void {
    this.#resources.restore(resources);
    this.#lives.restore(lives);
    this.deleted.splice(0, Number.POSITIVE_INFINITY, ...deleted);
  }
}

// An id is pairs of kind and name; a new provider starts a new type. https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
export function typeOf(id: string): string {
  const segments = id.split("/").slice(1);
  const provider = segments.map((segment) => segment.toLowerCase()).lastIndexOf("providers");
  if (provider < 0) return segments.length === 4 ? "Microsoft.Resources/resourceGroups" : "Microsoft.Resources/subscriptions";
  const kinds = segments.slice(provider + 2).filter((_, index) => index % 2 === 0);
  return [segments[provider + 1], ...kinds].join("/");
}

export function parentOf(id: string): string | undefined {
  const segments = id.split("/");
  const cut = segments.slice(0, -2);
  // The one blob service of an account comes with it: nobody creates it.
  if (cut.slice(-2).join("/").toLowerCase() === "blobservices/default") cut.splice(-2);
  if (cut.at(-2)?.toLowerCase() === "providers") cut.splice(-2);
  // Subscriptions are there before any resource; a role's scope may be one that this emulation does not hold, and is not a parent.
  return cut.length <= 3 || id.toLowerCase().includes("/microsoft.authorization/") ? undefined : cut.join("/");
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
