// What a policy sees of the resources of a run. Inputs come with each resource before it is created; what comes from where, at the end with all of them.
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { type PlannedResource, type Properties, UNKNOWN } from "./plan/planned";

/**
 * Both kinds of arguments of one run put together. The resources at the end have what their providers answered in place of what the program sent: in a preview
 * that is nothing for an object of a cluster that does not exist yet, and it never has what azure-native puts into a resource's address.
 */
export class Observed {
  readonly #inputs = new Map<string, Properties>();
  #version = 0;

  /** Counts what was observed, so that one can see whether there is more. */
  get version(): number {
    return this.#version;
  }

  add({ urn, type, name, props, provider }: ResourceValidationArgs): PlannedResource {
    const inputs = plainProperties(props);
    this.#inputs.set(urn, inputs);
    this.#version++;
    return { urn, type, name, inputs, provider: provider?.urn ?? "", dependencies: [], propertyDependencies: {} };
  }

  /**
   * In the order in which they came, whatever order the engine has them in at the end: of two that say the same, the later is at fault. What a program only
   * reads, or a run leaves out, came without inputs: nothing is known of it.
   */
  all(resources: readonly PolicyResource[]): PlannedResource[] {
    const order = new Map([...this.#inputs.keys()].map((urn, index) => [urn, index]));
    const place = ({ urn }: PolicyResource) => order.get(urn) ?? order.size;
    const inOrder = resources.toSorted((one, other) => place(one) - place(other));
    return inOrder.map(({ urn, type, name, props, provider, dependencies, propertyDependencies }) => ({
      urn,
      type,
      name,
      inputs: this.#inputs.get(urn) ?? UNKNOWN,
      outputs: plainProperties(props),
      provider: provider?.urn ?? "",
      dependencies: dependencies.map((each) => each.urn),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([input, sources]) => [input, sources.map((each) => each.urn)]),
      ),
    }));
  }
}

function plainProperties(props: Readonly<Record<string, unknown>>): Properties {
  return Object.fromEntries(Object.keys(props).map((key) => [key, plain(() => props[key])]));
}

// Pulumi throws for whoever reads a value that is not known: https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/proxy.ts
function plain(read: () => unknown): unknown {
  let value: unknown;
  try {
    value = read();
  } catch {
    return UNKNOWN;
  }
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => plain(() => value[index]));
  if (typeof value === "object" && value !== null) return plainProperties(value as Readonly<Record<string, unknown>>);
  return value;
}
