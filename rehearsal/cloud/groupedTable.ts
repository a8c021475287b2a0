// A table whose values are found by what they have in common, without a look at all of them.
import { Table } from "./table";

export class GroupedTable<T> extends Table<T> {
  readonly #groups = new Map<string, Map<string, T>>();

  /** A key stays in its group for as long as it is in the table. */
  constructor(readonly groupOf: (value: T) => string) {
    super();
  }

  /** In the order in which they came. */
  group(name: string): readonly T[] {
    return [...(this.#groups.get(name)?.values() ?? [])];
  }

  override set(key: string, value: T): this {
    const name = this.groupOf(value);
    const group = this.#groups.get(name) ?? new Map<string, T>();
    this.#groups.set(name, group.set(key, value));
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    const value = this.get(key);
    if (value !== undefined) this.#groups.get(this.groupOf(value))?.delete(key);
    return super.delete(key);
  }

  override clear(): void {
    this.#groups.clear();
    super.clear();
  }
}
