// Labels and annotations of Kubernetes objects by themselves: near misses that nobody refuses and that do nothing.
import type { Finding, MetadataInModel, ObjectInModel } from "./model";
import { POD_TEMPLATE_PATHS } from "./podTemplates";
import { finding } from "./rules";
import {
  CLIENT_ID_ANNOTATION,
  SKIP_CONTAINERS_ANNOTATION,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  USE_LABEL,
  USE_LABEL_VALUE,
} from "./workloadIdentity";

const KEYS = [USE_LABEL, CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION, TOKEN_EXPIRATION_ANNOTATION, SKIP_CONTAINERS_ANNOTATION];
/** What `-`, `_`, `.` and capitals leave of a key: near misses are the same there. */
const plain = (key: string) => key.toLowerCase().replace(/[^a-z/]/g, "");
const BY_PLAIN = new Map(KEYS.map((key) => [plain(key), key]));

export function checkObjects(objects: readonly ObjectInModel[]): Finding[] {
  return objects.flatMap((object) =>
    object.metadata.flatMap((metadata) => [
      ...misspelt(object, metadata),
      ...misplaced(object, metadata),
      ...flag(object, metadata),
    ]),
  );
}

/** Labels and annotations of an object and of the pod template in it, as they are written; what is no map of them counts as none. */
export function objectInModel(resource: string, kind: string, object: unknown): ObjectInModel {
  const template = POD_TEMPLATE_PATHS[kind] ?? [];
  const paths = [[], ...(template.length === 0 ? [] : [template])];
  const metadata = paths.map((path) => {
    const { labels, annotations } = mapOf([...path, "metadata"].reduce((value: unknown, key) => mapOf(value)[key], object));
    return { path: [...path, "metadata"].join("."), labels: mapOf(labels), annotations: mapOf(annotations) };
  });
  return { resource, kind, metadata };
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function misspelt({ resource }: ObjectInModel, { path, labels, annotations }: MetadataInModel): Finding[] {
  const places = [
    ["labels", labels],
    ["annotations", annotations],
  ] as const;
  return places.flatMap(([kind, map]) =>
    Object.keys(map).flatMap((key) => {
      const expected = BY_PLAIN.get(plain(key));
      if (expected === undefined || expected === key || expected in map) return [];
      return [finding("WI075", { resource, property: `${path}.${kind}`, expected, actual: key })];
    }),
  );
}

function misplaced({ resource, kind }: ObjectInModel, { path, annotations }: MetadataInModel): Finding[] {
  if (kind === "ServiceAccount") return [];
  return [CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION]
    .filter((key) => key in annotations)
    .slice(0, 1)
    .map((key) =>
      finding("WI076", {
        resource,
        property: `${path}.annotations["${key}"]`,
        expected: "on the ServiceAccount",
        actual: `on ${kind}`,
      }),
    );
}

function flag({ resource }: ObjectInModel, { path, labels }: MetadataInModel): Finding[] {
  const value = labels[USE_LABEL];
  if (value === undefined || value === null || typeof value === "string") return [];
  const place = { property: `${path}.labels["${USE_LABEL}"]`, expected: `the text "${USE_LABEL_VALUE}"` };
  return [finding("WI077", { resource, ...place, actual: `${JSON.stringify(value)}, which is no text` })];
}
