// The kinds of Kubernetes objects that pods come from: where the pod template stands, how many pods there are, and whether they end by themselves.
import { z } from "zod";
import { POD_TEMPLATE_PATHS } from "../../chain";
import { variableShape, variableSourceShape } from "./variables";

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
  volumeMounts: z.array(z.looseObject({ mountPath: z.string() })).default([]),
  securityContext: security.optional(),
  restartPolicy: z.string().optional(),
});
const volume = z.looseObject({
  csi: z.looseObject({ volumeAttributes: z.looseObject({ secretProviderClass: z.string().optional() }).optional() }).optional(),
});
const podSpec = z.looseObject({
  serviceAccountName: z.string().optional(),
  /** The older name of the same, which Kubernetes still takes. */
  serviceAccount: z.string().optional(),
  restartPolicy: z.string().optional(),
  securityContext: security.optional(),
  containers: z.array(container).min(1),
  initContainers: z.array(container).default([]),
  volumes: z.array(volume).default([]),
});
const metadata = z.looseObject({ labels: strings, annotations: strings }).default({ labels: {}, annotations: {} });
const template = z.looseObject({ metadata, spec: podSpec });
const count = z.number().int().min(0).default(1);
const job = z.looseObject({ suspend: z.boolean().default(false), parallelism: count, template });

export type DeclaredContainer = z.infer<typeof container>;

/** What an object says of its pods. */
export interface DeclaredPods {
  readonly template: z.infer<typeof template>;
  readonly replicas: number;
  /** Why there are none. */
  readonly whyNone: string;
  /** Labels of what stands between the object and the template, which do not reach the pod. Default: none. */
  readonly labelsBetween?: Readonly<Record<string, string>>;
}

export interface WorkloadKind {
  readonly shape: z.ZodType<DeclaredPods>;
  /** Where the pod template stands in the object; empty for a pod, which is its own. */
  readonly path: readonly string[];
  /** The pods' processes end by themselves, and are done when they do. A bare pod says so by its restart policy. */
  readonly runsToEnd: boolean;
  /** What Kubernetes calls the pods: the object's name with a number, with letters of its own choice, or the object's name alone. */
  readonly names: "numbered" | "made up" | "its own";
}

const replicated = z
  .looseObject({ spec: z.looseObject({ replicas: count, template }) })
  .transform(({ spec }): DeclaredPods => ({ template: spec.template, replicas: spec.replicas, whyNone: "it has no replicas" }));

// One for each node, and the emulated cluster has one.
const daemonSet = z
  .looseObject({ spec: z.looseObject({ template }) })
  .transform(({ spec }): DeclaredPods => ({ template: spec.template, replicas: 1, whyNone: "" }));

function runOf({ suspend, parallelism, template: its }: z.infer<typeof job>, suspended = suspend): DeclaredPods {
  const whyNone = suspended ? "it is suspended" : "its parallelism is 0";
  return { template: its, replicas: suspended ? 0 : parallelism, whyNone };
}

// One pod for each that may run at the same time: the others only repeat it.
const jobs = z.looseObject({ spec: job }).transform(({ spec }) => runOf(spec));

// One run, now, whatever its schedule.
const cronJobs = z
  .looseObject({
    spec: z.looseObject({ suspend: z.boolean().default(false), jobTemplate: z.looseObject({ metadata, spec: job }) }),
  })
  .transform(({ spec: { suspend, jobTemplate } }) => ({
    ...runOf(jobTemplate.spec, suspend || jobTemplate.spec.suspend),
    labelsBetween: jobTemplate.metadata.labels,
  }));

const pods = template.transform((its): DeclaredPods => ({ template: its, replicas: 1, whyNone: "" }));

type Kind = Omit<WorkloadKind, "path">;
const KINDS: Readonly<Record<string, Kind>> = {
  "apps/v1:Deployment": { shape: replicated, runsToEnd: false, names: "numbered" },
  "apps/v1:StatefulSet": { shape: replicated, runsToEnd: false, names: "numbered" },
  "apps/v1:DaemonSet": { shape: daemonSet, runsToEnd: false, names: "made up" },
  "apps/v1:ReplicaSet": { shape: replicated, runsToEnd: false, names: "made up" },
  "batch/v1:Job": { shape: jobs, runsToEnd: true, names: "made up" },
  "batch/v1:CronJob": { shape: cronJobs, runsToEnd: true, names: "made up" },
  "core/v1:Pod": { shape: pods, runsToEnd: false, names: "its own" },
};

const record = z.record(z.string(), z.unknown()).catch({});

/** What stands where an object of this kind has its pod template, as it is written. */
export function writtenTemplate(kind: string, inputs: unknown): unknown {
  return (WORKLOAD_KINDS[kind]?.path ?? []).reduce<unknown>((value, key) => record.parse(value)[key], inputs);
}

/** By group, version and kind, such as `apps/v1:Deployment`. */
export const WORKLOAD_KINDS: Readonly<Record<string, WorkloadKind>> = Object.fromEntries(
  Object.entries(KINDS).map(([kind, its]) => [
    kind,
    { ...its, path: POD_TEMPLATE_PATHS[kind.slice(kind.indexOf(":") + 1)] ?? [] },
  ]),
);
