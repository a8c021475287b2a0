// Asks the policies as Pulumi does: with the inputs of each resource first, and with all resources at the end.
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { type PlannedResource, UNKNOWN } from "../../policy/plan/planned";
import { policies } from "../../policy/policies";

export type Told = readonly [rule: string, urn: string, message: string];

/** As @pulumi/policy does: whoever reads what is not known gets an error. */
function throwing(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const found: unknown = Reflect.get(target, key, receiver);
      if (found === UNKNOWN) throw new Error(`string value at .${String(key)} can't be known during preview`);
      return throwing(found);
    },
  });
}
const record = (value: unknown) => throwing(value) as Record<string, unknown>;

/** What each policy says of these resources, before and at the end. `seen` leaves resources out of the first; `atTheEnd` may have another order. */
export function run(
  resources: readonly PlannedResource[],
  seen: (resource: PlannedResource) => boolean = () => true,
  atTheEnd = resources,
) {
  const all = policies();
  const early: Told[] = [];
  const late: Told[] = [];
  const nothing = { opts: {}, isType: () => false, asType: () => undefined, getConfig: () => ({}), stackTags: new Map() };
  const providerOf = (urn: string) => (urn === "" ? {} : { provider: { urn } });
  for (const { urn, type, name, inputs, provider } of resources.filter(seen))
    for (const policy of all)
      if ("validateResource" in policy && typeof policy.validateResource === "function") {
        const args = { ...nothing, urn, type, name, props: record(inputs), ...providerOf(provider) };
        void policy.validateResource(args as unknown as ResourceValidationArgs, (message) =>
          early.push([policy.name, urn, message]),
        );
      }
  const byUrn = new Map<string, Record<string, unknown>>();
  for (const { urn, type, name, outputs = {}, provider } of atTheEnd)
    byUrn.set(urn, { ...nothing, urn, type, name, props: record(outputs), ...providerOf(provider) });
  const found = (urns: readonly string[]) => urns.flatMap((urn) => byUrn.get(urn) ?? []);
  for (const { urn, dependencies, propertyDependencies } of resources)
    Object.assign(byUrn.get(urn) ?? {}, {
      dependencies: found(dependencies),
      propertyDependencies: Object.fromEntries(Object.entries(propertyDependencies).map(([key, urns]) => [key, found(urns)])),
    });
  const args = { ...nothing, resources: [...byUrn.values()] as unknown as PolicyResource[] };
  for (const policy of all)
    if ("validateStack" in policy)
      void policy.validateStack(args as never, (message, urn) => late.push([policy.name, urn ?? "", message]));
  return { early, late };
}
