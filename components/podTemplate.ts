// The pod of a web application: what runs in it, what it is told, and when it counts as well.
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { APP_ENVIRONMENT, BLOB_ROUTE_ON } from "../chain";
import { hardenedPod, type Resources } from "./hardenedPod";
import type { FederatedAccount } from "./podIdentity";
import type { WebAppArgs } from "./webApp";

/** What an application gets that says nothing. https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export const DEFAULT_RESOURCES: Resources = {
  cpuRequest: "100m",
  cpuLimit: "500m",
  memoryRequest: "128Mi",
  memoryLimit: "256Mi",
  ephemeralStorageRequest: "64Mi",
  ephemeralStorageLimit: "256Mi",
};

/** What differs for one that streams blobs: this project's own was measured at 365 MiB under as many downloads as it allows. */
const STREAMING_RESOURCES: Partial<Resources> = { memoryLimit: "512Mi" };

export const HTTP_PORT_NAME = "http";
/** Port of an application that names none. */
export const DEFAULT_PORT = 8080;
export const DEFAULT_LIVENESS_PATH = "/healthz";
export const DEFAULT_READINESS_PATH = "/readyz";
/** Name of the application's container. */
export const APP_CONTAINER = "app";

const STARTUP_SECONDS = { period: 2, attempts: 60 } as const;
/** The load balancer needs a moment to see that a pod is going. */
const DRAIN_SECONDS = 5;

export function podTemplate(
  args: WebAppArgs,
  account: FederatedAccount,
  labels: Record<string, string>,
): types.input.core.v1.PodTemplateSpec {
  const { identity, nodeSelector, skipContainers, tokenExpirationSeconds } = args;
  return hardenedPod({
    identity,
    account,
    labels,
    nodeSelector,
    skipContainers,
    tokenExpirationSeconds,
    temporarySize: "64Mi",
    container: container(args, account),
    resources: { ...DEFAULT_RESOURCES, ...(args.blobs?.route === true ? STREAMING_RESOURCES : {}), ...args.resources },
  });
}

function container(args: WebAppArgs, account: FederatedAccount): types.input.core.v1.Container {
  const { image, command = [], port = DEFAULT_PORT, metricsPort } = args;
  return {
    name: APP_CONTAINER,
    image,
    ...(command.length === 0 ? {} : { command }),
    ports: [
      { name: HTTP_PORT_NAME, containerPort: port },
      ...(metricsPort === undefined ? [] : [{ name: "metrics", containerPort: metricsPort }]),
    ],
    env: environment(args, account, port),
    ...probes(args),
    lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
  };
}

function probes({ livenessPath = DEFAULT_LIVENESS_PATH, readinessPath = DEFAULT_READINESS_PATH }: WebAppArgs) {
  const at = (path: string) => ({ httpGet: { path, port: HTTP_PORT_NAME }, timeoutSeconds: 2 });
  return {
    ...(livenessPath === ""
      ? {}
      : {
          startupProbe: {
            ...at(livenessPath),
            periodSeconds: STARTUP_SECONDS.period,
            failureThreshold: STARTUP_SECONDS.attempts,
          },
          livenessProbe: { ...at(livenessPath), periodSeconds: 10, failureThreshold: 3 },
        }),
    ...(readinessPath === "" ? {} : { readinessProbe: { ...at(readinessPath), periodSeconds: 5, failureThreshold: 2 } }),
  };
}

// The chain's own variables come first: those of the user may refer to them, as in $(KEY_VAULT_URI).
// https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
function environment(args: WebAppArgs, account: FederatedAccount, port: number): types.input.core.v1.EnvVar[] {
  const { blobs, roleListScope } = args;
  const own: Record<string, pulumi.Input<string>> = {
    [APP_ENVIRONMENT.port]: String(port),
    [APP_ENVIRONMENT.host]: "0.0.0.0",
    ...(args.metricsPort === undefined ? {} : { [APP_ENVIRONMENT.metricsPort]: String(args.metricsPort) }),
    [APP_ENVIRONMENT.vaultUri]: args.vaultUri,
    [APP_ENVIRONMENT.secretName]: args.secretName,
    [APP_ENVIRONMENT.expectedIssuer]: account.issuer,
    [APP_ENVIRONMENT.expectedSubject]: account.subject,
    [APP_ENVIRONMENT.expectedAudience]: account.audience,
    ...(blobs === undefined
      ? {}
      : {
          [APP_ENVIRONMENT.blobEndpoint]: blobs.endpoint,
          [APP_ENVIRONMENT.blobContainer]: blobs.container,
          ...(blobs.route ? { [APP_ENVIRONMENT.blobRoute]: BLOB_ROUTE_ON } : {}),
        }),
    ...(roleListScope === undefined
      ? {}
      : {
          [APP_ENVIRONMENT.roleListScope]: roleListScope,
          [APP_ENVIRONMENT.roleListPrincipal]: args.identity.principalId,
        }),
  };
  return Object.entries({ ...own, ...args.environment }).map(([name, value]) => ({ name, value }));
}
