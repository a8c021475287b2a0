// A pod as the API shows it: its template with what the webhook has added, and how its process is.
import { createHash } from "node:crypto";
import { z } from "zod";
import { TOKEN_FILE_NAME, TOKEN_MOUNT_PATH } from "../../../chain";
import type { Admission } from "../admission";

const list = z.array(z.looseObject({})).default([]);
const containerShape = z.looseObject({ name: z.string(), image: z.string().default(""), env: list, volumeMounts: list });
export const manifestShape = z.looseObject({
  metadata: z.looseObject({}).default({}),
  spec: z.looseObject({
    containers: z.array(containerShape).min(1),
    initContainers: z.array(containerShape).optional(),
    serviceAccountName: z.string().default("default"),
    volumes: list,
  }),
});
export type Manifest = z.infer<typeof manifestShape>;
type Container = Manifest["spec"]["containers"][number];

/** How a container's process is. */
export type ProcessState =
  | { readonly kind: "running"; readonly ready: boolean }
  | { readonly kind: "ended"; readonly how: string }
  /** It never started. */
  | { readonly kind: "waiting"; readonly reason: string; readonly message: string };

export interface PodBody {
  readonly namespace: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly admission: Admission;
  readonly state: ProcessState;
  readonly startedAt: Date;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
}

/** Name of the volume that the webhook adds: azure-workload-identity pkg/webhook/consts.go (v1.6.0). */
const VOLUME = "azure-identity-token";

export function podBody({ namespace, name, manifest, admission, state, startedAt, owner }: PodBody): object {
  const uid = createHash("sha256").update(`pod ${namespace}/${name}`).digest("hex").slice(0, 32);
  const references = owner === undefined ? {} : { ownerReferences: [{ apiVersion: "apps/v1", ...owner, uid, controller: true }] };
  const created = startedAt.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...manifest.metadata, name, namespace, uid, creationTimestamp: created, ...references },
    spec: mutated(manifest.spec, admission),
    status: statusOf(manifest, state, created),
  };
}

function mutated(spec: Manifest["spec"], admission: Admission): object {
  if (admission.kind !== "mutated") return spec;
  const change = (container: Container) => {
    const injected = admission.environment[container.name];
    if (injected === undefined) return container;
    const env = [...container.env, ...Object.entries(injected).map(([name, value]) => ({ name, value }))];
    const volumeMounts = [...container.volumeMounts, { name: VOLUME, readOnly: true, mountPath: TOKEN_MOUNT_PATH }];
    return { ...container, env, volumeMounts };
  };
  const { audience, tokenExpirationSeconds: expirationSeconds } = admission;
  const serviceAccountToken = { audience, expirationSeconds, path: TOKEN_FILE_NAME };
  return {
    ...spec,
    containers: spec.containers.map(change),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(change) }),
    volumes: [...spec.volumes, { name: VOLUME, projected: { defaultMode: 420, sources: [{ serviceAccountToken }] } }],
  };
}

function statusOf({ spec }: Manifest, state: ProcessState, startedAt: string): object {
  const ready = state.kind === "running" && state.ready;
  const exitCode = state.kind === "ended" ? Number(/code (\d+)/.exec(state.how)?.[1] ?? 137) : 0;
  const phases = { running: "Running", waiting: "Pending", ended: exitCode === 0 ? "Succeeded" : "Failed" };
  const now = {
    running: { running: { startedAt } },
    ended: { terminated: { exitCode, reason: exitCode === 0 ? "Completed" : "Error" } },
    waiting: state.kind === "waiting" ? { waiting: { reason: state.reason, message: state.message } } : {},
  };
  // Of several containers a rehearsal tells the first one's state.
  const [{ name, image } = { name: "", image: "" }] = spec.containers;
  return {
    phase: phases[state.kind],
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    containerStatuses: [{ name, image, imageID: image, ready, restartCount: 0, state: now[state.kind] }],
    podIP: "127.0.0.1",
    hostIP: "127.0.0.1",
    startTime: startedAt,
  };
}
