// Names of what comes and goes with one cluster, where clusters replace each other.

/** The first generation is in no name: it is there before anybody thinks of a second. */
export function ofGeneration(name: string, generation = 1): string {
  return generation === 1 ? name : `${name}-${generation}`;
}
