// The parts of the API server's answers that this command uses.
import { z } from "zod";

const texts = z.record(z.string(), z.string()).default({});
const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().default(""),
  labels: texts,
  annotations: texts,
});

const serviceAccount = z.looseObject({ metadata });
export type ServiceAccount = z.infer<typeof serviceAccount>;

const port = z.union([z.number(), z.string()]);
const container = z.looseObject({
  name: z.string(),
  image: z.string().default(""),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).default([]),
  readinessProbe: z.looseObject({ httpGet: z.looseObject({ port }).optional() }).optional(),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]),
});
const source = z.looseObject({
  serviceAccountToken: z
    .looseObject({ audience: z.string().default(""), expirationSeconds: z.number().default(3600), path: z.string() })
    .optional(),
});
const podSpec = z.looseObject({
  serviceAccountName: z.string().default("default"),
  containers: z.array(container).min(1),
  initContainers: z.array(container).default([]),
  volumes: z
    .array(z.looseObject({ name: z.string(), projected: z.looseObject({ sources: z.array(source).default([]) }).optional() }))
    .default([]),
});
export type PodSpec = z.infer<typeof podSpec>;

export const deployment = z.looseObject({
  metadata,
  spec: z.looseObject({
    replicas: z.number().default(1),
    selector: z.looseObject({ matchLabels: texts }).default({ matchLabels: {} }),
    template: z.looseObject({
      metadata: z.looseObject({ labels: texts, annotations: texts }).default({ labels: {}, annotations: {} }),
      // The webhook's own template is not looked at, and may have any form.
      spec: podSpec.optional().catch(undefined),
    }),
  }),
  status: z.looseObject({ readyReplicas: z.number().default(0) }).default({ readyReplicas: 0 }),
});
export type Deployment = z.infer<typeof deployment>;

const state = z.looseObject({ reason: z.string().optional(), message: z.string().optional(), exitCode: z.number().optional() });
export const pod = z.looseObject({
  metadata,
  spec: podSpec,
  status: z
    .looseObject({
      phase: z.string().default("Unknown"),
      reason: z.string().optional(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
      containerStatuses: z
        .array(z.looseObject({ state: z.looseObject({ waiting: state.optional(), terminated: state.optional() }).optional() }))
        .default([]),
    })
    .default({ phase: "Unknown", conditions: [], containerStatuses: [] }),
});
export type Pod = z.infer<typeof pod>;

const event = z.looseObject({
  involvedObject: z.looseObject({ name: z.string().default("") }),
  reason: z.string().default(""),
  message: z.string().default(""),
});
export type Event = z.infer<typeof event>;

const items = <T>(shape: z.ZodType<T>) =>
  z.looseObject({ items: z.array(shape) }).transform(({ items: all }): readonly T[] => all);
export const serviceAccounts = items(serviceAccount);
export const deployments = items(deployment);
export const pods = items(pod);
export const events = items(event);

/** GET /api/status of this project's application, and of others that serve the same. */
const appStatusShape = z.looseObject({
  ok: z.boolean(),
  links: z.array(
    z.looseObject({
      name: z.string(),
      ok: z.boolean().nullable(),
      expected: z.string().nullish(),
      found: z.string().nullish(),
      code: z.string().nullish(),
    }),
  ),
});
export type AppStatus = z.infer<typeof appStatusShape>;
/** As text, which it is through the API server's proxy. */
export const appStatus = z.preprocess((given) => {
  try {
    return typeof given === "string" ? JSON.parse(given) : given;
  } catch {
    return undefined;
  }
}, appStatusShape);

/**
 * Number of the port that answers the readiness probe, or else of the first one. The API server's proxy to pods takes no names:
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/strategy.go
 */
export function servingPort({ containers }: PodSpec): number {
  const [first] = containers;
  const probed = first?.readinessProbe?.httpGet?.port;
  if (typeof probed === "number") return probed;
  const ports = first?.ports ?? [];
  return (ports.find(({ name }) => name === probed) ?? ports[0])?.containerPort ?? 80;
}

export function isReady({ status }: Pod): boolean {
  return status.conditions.some(({ type, status: value }) => type === "Ready" && value === "True");
}

/** Why a pod is not ready, as the kubelet says it. */
export function whyNotReady({ status }: Pod): string {
  const said = status.containerStatuses
    .flatMap(({ state: now }) => [now?.waiting, now?.terminated])
    .find((each) => each !== undefined);
  return [status.phase, status.reason, said?.reason, said?.message]
    .filter((each) => each !== undefined && each !== "")
    .join(", ");
}
