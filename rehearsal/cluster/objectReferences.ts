// The ConfigMaps and Secrets that a pod cannot start without: those of its variables, and those that it mounts.
import { z } from "zod";
import { containerProperty, type PodLink } from "../../chain";

export interface ObjectReference {
  readonly kind: "core/v1:ConfigMap" | "core/v1:Secret";
  readonly name: string;
  /** Where a person finds it. */
  readonly property: string;
  /** The kubelet waits with the whole pod, not with the container alone. */
  readonly mounted: boolean;
}

const named = z.looseObject({ name: z.string(), optional: z.boolean().default(false) });
const variable = z.looseObject({
  name: z.string(),
  valueFrom: z.looseObject({ configMapKeyRef: named.optional(), secretKeyRef: named.optional() }).optional(),
});
const source = z.looseObject({ configMapRef: named.optional(), secretRef: named.optional() });
const secretVolume = z.looseObject({ secretName: z.string(), optional: z.boolean().default(false) });
const projected = z.looseObject({ configMap: named.optional(), secret: named.optional() });
const volumeShape = z.looseObject({
  name: z.string(),
  configMap: named.optional(),
  secret: secretVolume.optional(),
  projected: z.looseObject({ sources: z.array(projected).default([]) }).optional(),
});

type Named = z.infer<typeof named> | undefined;

function referred(
  mounted: boolean,
  configMap: readonly [Named, string],
  secret: readonly [Named, string],
): readonly ObjectReference[] {
  const both = [
    ["core/v1:ConfigMap", ...configMap],
    ["core/v1:Secret", ...secret],
  ] as const;
  return both.flatMap(([kind, reference, property]) =>
    reference === undefined || reference.optional ? [] : [{ kind, name: reference.name, property, mounted }],
  );
}

/** Of a container as it is written: its variables, and the objects that all variables are taken from. */
export function variableReferences(
  pod: Pick<PodLink, "template">,
  container: { readonly name: string; readonly env: unknown; readonly envFrom: unknown; readonly init: boolean },
): readonly ObjectReference[] {
  const { name, init } = container;
  const place = containerProperty(pod, { name, init, image: "", env: {} });
  const env = z.array(variable).catch([]).parse(container.env);
  const sources = z.array(source).catch([]).parse(container.envFrom);
  return [
    ...env.flatMap(({ name: its, valueFrom: { configMapKeyRef, secretKeyRef } = {} }) => {
      const property = `${place}.env["${its}"].valueFrom`;
      return referred(false, [configMapKeyRef, `${property}.configMapKeyRef`], [secretKeyRef, `${property}.secretKeyRef`]);
    }),
    ...sources.flatMap(({ configMapRef, secretRef }, index) => {
      const property = `${place}.envFrom[${index}]`;
      return referred(false, [configMapRef, `${property}.configMapRef`], [secretRef, `${property}.secretRef`]);
    }),
  ];
}

/** Of the volumes of a pod, as they are written; `property`: where a person finds them. */
export function volumeReferences(volumes: unknown, property: string): readonly ObjectReference[] {
  const known = z
    .array(volumeShape.or(z.unknown().transform(() => undefined)))
    .catch([])
    .parse(volumes);
  return known.flatMap((volume) => {
    if (volume === undefined) return [];
    const { configMap, secret, projected: { sources } = { sources: [] } } = volume;
    const place = `${property}["${volume.name}"]`;
    const named = secret === undefined ? undefined : { name: secret.secretName, optional: secret.optional };
    return [
      ...referred(true, [configMap, `${place}.configMap`], [named, `${place}.secret`]),
      ...sources.flatMap((each, index) => {
        const its = `${place}.projected.sources[${index}]`;
        return referred(true, [each.configMap, `${its}.configMap`], [each.secret, `${its}.secret`]);
      }),
    ];
  });
}
