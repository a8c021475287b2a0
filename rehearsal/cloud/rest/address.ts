// What a path of Resource Manager means. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
import { RESOURCE_GROUP } from "../resourceTypes";
import { NAMESPACES, type Shape, shapeOf } from "./shapes";

export type Address =
  | { readonly kind: "tenants" }
  | { readonly kind: "subscriptions" }
  | { readonly kind: "subscription" }
  /** Its regions. */
  | { readonly kind: "locations" }
  /** What the caller may do at a scope. */
  | { readonly kind: "permissions"; readonly scope: string }
  /** Registration of one resource provider, or of all. */
  | { readonly kind: "provider"; readonly namespace: string | undefined; readonly register: boolean }
  | { readonly kind: "resource"; readonly id: string; readonly shape: Shape }
  | { readonly kind: "action"; readonly id: string; readonly shape: Shape; readonly action: string }
  | { readonly kind: "collection"; readonly scope: string; readonly shape: Shape }
  /** Resources of every type. */
  | { readonly kind: "resources"; readonly scope: string }
  /** A call at the subscription that concerns no resource, such as `checkNameAvailability`. */
  | { readonly kind: "call"; readonly namespace: string; readonly path: readonly string[] };

export interface Parsed {
  readonly subscription: string | undefined;
  readonly address: Address;
}

/** Undefined for a path, or a type, that the emulation does not know. */
export function parseAddress(path: string): Parsed | undefined {
  const [head = "", subscription, ...rest] = path.replace(/\/$/, "").split("/").slice(1);
  if (/^tenants$/i.test(head) && subscription === undefined) return { subscription, address: { kind: "tenants" } };
  if (!/^subscriptions$/i.test(head)) return undefined;
  if (subscription === undefined) return { subscription, address: { kind: "subscriptions" } };
  const address = inSubscription(`/subscriptions/${subscription}`, rest);
  return address === undefined ? undefined : { subscription, address };
}

function inSubscription(root: string, segments: readonly string[]): Address | undefined {
  const [kind = "", name, ...rest] = segments;
  if (segments.length === 0) return { kind: "subscription" };
  if (/^locations$/i.test(kind) && name === undefined) return { kind: "locations" };
  if (/^resources$/i.test(kind) && name === undefined) return { kind: "resources", scope: root };
  if (/^providers$/i.test(kind)) return inProvider(root, segments);
  if (!/^resourcegroups$/i.test(kind)) return undefined;
  const shape = shapeOf(RESOURCE_GROUP);
  if (shape === undefined) return undefined;
  if (name === undefined) return { kind: "collection", scope: root, shape };
  const group = `${root}/resourceGroups/${name}`;
  if (rest.length === 0) return { kind: "resource", id: group, shape };
  if (rest.length === 1 && /^resources$/i.test(rest[0] ?? "")) return { kind: "resources", scope: group };
  return inProvider(group, rest);
}

/** An extension, such as a role assignment, lies below a resource: the last provider is the one that counts. */
function inProvider(scope: string, segments: readonly string[]): Address | undefined {
  const last = segments.map((segment) => segment.toLowerCase()).lastIndexOf("providers");
  if (last < 0 || last % 2 !== 0) return undefined;
  const [, given, ...tail] = segments.slice(last);
  const namespace = [...NAMESPACES.keys()].find((known) => known.toLowerCase() === given?.toLowerCase());
  const atSubscription = last === 0 && scope.split("/").length === 3;
  if (atSubscription && given === undefined) return { kind: "provider", namespace: undefined, register: false };
  if (namespace === undefined) return undefined;
  if (atSubscription && tail.length === 0) return { kind: "provider", namespace, register: false };
  if (atSubscription && tail.length === 1 && /^register$/i.test(tail[0] ?? ""))
    return { kind: "provider", namespace, register: true };
  const at = [scope, ...segments.slice(0, last)].join("/");
  if (namespace === "Microsoft.Authorization" && tail.length === 1 && /^permissions$/i.test(tail[0] ?? ""))
    return { kind: "permissions", scope: at };
  return below(at, namespace, tail) ?? (atSubscription ? { kind: "call", namespace, path: tail } : undefined);
}

function below(at: string, namespace: string, tail: readonly string[]): Address | undefined {
  const typed = (length: number) =>
    shapeOf([namespace, ...tail.slice(0, length).filter((_, index) => index % 2 === 0)].join("/"));
  const whole = typed(tail.length);
  const resource = tail.length - (tail.length % 2);
  if (whole !== undefined)
    return resource === tail.length
      ? { kind: "resource", id: idOf(at, whole, tail), shape: whole }
      : { kind: "collection", scope: tail.length === 1 ? at : parentScope(at, namespace, tail), shape: whole };
  const owner = tail.length % 2 === 1 ? typed(resource) : undefined;
  if (owner === undefined || resource === 0) return undefined;
  return { kind: "action", id: idOf(at, owner, tail.slice(0, -1)), shape: owner, action: tail.at(-1) ?? "" };
}

/** In the spelling of the type, so that every id of one type is written alike. */
function idOf(at: string, { type }: Shape, tail: readonly string[]): string {
  const [namespace = "", ...kinds] = type.split("/");
  const path = tail.map((segment, index) => (index % 2 === 0 ? (kinds[index / 2] ?? segment) : segment));
  return [at, "providers", namespace, ...path].join("/");
}

function parentScope(at: string, namespace: string, tail: readonly string[]): string {
  const path = tail.slice(0, -1);
  // The one blob service of an account comes with it: nobody creates it.
  if (/^blobservices$/i.test(path.at(-2) ?? "")) path.splice(-2);
  const shape = shapeOf([namespace, ...path.filter((_, index) => index % 2 === 0)].join("/"));
  return shape === undefined ? [at, "providers", namespace, ...path].join("/") : idOf(at, shape, path);
}
