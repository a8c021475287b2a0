// The control plane of the emulated Azure: resources by id, put / get / delete, with the answers and refusals of each type.
import { lastSegment, sameText } from "../../chain";
import { AzureError } from "./azureError";
import { GroupedTable } from "./groupedTable";
import { Lives } from "./lives";
import { parentNotFound, parentOf, typeOf } from "./resourceIds";
import { VAULT } from "./resourceTypes";
import { SoftDeleted, type SoftDeletedSnapshot, vaultIdOf } from "./softDeleted";
import { Table, type TableSnapshot } from "./table";

export { parentOf, typeOf } from "./resourceIds";

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
  readonly type: string;
  readonly name: string;
  readonly properties: Properties;
  readonly existing: AzureResource | undefined;
  /** What generated ids are made from: the id, and another text for each resource that has had this id before. */
  readonly life: string;
}

export interface ManagerSnapshot {
  readonly resources: TableSnapshot<AzureResource>;
  readonly written: TableSnapshot<Written>;
  readonly lives: TableSnapshot<number>;
  readonly deleted: readonly AzureResource[];
  readonly softDeleted: SoftDeletedSnapshot;
}

/** A reason to refuse what is put, beside those of the type. Throws. */
export type PutCheck = (request: PutRequest, manager: ResourceManager) => void;

export interface Companion {
  readonly id: string;
  readonly properties: Properties;
  readonly declared: string;
}

export interface ManagerOptions {
  /** The emulated clock, in milliseconds since 1970. Defaults to one that stands still. */
  readonly now?: () => number;
  /** What Azure makes with a resource beside it, and deletes with it. */
  readonly companions?: (resource: AzureResource) => readonly Companion[];
  /** Names of vaults, registries and storage accounts that somebody else in Azure has. */
  readonly takenNames?: readonly string[];
}

/** When a resource was written, and what it was before: what is replicated late is seen as it was. */
export interface Written {
  readonly createdMs: number;
  readonly writtenMs: number;
  readonly before: AzureResource | undefined;
}

export class ResourceManager {
  readonly #resources = new GroupedTable<AzureResource>(({ type }) => type);
  readonly #written = new Table<Written>();
  readonly #lives = new Lives();
  readonly #checks: PutCheck[] = [];
  /** What was deleted, oldest first. */
  readonly deleted: AzureResource[] = [];
  /** Of those, what can be recovered. */
  readonly softDeleted = new SoftDeleted(() => this.now());

  constructor(
    readonly tenantId: string,
    readonly subscriptionId: string,
    readonly behaviours: Readonly<Record<string, TypeBehaviour>>,
    readonly options: ManagerOptions = {},
  ) {}

  now(): number {
    return this.options.now?.() ?? 0;
  }

  /** A further check of whatever is put, until the returned function is called. */
  addCheck(check: PutCheck): () => void {
    this.#checks.push(check);
    return () => {
      const index = this.#checks.indexOf(check);
      if (index >= 0) this.#checks.splice(index, 1);
    };
  }

  /** Creates or changes, as PUT does: what is not given is no longer there. */
  put(id: string, properties: Properties, declared: string): AzureResource {
    const existing = this.get(id);
    const resource = this.prepare(id, properties, declared);
    for (const each of this.options.companions?.(resource) ?? [])
      if (this.get(each.id) === undefined) this.put(each.id, each.properties, each.declared);
    if (existing === undefined) this.#lives.begin(id);
    this.#resources.set(id.toLowerCase(), resource);
    const writtenMs = this.now();
    const createdMs = existing === undefined ? writtenMs : (this.written(id)?.createdMs ?? writtenMs);
    this.#written.set(id.toLowerCase(), { createdMs, writtenMs, before: existing });
    // A vault that was deleted is created only to recover it.
    if (resource.type === VAULT) this.bringBack(this.softDeleted.takeVault(id, resource.name) ?? []);
    return resource;
  }

  /** What `put` would make of it, or its refusal: Azure looks at a request that takes minutes when it comes, not when it is done. */
  prepare(id: string, properties: Properties, declared: string): AzureResource {
    const type = typeOf(id);
    const behaviour = this.behaviours[type];
    if (behaviour === undefined) throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type} (${id})`);
    const parent = parentOf(id);
    if (parent !== undefined && this.get(parent) === undefined) {
      throw parentNotFound(type, parent);
    }
    const name = lastSegment(id);
    const existing = this.get(id);
    const life = existing === undefined ? this.#lives.next(id) : this.#lives.present(id);
    const request = { id, type, name, properties, existing, life };
    for (const check of [...this.#checks]) check(request, this);
    const added = behaviour(request, this);
    return { id: existing?.id ?? id, type, name, properties: { ...properties, ...added }, given: properties, declared };
  }

  /** Puts back what was deleted, as it was. */
  bringBack(resources: readonly AzureResource[]): void {
    const now = this.now();
    for (const resource of resources) {
      this.#resources.set(resource.id.toLowerCase(), resource);
      this.#written.set(resource.id.toLowerCase(), { createdMs: now, writtenMs: now, before: undefined });
    }
  }

  /** Whether the name of what has a host name of its own belongs to another resource, of this tenant or of somebody else. */
  isTaken(type: string, id: string, name: string): boolean {
    const others = this.list(type).filter((other) => !sameText(other.id, id));
    return [...others.map((other) => other.name), ...(this.options.takenNames ?? [])].some((other) => sameText(other, name));
  }

  get(id: string): AzureResource | undefined {
    return this.#resources.get(id.toLowerCase());
  }

  written(id: string): Written | undefined {
    return this.#written.get(id.toLowerCase());
  }

  /** Deletes a resource with everything below it, as Azure does. False: there was none. */
  delete(id: string): boolean {
    const key = id.toLowerCase();
    const there = this.#resources.has(key);
    const gone: AzureResource[] = [];
    for (const [other, resource] of this.#resources)
      if (other === key || other.startsWith(`${key}/`)) {
        this.#resources.delete(other);
        this.#written.delete(other);
        this.deleted.push(resource);
        gone.push(resource);
      }
    this.softDeleted.keep(gone, (secretId) => this.get(vaultIdOf(secretId)));
    for (const companion of gone.flatMap((resource) => this.options.companions?.(resource) ?? [])) this.delete(companion.id);
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
    return {
      resources: this.#resources.snapshot(),
      written: this.#written.snapshot(),
      lives: this.#lives.snapshot(),
      deleted: [...this.deleted],
      softDeleted: this.softDeleted.snapshot(),
    };
  }
  restore({ resources, written, lives, deleted, softDeleted }: ManagerSnapshot): void {
    this.#resources.restore(resources);
    this.#written.restore(written);
    this.#lives.restore(lives);
    this.deleted.splice(0, Number.POSITIVE_INFINITY, ...deleted);
    this.softDeleted.restore(softDeleted);
  }
}
