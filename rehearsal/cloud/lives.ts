// How often something of this name has begun: Azure gives a resource that comes again under its old name other ids than it had.
export class Lives {
  readonly #begun = new Map<string, number>();

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
}

function textOf(name: string, earlier: number): string {
  return earlier === 0 ? name : `${name}#${earlier}`;
}
