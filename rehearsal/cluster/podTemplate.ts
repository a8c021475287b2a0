// The pods that a program declares, read from its Kubernetes objects.
import { createHash } from "node:crypto";
import type { z } from "zod";
import type { ContainerLink, PodLink } from "../../chain";
import type { KubernetesApi, KubernetesObject } from "../cloud/fronts/kubernetes";
import { UsageError } from "../usageError";
import type { UserDemand } from "./imageUser";
import { type ObjectReference, variableReferences, volumeReferences } from "./objectReferences";
import { expanded, resolveVariables, type Variable } from "./variables";
import { type DeclaredContainer, WORKLOAD_KINDS } from "./workloadKinds";

export interface Container extends Pick<DeclaredContainer, "name" | "image" | "ports" | "readinessProbe"> {
  readonly env: readonly Variable[];
  /** What is to run instead of the image's own command, which a rehearsal runs all the same. Default: nothing. */
  readonly command?: readonly string[];
  /** Who it may run as: its own security context over its pod's. Default: anybody. */
  readonly security?: UserDemand;
  /** Folders that it mounts something in. Default: none. */
  readonly mountPaths?: readonly string[];
}

/** A container that runs before the others. */
export interface InitContainer extends Container {
  /** It stays beside the others, as a sidecar, instead of ending before they start. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
  readonly stays: boolean;
}

export interface PodTemplate {
  readonly declared: string;
  /** Of the object that holds the template, for example `apps/v1:Deployment`. */
  readonly kind: string;
  readonly namespace: string;
  /** Name of the object that holds the template. */
  readonly name: string;
  /** `namespace/name`, with the cluster before it where a program has several. */
  readonly place: string;
  readonly replicas: number;
  /** Why there are none, where there are none. */
  readonly whyNone: string;
  /** Its processes end by themselves, and it is ready when they have. */
  readonly runsToEnd: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ownerLabels: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly containers: readonly Container[];
  /** In the order in which they run. */
  readonly initContainers: readonly InitContainer[];
  /** Names of the SecretProviderClasses that it mounts. Default: none. */
  readonly secretProviders?: readonly string[];
  /** The ConfigMaps and Secrets that it cannot start without. Default: none. */
  readonly references?: readonly ObjectReference[];
}

/** `clusterPrefix` tells pods of several clusters apart; empty where there is one. */
export function podTemplate(object: KubernetesObject, api: KubernetesApi, clusterPrefix: string): PodTemplate {
  const { kind, declared, namespace, name, labels } = object;
  const workload = WORKLOAD_KINDS[kind];
  if (workload === undefined) throw new Error(`${declared}: no pods come from ${kind}`);
  const parsed = workload.shape.safeParse(object.inputs);
  if (!parsed.success) throw notAWorkload(declared, parsed.error);
  const { replicas, whyNone, template, labelsBetween = {} } = parsed.data;
  const { metadata, spec } = template;
  const container = ({ name: its, image, command, args, ports, readinessProbe, ...rest }: DeclaredContainer): Container => {
    const env = resolveVariables(rest.env, rest.envFrom, namespace, api);
    const known = new Map(env.map((variable) => [variable.name, variable]));
    const words = [...command, ...args].map((word) => expanded(word, known));
    return {
      name: its,
      image,
      command: words,
      ports,
      readinessProbe,
      security: { ...spec.securityContext, ...rest.securityContext },
      mountPaths: rest.volumeMounts.map(({ mountPath }) => mountPath),
      env,
    };
  };
  const isPod = workload.path.length === 0;
  const path = { template: workload.path.join(".") };
  const references = (its: readonly DeclaredContainer[], init: boolean) =>
    its.flatMap(({ name: each, env, envFrom }) => variableReferences(path, { name: each, env, envFrom, init }));
  return {
    declared,
    kind,
    namespace,
    name,
    place: `${clusterPrefix}${namespace}/${name}`,
    replicas,
    whyNone,
    runsToEnd: workload.runsToEnd || (isPod && ["Never", "OnFailure"].includes(spec.restartPolicy ?? "Always")),
    labels: metadata.labels,
    annotations: metadata.annotations,
    ownerLabels: isPod ? {} : { ...labelsBetween, ...labels },
    serviceAccountName: spec.serviceAccountName ?? spec.serviceAccount ?? "default",
    containers: spec.containers.map(container),
    initContainers: spec.initContainers.map((each) => ({ ...container(each), stays: each.restartPolicy === "Always" })),
    secretProviders: spec.volumes.flatMap(({ csi }) => csi?.volumeAttributes?.secretProviderClass ?? []),
    references: [
      ...references(spec.initContainers, true),
      ...references(spec.containers, false),
      ...volumeReferences(spec.volumes, [...workload.path, "spec.volumes"].join(".")),
    ],
  };
}

function notAWorkload(declared: string, { issues }: z.ZodError): UsageError {
  const text = issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  return new UsageError(
    `${declared} is no workload that Kubernetes would take: ${text}`,
    "change the object as the message says",
  );
}

// As Kubernetes writes them: no vowels, which could make words. https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** What Kubernetes adds to the object's name for the pod of this index; the same in every run. */
function suffix({ kind, place }: Pick<PodTemplate, "kind" | "place">, index: number): string {
  const names = WORKLOAD_KINDS[kind]?.names ?? "numbered";
  if (names === "its own") return "";
  if (names === "numbered") return `-${index}`;
  const digest = createHash("sha256").update(`${kind}|${place}|${index}`).digest();
  return `-${[...digest.subarray(0, 5)].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join("")}`;
}

export function podName(template: Pick<PodTemplate, "kind" | "place" | "name">, index: number): string {
  return `${template.name}${suffix(template, index)}`;
}

/** What reports, calls and folders call the pod of this index. */
export function podId(template: Pick<PodTemplate, "kind" | "place">, index: number): string {
  return `${template.place}${suffix(template, index)}`;
}

/** The template as the chain's rules see it. */
export function podLink(template: PodTemplate): PodLink {
  const {
    declared,
    kind,
    namespace,
    name,
    labels,
    annotations,
    ownerLabels,
    serviceAccountName,
    secretProviders = [],
  } = template;
  const link = ({ name: its, image, env, command = [], mountPaths = [] }: Container): ContainerLink => ({
    name: its,
    image,
    env: Object.fromEntries(env.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]]))),
    ...(command.length === 0 ? {} : { commandLine: command }),
    ...(mountPaths.length === 0 ? {} : { mountPaths }),
  });
  return {
    resource: declared,
    namespace,
    name,
    template: (WORKLOAD_KINDS[kind]?.path ?? []).join("."),
    labels,
    annotations,
    ownerLabels,
    serviceAccountName,
    ...(secretProviders.length === 0 ? {} : { secretProviders }),
    // Those that run before the others come last: a check without a hint looks at the first.
    containers: [...template.containers.map(link), ...template.initContainers.map((each) => ({ ...link(each), init: true }))],
  };
}
