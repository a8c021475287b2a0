/** What a table held at one moment, as plain data. */
export type TableSnapshot<T> = readonly (readonly [key: string, value: T])[];

/** Part of the cloud's state, which can be put back to what it was: its values are replaced, and never changed. */
export class Table<T> extends Map<string, T> {
  snapshot(): TableSnapshot<T> {
    return [...this];
  }

  restore(snapshot: TableSnapshot<T>): void {
    this.clear();
    for (const [key, value] of snapshot) this.set(key, value);
  }
}
