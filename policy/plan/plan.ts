// All planned resources together: which of them a value that is not known yet comes from, and which come after which.
import { kindOf, type PlannedResource } from "./planned";

export class Plan {
  readonly #byUrn: ReadonlyMap<string, PlannedResource>;
  readonly #byKind = new Map<string, PlannedResource[]>();
  readonly #before = new Map<string, ReadonlySet<string>>();

  constructor(readonly resources: readonly PlannedResource[]) {
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    for (const resource of resources) {
      const kind = kindOf(resource.type);
      this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), resource]);
    }
  }

  ofKind(kind: string): readonly PlannedResource[] {
    return this.#byKind.get(kind) ?? [];
  }

  find(urn: string): PlannedResource | undefined {
    return this.#byUrn.get(urn);
  }

  providerOf({ provider }: PlannedResource): PlannedResource | undefined {
    // A recorded run has the provider's id after its URN.
    return this.#byUrn.get(provider) ?? this.#byUrn.get(provider.slice(0, provider.lastIndexOf("::")));
  }

  /** The resources of these kinds that an input's value is made of. */
  sources({ propertyDependencies }: PlannedResource, input: string, kinds: readonly string[]): readonly PlannedResource[] {
    const urns = [...new Set(propertyDependencies[input] ?? [])];
    return urns.flatMap((urn) => {
      const found = this.#byUrn.get(urn);
      return found !== undefined && kinds.includes(kindOf(found.type)) ? [found] : [];
    });
  }

  /** The only one of them: of several nobody knows which the value is. */
  source(resource: PlannedResource, input: string, ...kinds: readonly string[]): PlannedResource | undefined {
    const [only, ...others] = this.sources(resource, input, kinds);
    return others.length === 0 ? only : undefined;
  }

  /** URNs of all that is there before this one, through whatever lies between them. */
  everythingBefore(urn: string): ReadonlySet<string> {
    const known = this.#before.get(urn);
    if (known !== undefined) return known;
    const before = new Set<string>();
    // What Pulumi plans has no circles; a set that is there already ends one all the same.
    this.#before.set(urn, before);
    for (const direct of this.#byUrn.get(urn)?.dependencies ?? []) {
      before.add(direct);
      for (const further of this.everythingBefore(direct)) before.add(further);
    }
    return before;
  }
}
