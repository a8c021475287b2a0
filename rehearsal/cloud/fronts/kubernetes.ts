// The emulated Kubernetes API as far as a program sees it: objects by kind, namespace and name, and the addresses that a cluster gives.
import { createHash } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../azureError";
import type { Properties } from "../resourceManager";

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

const CLUSTER_SCOPED = new Set([
  "core/v1:Namespace",
  "rbac.authorization.k8s.io/v1:ClusterRole",
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding",
]);
const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

export class KubernetesApi {
  readonly #objects = new Map<string, KubernetesObject>();

  list(kind: string): readonly KubernetesObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind);
  }

  register(kind: string, pulumiName: string, inputs: Properties, declared: string, defaultNamespace = "default") {
    const patch = kind.endsWith("Patch");
    const { name: given, namespace: inNamespace, labels, annotations, ...rest } = metadataShape.parse(inputs.metadata ?? {});
    const name = given ?? `${pulumiName}-${digest(declared).slice(0, 8)}`;
    const namespace = CLUSTER_SCOPED.has(kind) ? "" : (inNamespace ?? defaultNamespace);
    if (namespace !== "" && !this.#namespaceExists(namespace))
      throw new AzureError(404, "NotFound", `namespaces "${namespace}" not found`);
    const key = `${kind.replace(/Patch$/, "")}|${namespace}|${name}`;
    const existing = this.#objects.get(key);
    // Since 4.29 the provider refuses to adopt an object that is there. https://github.com/pulumi/pulumi-kubernetes/blob/master/CHANGELOG.md
    if (existing !== undefined && !patch)
      throw new AzureError(409, "AlreadyExists", `${kind} "${name}" already exists in namespace "${namespace}"`);
    const object = {
      kind: kind.replace(/Patch$/, ""),
      namespace,
      name,
      labels: { ...existing?.labels, ...labels },
      annotations: { ...existing?.annotations, ...annotations },
      inputs: existing === undefined ? inputs : merged(existing.inputs, inputs),
      declared: existing?.declared ?? declared,
      partial: existing === undefined ? patch : existing.partial,
    };
    this.#objects.set(key, object);
    // Kubernetes gives every namespace a ServiceAccount for pods that name none.
    if (kind === "core/v1:Namespace") this.#defaultServiceAccount(name, declared);
    return stateOf(object, rest);
  }

  /** What a program reads of an object by `namespace/name`, as it does with `get()`. */
  read(kind: string, id: string) {
    const [name = "", namespace = CLUSTER_SCOPED.has(kind) ? "" : "default"] = id.split("/").reverse();
    const object = this.#objects.get(`${kind}|${namespace}|${name}`);
    if (object === undefined)
      throw new AzureError(404, "NotFound", `${kind} "${id}" not found: a rehearsal knows only what the program itself creates`);
    return stateOf(object);
  }

  #defaultServiceAccount(namespace: string, owner: string): void {
    const kind = "core/v1:ServiceAccount";
    const object = {
      kind,
      namespace,
      name: "default",
      labels: {},
      annotations: {},
      inputs: {},
      partial: false,
      declared: `default ServiceAccount of ${owner}`,
    };
    this.#objects.set(`${kind}|${namespace}|default`, object);
  }

  #namespaceExists(name: string): boolean {
    return SYSTEM_NAMESPACES.includes(name) || this.list("core/v1:Namespace").some((namespace) => namespace.name === name);
  }
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

function stateOf(object: KubernetesObject, otherMetadata: Properties = {}) {
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
