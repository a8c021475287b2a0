// What every pod of this project is, whatever runs in it: who it is, and that it may do nothing on its node.
import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SKIP_CONTAINERS_ANNOTATION, TOKEN_EXPIRATION_ANNOTATION, USE_LABEL, USE_LABEL_VALUE } from "../chain";
import type { FederatedAccount, PodIdentity } from "./podIdentity";

export interface Resources {
  /** Processor share that the pod is sure of, for example `100m`. The autoscaler measures against it. */
  cpuRequest: string;
  /** Processor share that the pod never exceeds. */
  cpuLimit: string;
  /** Memory that the pod is sure of, for example `128Mi`. */
  memoryRequest: string;
  /** Memory at which the pod is killed. */
  memoryLimit: string;
  /** Disk of the node, for logs and /tmp, that the pod is sure of. */
  ephemeralStorageRequest: string;
  /** Disk at which the pod is evicted. */
  ephemeralStorageLimit: string;
}

export interface HardenedPod {
  identity: PodIdentity;
  account: FederatedAccount;
  /** Labels that select the pod. */
  labels: Record<string, string>;
  /** Labels of the nodes to run on, besides linux and amd64. */
  nodeSelector?: Record<string, string> | undefined;
  /** Containers that get neither token nor variables. */
  skipContainers?: string[] | undefined;
  /** Life of the token in seconds, for this pod alone. */
  tokenExpirationSeconds?: number | undefined;
  /** Most that /tmp holds, the only place that can be written. */
  temporarySize: string;
  container: types.input.core.v1.Container;
  resources: Resources;
}

/** The user and group of the pod: the `nonroot` of distroless images. A number, because a name cannot be checked against root. */
const NON_ROOT_ID = 65532;
/** Changes exactly when the identity does, so that pods restart then: the webhook looks at a pod only when it is created. */
const IDENTITY_HASH_ANNOTATION = "aks-workload-identity/identity-hash";
const TERMINATION_SECONDS = 30;

export function hardenedPod(pod: HardenedPod): types.input.core.v1.PodTemplateSpec {
  const { identity, account, labels, nodeSelector, skipContainers = [], tokenExpirationSeconds } = pod;
  const identityHash = pulumi
    .all([account.issuer, identity.clientId])
    .apply((link) => createHash("sha256").update(JSON.stringify(link)).digest("hex"));
  return {
    metadata: {
      labels: { ...labels, [USE_LABEL]: USE_LABEL_VALUE },
      annotations: {
        [IDENTITY_HASH_ANNOTATION]: identityHash,
        ...(skipContainers.length === 0 ? {} : { [SKIP_CONTAINERS_ANNOTATION]: skipContainers.join(";") }),
        ...(tokenExpirationSeconds === undefined ? {} : { [TOKEN_EXPIRATION_ANNOTATION]: String(tokenExpirationSeconds) }),
      },
    },
    spec: {
      serviceAccountName: account.serviceAccountName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: NON_ROOT_ID,
        runAsGroup: NON_ROOT_ID,
        fsGroup: NON_ROOT_ID,
        seccompProfile: { type: "RuntimeDefault" },
      },
      terminationGracePeriodSeconds: TERMINATION_SECONDS,
      topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: labels },
      })),
      nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", ...nodeSelector },
      containers: [hardened(pod)],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: pod.temporarySize } }],
    },
  };
}

function hardened({ container, resources }: HardenedPod): types.input.core.v1.Container {
  return {
    imagePullPolicy: "IfNotPresent",
    ...container,
    resources: {
      requests: {
        cpu: resources.cpuRequest,
        memory: resources.memoryRequest,
        "ephemeral-storage": resources.ephemeralStorageRequest,
      },
      limits: { cpu: resources.cpuLimit, memory: resources.memoryLimit, "ephemeral-storage": resources.ephemeralStorageLimit },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}
