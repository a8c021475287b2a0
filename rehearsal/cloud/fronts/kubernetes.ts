// The emulated Kubernetes API as far as a program sees it: objects by kind, namespace and name, and the addresses that a cluster gives.
import { createHash } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../azureError";
import { GroupedTable } from "../groupedTable";
import type { Properties } from "../resourceManager";
import type { TableSnapshot } from "../table";
import type { Front, ReadAnswer, ResourceAnswer } from "./front";

const metadataShape = z.looseObject({
  name: z.string().optional(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});

export interface KubernetesObject {
  /** For example `apps/v1:Deployment`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly inputs: Properties;
  readonly declared: string;
  /** Only patched by this program: the rest of it is in the cluster already, and not known here. */
  readonly partial: boolean;
}

/** Kinds that lie in no namespace: a cluster is asked for them, this knows those that programs use. */
export const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "core/v1:Namespace",
  "rbac.authorization.k8s.io/v1:ClusterRole",
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding",
]);
const SERVICE_ACCOUNT = "core/v1:ServiceAccount";
const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

export class KubernetesApi {
  readonly #objects = new GroupedTable<KubernetesObject>(({ kind }) => kind);
  /** Namespaces of every cluster in which the program has objects: each has its default ServiceAccount, which nobody creates. */
  readonly #usedSystemNamespaces = new Set<string>();
  #assumed: (namespace: string) => boolean = () => false;

  /** Namespaces that count as there though nobody has created them here: of a cluster that a program only uses, or still to come. */
  assume(isThere: (namespace: string) => boolean): void {
    this.#assumed = isThere;
  }

