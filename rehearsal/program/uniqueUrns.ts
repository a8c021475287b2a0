// The engine refuses a second resource with the URN of another; mocks let it take the first one's place.

interface Named {
  readonly type: string;
  readonly name: string;
  /** As mocks write it: with the type of the nearest parent only, where the engine has those of all. */
  readonly urn: string;
  readonly parent: string | undefined;
}

export class UniqueUrns {
  readonly #taken = new Set<string>();
  /** The types of a resource and of all its parents, by its URN; undefined where mocks gave one URN to two resources. */
  readonly #types = new Map<string, string | undefined>();

  /** Whether the resource is the first with its URN. Where mocks cannot tell two parents apart, it is. */
  take({ type, name, urn, parent }: Named): boolean {
    const above = parent === undefined ? "" : this.#types.get(parent);
    if (above === undefined) return true;
    const types = `${above}$${type}`;
    this.#types.set(urn, this.#types.has(urn) && this.#types.get(urn) !== types ? undefined : types);
    const key = `${types}::${name}`;
    const first = !this.#taken.has(key);
    this.#taken.add(key);
    return first;
  }
}
