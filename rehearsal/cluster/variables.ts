// The variables of a container with their values, as a kubelet resolves them: plain ones, those from ConfigMaps and Secrets, and $(OTHER).
// https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
import { z } from "zod";
import type { KubernetesApi } from "../cloud/fronts/kubernetes";

const key = z.looseObject({ name: z.string(), key: z.string(), optional: z.boolean().default(false) });
export const variableShape = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .looseObject({
      fieldRef: z.looseObject({ fieldPath: z.string() }).optional(),
      configMapKeyRef: key.optional(),
      secretKeyRef: key.optional(),
    })
    .optional(),
});
const named = z.looseObject({ name: z.string() });
export const variableSourceShape = z.looseObject({
  prefix: z.string().default(""),
  configMapRef: named.optional(),
  secretRef: named.optional(),
});

export interface Variable {
  readonly name: string;
  /** Undefined for one whose value is known when the pod starts (`field`), or not at all. */
  readonly value: string | undefined;
  /** For example `metadata.name`. */
  readonly field?: string | undefined;
  /** Set where the program declares the object that it is taken from, and that has no such key: the kubelet then starts no container. */
  readonly missing?: MissingKey | undefined;
}

export interface MissingKey {
  readonly key: string;
  /** For example `ConfigMap settings`. */
  readonly of: string;
  /** The keys that it has. */
  readonly keys: readonly string[];
}

const CONFIG_MAP = "core/v1:ConfigMap";
const SECRET = "core/v1:Secret";
const strings = z.record(z.string(), z.string()).catch({});

export function resolveVariables(
  own: readonly z.infer<typeof variableShape>[],
  sources: readonly z.infer<typeof variableSourceShape>[],
  namespace: string,
  api: KubernetesApi,
): readonly Variable[] {
  const dataOf = (kind: string, name: string | undefined): Readonly<Record<string, string>> => {
    const inputs = api.list(kind).find((object) => object.namespace === namespace && object.name === name)?.inputs;
    if (inputs === undefined) return {};
    const encoded = Object.entries(strings.parse(inputs.data));
    if (kind === CONFIG_MAP) return Object.fromEntries(encoded);
    const decoded = encoded.map(([field, value]) => [field, Buffer.from(value, "base64").toString("utf8")] as const);
    return { ...Object.fromEntries(decoded), ...strings.parse(inputs.stringData) };
  };
  const found = new Map<string, Variable>();
  for (const { prefix, configMapRef, secretRef } of sources) {
    const data = { ...dataOf(CONFIG_MAP, configMapRef?.name), ...dataOf(SECRET, secretRef?.name) };
    for (const [name, value] of Object.entries(data))
      found.set(`${prefix}${name}`, { name: `${prefix}${name}`, value, field: undefined });
  }
  for (const { name, value, valueFrom } of own) {
    const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom ?? {};
    const referred =
      dataOf(CONFIG_MAP, configMapKeyRef?.name)[configMapKeyRef?.key ?? ""] ??
      dataOf(SECRET, secretKeyRef?.name)[secretKeyRef?.key ?? ""];
    const missing = missingKey(api, namespace, CONFIG_MAP, configMapKeyRef) ?? missingKey(api, namespace, SECRET, secretKeyRef);
    const variable = { name, value: value === undefined ? referred : expanded(value, found), field: fieldRef?.fieldPath };
    found.set(name, missing === undefined ? variable : { ...variable, missing });
  }
  return [...found.values()];
}

const record = z.record(z.string(), z.unknown()).catch({});

/** Of an object that the program declares whole. A Secret with a type of its own is filled by whoever knows that type. */
function missingKey(
  api: KubernetesApi,
  namespace: string,
  kind: string,
  reference: z.infer<typeof key> | undefined,
): MissingKey | undefined {
  if (reference === undefined || reference.optional) return undefined;
  const object = api.list(kind).find((each) => each.namespace === namespace && each.name === reference.name);
  if (object === undefined || object.partial || !["Opaque", undefined].includes(typeIn(object.inputs))) return undefined;
  const keys = [object.inputs.data, object.inputs.stringData, object.inputs.binaryData].flatMap((data) =>
    Object.keys(record.parse(data)),
  );
  // An empty one is a place that somebody else fills.
  if (keys.length === 0 || keys.includes(reference.key)) return undefined;
  return { key: reference.key, of: `${kind.slice(kind.indexOf(":") + 1)} ${reference.name}`, keys };
}

function typeIn({ type }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof type === "string" ? type : undefined;
}

/** A text with the values of `$(NAME)` in it. Of a variable only those that stand before it count; `$$(NAME)` is text. */
export function expanded(value: string, earlier: ReadonlyMap<string, Variable>): string {
  return value.replace(/\$(\$)?\(([A-Za-z_]\w*)\)/g, (whole, escaped: string | undefined, name: string) =>
    escaped === undefined ? (earlier.get(name)?.value ?? whole) : whole.slice(1),
  );
}