  list(kind: string): readonly KubernetesObject[] {
    const objects = this.#objects.group(kind);
    if (kind !== SERVICE_ACCOUNT || this.#usedSystemNamespaces.size === 0) return objects;
    const implied = [...this.#usedSystemNamespaces].filter((namespace) => !this.#objects.has(keyOf(defaultAccountOf(namespace))));
    return [...objects, ...implied.map((namespace) => defaultServiceAccount(namespace, `the cluster's namespace ${namespace}`))];
  }

  /** Creates; a `…Patch` changes what is there, or what is assumed to be there. */
  register(kind: string, pulumiName: string, inputs: Properties, declared: string, defaultNamespace = "default") {
    const patch = kind.endsWith("Patch");
    const { name: given, namespace: inNamespace } = metadataShape.parse(inputs.metadata ?? {});
    const name = given ?? `${pulumiName}-${digest(declared).slice(0, 8)}`;
    const namespace = CLUSTER_SCOPED.has(kind) ? "" : (inNamespace ?? defaultNamespace);
    if (namespace !== "" && !this.#namespaceExists(namespace))
      throw new AzureError(404, "NotFound", `namespaces "${namespace}" not found`);
    if (!patch) refuseOtherLabels(kind, name, inputs);
    const place = { kind: kind.replace(/Patch$/, ""), namespace, name };
    const existing = this.#objects.get(keyOf(place));
    // Since 4.29 the provider refuses to adopt an object that is there. https://github.com/pulumi/pulumi-kubernetes/blob/master/CHANGELOG.md
    if (existing !== undefined && !patch)
      throw new AzureError(409, "AlreadyExists", `${kind} "${name}" already exists in namespace "${namespace}"`);
    // Kubernetes gives every namespace a ServiceAccount for pods that name none.
    if (kind === "core/v1:Namespace") this.#objects.set(keyOf(defaultAccountOf(name)), defaultServiceAccount(name, declared));
    if (existing === undefined) return this.#put(place, inputs, declared, patch);
    return this.#put(place, merged(existing.inputs, inputs), existing.declared, existing.partial);
  }

  /** Changes an object to these inputs. */
  update(kind: string, id: string, inputs: Properties, declared: string) {
    const place = placeOf(kind, id);
    const existing = this.#objects.get(keyOf(place));
    if (existing === undefined) throw new AzureError(404, "NotFound", `${kind} "${id}" not found`);
    refuseOtherLabels(place.kind, place.name, inputs);
    return this.#put(place, inputs, declared, existing.partial);
  }

  /** What a program reads of an object by `namespace/name`, as it does with `get()`. Undefined: there is none. */
  read(kind: string, id: string): ReadAnswer | undefined {
    const object = this.#objects.get(keyOf(placeOf(kind, id)));
    return object === undefined ? undefined : { ...stateOf(object), inputs: { ...object.inputs } };
  }

  /** A namespace goes with all that is in it. */
  delete(kind: string, id: string): void {
    const place = placeOf(kind, id);
    // A patch takes back what it set; what that was before is not known here.
    if (kind.endsWith("Patch")) return;
    this.#objects.delete(keyOf(place));
    if (kind !== "core/v1:Namespace") return;
    for (const [key, { namespace }] of this.#objects) if (namespace === place.name) this.#objects.delete(key);
  }

  all(): readonly KubernetesObject[] {
    return [...this.#objects.values()];
  }

  snapshot(): TableSnapshot<KubernetesObject> {
    return this.#objects.snapshot();
  }
  restore(snapshot: TableSnapshot<KubernetesObject>): void {
    this.#objects.restore(snapshot);
  }

  #put(place: Place, inputs: Properties, declared: string, partial: boolean) {
    const { labels, annotations, ...rest } = metadataShape.parse(inputs.metadata ?? {});
    const object = { ...place, labels, annotations, inputs, declared, partial };
    this.#objects.set(keyOf(place), object);
    if (SYSTEM_NAMESPACES.includes(place.namespace)) this.#usedSystemNamespaces.add(place.namespace);
    return stateOf(object, rest);
  }

  #namespaceExists(name: string): boolean {
    return (
      SYSTEM_NAMESPACES.includes(name) ||
      this.#assumed(name) ||
      this.#objects.has(keyOf({ kind: "core/v1:Namespace", namespace: "", name }))
    );
  }
}

function defaultAccountOf(namespace: string): Place {
  return { kind: SERVICE_ACCOUNT, namespace, name: "default" };
}

function defaultServiceAccount(namespace: string, owner: string): KubernetesObject {
  const declared = `default ServiceAccount of ${owner}`;
  return { ...defaultAccountOf(namespace), labels: {}, annotations: {}, inputs: {}, partial: false, declared };
}

interface Place {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

function placeOf(kind: string, id: string): Place {
  const [name = "", namespace = CLUSTER_SCOPED.has(kind) ? "" : "default"] = id.split("/").reverse();
  return { kind: kind.replace(/Patch$/, ""), namespace, name };
}

function keyOf({ kind, namespace, name }: Place): string {
  return `${kind}|${namespace}|${name}`;
}

const workloadShape = z.looseObject({
  spec: z.looseObject({
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.looseObject({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }).default({ labels: {} }),
    }),
  }),
});

/** A workload that would not know its own pods. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector */
function refuseOtherLabels(kind: string, name: string, inputs: Properties): void {
  if (!/^(apps|batch)\//.test(kind)) return;
  const { spec } = workloadShape.safeParse(inputs).data ?? {};
  if (spec === undefined) return;
  const { labels } = spec.template.metadata;
  if (Object.entries(spec.selector.matchLabels).every(([key, value]) => labels[key] === value)) return;
  const [group = "", its = ""] = kind.split(/\/v\w+:/);
  const text = `${its}.${group} "${name}" is invalid: spec.template.metadata.labels: Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
  throw new AzureError(422, "Invalid", text);
}

const objectShape = z.record(z.string(), z.unknown());

// As server-side apply does with maps; a list is replaced whole.
function merged(old: Properties, patch: Properties): Properties {
  const changed = Object.entries(patch).map(([key, value]) => {
    const [before, after] = [objectShape.safeParse(old[key]), objectShape.safeParse(value)];
    return [key, before.success && after.success ? merged(before.data, after.data) : value] as const;
  });
  return { ...old, ...Object.fromEntries(changed) };
}

function stateOf(object: KubernetesObject, otherMetadata: Properties = {}): ResourceAnswer {
  const { kind, namespace, name, labels, annotations, inputs } = object;
  const uid = digest(`${kind}|${namespace}|${name}`);
  const metadata = { ...otherMetadata, name, ...(namespace === "" ? {} : { namespace }), labels, annotations, uid };
  return { id: namespace === "" ? name : `${namespace}/${name}`, state: { ...inputs, metadata, ...statusOf(object) } };
}

const serviceShape = z.looseObject({ spec: z.looseObject({ type: z.string().optional() }).optional() });

// Public addresses are from the range for documentation (RFC 5737), so that nobody takes one for real.
function statusOf(object: KubernetesObject): Properties {
  if (object.kind !== "core/v1:Service") return {};
  if (serviceShape.parse(object.inputs).spec?.type !== "LoadBalancer") return { status: { loadBalancer: {} } };
  const internal = object.annotations["service.beta.kubernetes.io/azure-load-balancer-internal"] === "true";
  const host = 4 + (Number.parseInt(digest(`${object.namespace}/${object.name}`).slice(0, 4), 16) % 250);
  return { status: { loadBalancer: { ingress: [{ ip: internal ? `10.224.0.${host}` : `203.0.113.${host}` }] } } };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What the provider is to one cluster; a type is `kubernetes:core/v1:Service`. */
export function kubernetesFront(api: KubernetesApi, defaultNamespace: string): Front {
  const kindOf = (type: string) => type.slice("kubernetes:".length);
  return {
    create: ({ type, name, inputs, declared }) => api.register(kindOf(type), name, inputs, declared, defaultNamespace),
    update: (id, { type, inputs, declared }) => api.update(kindOf(type), id, inputs, declared),
    read: (type, id) => api.read(kindOf(type), id),
    delete: (type, id) => api.delete(kindOf(type), id),
  };
}
