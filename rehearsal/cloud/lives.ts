// How often something of this name has begun: Azure gives a resource that comes again under its old name other ids than it had.
import { Table, type TableSnapshot } from "./table";

export class Lives {
  readonly #begun = new Table<number>();

  /** For the first one the name itself, so that a stack's ids are the same in every rehearsal. */
  next(name: string): string {
    return textOf(name, this.#begun.get(name.toLowerCase()) ?? 0);
  }

  present(name: string): string {
    return textOf(name, (this.#begun.get(name.toLowerCase()) ?? 1) - 1);
  }

  begin(name: string): string {
    const life = this.next(name);
    this.#begun.set(name.toLowerCase(), (this.#begun.get(name.toLowerCase()) ?? 0) + 1);
    return life;
  }

  snapshot(): TableSnapshot<number> {
    return this.#begun.snapshot();
  }
  restore(snapshot: TableSnapshot<number>): void {
    this.#begun.restore(snapshot);
  }
}

function textOf(name: string, earlier: number): string {
  return earlier === 0 ? name : `${name}#${earlier}`;
}
