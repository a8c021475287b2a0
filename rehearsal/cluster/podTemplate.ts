// The pods that a program declares, read from its Kubernetes objects.
import { z } from "zod";
import type { PodLink } from "../../chain";
import type { KubernetesApi, KubernetesObject } from "../cloud/fronts/kubernetes";
import { UsageError } from "../usageError";
import type { UserDemand } from "./imageUser";
import { resolveVariables, type Variable, variableShape, variableSourceShape } from "./variables";

const strings = z.record(z.string(), z.string()).default({});
const probe = z.looseObject({
  httpGet: z.looseObject({ path: z.string().default("/"), port: z.union([z.number(), z.string()]) }).optional(),
});
const security = z.looseObject({ runAsNonRoot: z.boolean().optional(), runAsUser: z.number().optional() });
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(variableShape).default([]),
  envFrom: z.array(variableSourceShape).default([]),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).default([]),
  readinessProbe: probe.optional(),
  securityContext: security.optional(),
});
const workload = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().int().min(0).default(1),
    template: z.looseObject({
      metadata: z.looseObject({ labels: strings, annotations: strings }).default({ labels: {}, annotations: {} }),
      spec: z.looseObject({
        serviceAccountName: z.string().default("default"),
        securityContext: security.optional(),
        containers: z.array(container).min(1),
        initContainers: z.array(container).default([]),
      }),
    }),
  }),
});

type DeclaredContainer = z.infer<typeof container>;

export interface Container extends Pick<DeclaredContainer, "name" | "image" | "ports" | "readinessProbe"> {
  readonly env: readonly Variable[];
  /** What is to run instead of the image's own command, which a rehearsal runs all the same. Default: nothing. */
  readonly command?: readonly string[];
  /** Who it may run as: its own security context over its pod's. Default: anybody. */
  readonly security?: UserDemand;
}

export interface PodTemplate {
  readonly declared: string;
  readonly namespace: string;
  /** Name of the object that holds the template; pods are `<name>-0`, `<name>-1`, … */
  readonly name: string;
  /** `namespace/name`, with the cluster before it where a program has several. */
  readonly place: string;
  readonly replicas: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ownerLabels: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly containers: readonly Container[];
  /** Names of init containers, which a rehearsal does not run. */
  readonly initContainers: readonly string[];
}

/** `clusterPrefix` tells pods of several clusters apart; empty where there is one. */
export function podTemplate(object: KubernetesObject, api: KubernetesApi, clusterPrefix: string): PodTemplate {
  const parsed = workload.safeParse(object.inputs);
  if (!parsed.success) throw notAWorkload(object.declared, parsed.error);
  const { replicas, template } = parsed.data.spec;
  return {
    declared: object.declared,
    namespace: object.namespace,
    name: object.name,
    place: `${clusterPrefix}${object.namespace}/${object.name}`,
    replicas,
    labels: template.metadata.labels,
    annotations: template.metadata.annotations,
    ownerLabels: object.labels,
    serviceAccountName: template.spec.serviceAccountName,
    containers: template.spec.containers.map(
      ({ name, image, command, args, ports, readinessProbe, env, envFrom, securityContext }) => ({
        name,
        image,
        command: [...command, ...args],
        ports,
        readinessProbe,
        security: { ...template.spec.securityContext, ...securityContext },
        env: resolveVariables(env, envFrom, object.namespace, api),
      }),
    ),
    initContainers: template.spec.initContainers.map(({ name }) => name),
  };
}

function notAWorkload(declared: string, { issues }: z.ZodError): UsageError {
  const text = issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  return new UsageError(
    `${declared} is no workload that Kubernetes would take: ${text}`,
    "change the object as the message says",
  );
}

/** What reports, calls and folders call the pod of this index. */
export function podId({ place }: Pick<PodTemplate, "place">, index: number): string {
  return `${place}-${index}`;
}

/** The template as the chain's rules see it. */
export function podLink(template: PodTemplate): PodLink {
  const { declared, namespace, name, labels, annotations, ownerLabels, serviceAccountName, containers } = template;
  return {
    resource: declared,
    namespace,
    name,
    labels,
    annotations,
    ownerLabels,
    serviceAccountName,
    containers: containers.map(({ name: containerName, image, env }) => ({
      name: containerName,
      image,
      env: Object.fromEntries(env.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]]))),
    })),
  };
}
