// What follows from a resource alone is worked out once: of some there are thousands, and each new one is compared with all the others.
import type { AzureResource } from "./resourceManager";

/** A resource that changes is another object. */
export function remembered<T>(work: (resource: AzureResource) => T): (resource: AzureResource) => T {
  const known = new WeakMap<AzureResource, T>();
  return (resource) => {
    const found = known.get(resource) ?? work(resource);
    known.set(resource, found);
    return found;
  };
}
