// The pod of a web application: who it is, what it may do, and when it counts as well.

import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { APP_ENVIRONMENT, USE_LABEL, USE_LABEL_VALUE } from "../chain";
import type { FederatedAccount } from "./podIdentity";
import type { WebAppArgs } from "./webApp";

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

/** What an application gets that says nothing. https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export const DEFAULT_RESOURCES: Resources = {
  cpuRequest: "100m",
  cpuLimit: "500m",
  memoryRequest: "128Mi",
  memoryLimit: "256Mi",
  ephemeralStorageRequest: "64Mi",
  ephemeralStorageLimit: "256Mi",
};

export const HTTP_PORT_NAME = "http";
/** Port of an application that names none. */
export const DEFAULT_PORT = 8080;

/** The user and group of the pod: the `nonroot` of distroless images. A number, because a name cannot be checked against root. */
const NON_ROOT_ID = 65532;
/** Changes exactly when the identity does, so that pods restart then: the webhook looks at a pod only when it is created. */
const IDENTITY_HASH_ANNOTATION = "aks-workload-identity/identity-hash";
const STARTUP_SECONDS = { period: 2, attempts: 60 } as const;
/** The load balancer needs a moment to see that a pod is going. */
const DRAIN_SECONDS = 5;
const TERMINATION_SECONDS = 30;

export function podTemplate(
  args: WebAppArgs,
  account: FederatedAccount,
  labels: Record<string, string>,
): types.input.core.v1.PodTemplateSpec {
  const { identity, nodeSelector } = args;
  const identityHash = pulumi
    .all([account.issuer, identity.clientId])
    .apply((link) => createHash("sha256").update(JSON.stringify(link)).digest("hex"));
  return {
    metadata: {
      labels: { ...labels, [USE_LABEL]: USE_LABEL_VALUE },
      annotations: { [IDENTITY_HASH_ANNOTATION]: identityHash },
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
      containers: [container(args, account)],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
    },
  };
}

function container(args: WebAppArgs, account: FederatedAccount): types.input.core.v1.Container {
  const { image, port = DEFAULT_PORT, metricsPort, livenessPath = "/healthz", readinessPath = "/readyz" } = args;
  const resources = { ...DEFAULT_RESOURCES, ...args.resources };
  const live = { httpGet: { path: livenessPath, port: HTTP_PORT_NAME }, timeoutSeconds: 2 };
  return {
    name: "app",
    image,
    imagePullPolicy: "IfNotPresent",
    ports: [
      { name: HTTP_PORT_NAME, containerPort: port },
      ...(metricsPort === undefined ? [] : [{ name: "metrics", containerPort: metricsPort }]),
    ],
    env: environment(args, account, port),
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
    startupProbe: { ...live, periodSeconds: STARTUP_SECONDS.period, failureThreshold: STARTUP_SECONDS.attempts },
    livenessProbe: { ...live, periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { ...live, httpGet: { ...live.httpGet, path: readinessPath }, periodSeconds: 5, failureThreshold: 2 },
    lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
  };
}

function environment(args: WebAppArgs, account: FederatedAccount, port: number): types.input.core.v1.EnvVar[] {
  const own: Record<string, pulumi.Input<string>> = {
    [APP_ENVIRONMENT.port]: String(port),
    [APP_ENVIRONMENT.host]: "0.0.0.0",
    ...(args.metricsPort === undefined ? {} : { [APP_ENVIRONMENT.metricsPort]: String(args.metricsPort) }),
    [APP_ENVIRONMENT.vaultUri]: args.vaultUri,
    [APP_ENVIRONMENT.secretName]: args.secretName,
    [APP_ENVIRONMENT.expectedIssuer]: account.issuer,
    [APP_ENVIRONMENT.expectedSubject]: account.subject,
    [APP_ENVIRONMENT.expectedAudience]: account.audience,
  };
  return Object.entries({ ...args.environment, ...own }).map(([name, value]) => ({ name, value }));
}
