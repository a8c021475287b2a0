import { Deployment } from "@pulumi/kubernetes/apps/v1";
import type { Service } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { OWN_ACCOUNT } from "./federatedCredentials";
import type { Resources } from "./hardenedPod";
import type { PodIdentity } from "./podIdentity";
import { podTemplate } from "./podTemplate";
import { validateWebApp } from "./webAppRules";
import {
  type Autoscale,
  createService,
  protectFromDisruption,
  restrictNetwork,
  ServiceAccess,
  scaleAutomatically,
} from "./webAppSurroundings";

export interface WebAppArgs {
  /** Identity that the pods act as. Everything is in the namespace of its ServiceAccount. */
  identity: PodIdentity;
  /** Which ServiceAccount of the identity the pods use: a key of its `sharedWith`. Defaults to its own. */
  account?: string | undefined;
  /** Image by digest. Changing it rolls the pods over. */
  image: pulumi.Input<string>;
  /** Address of the Key Vault, with its trailing slash; `KEY_VAULT_URI` in the container. */
  vaultUri: pulumi.Input<string>;
  /** Name of the secret; `SECRET_NAME` in the container. */
  secretName: pulumi.Input<string>;
  /** A container of blobs that the application reads; `BLOB_ENDPOINT` and `BLOB_CONTAINER` in its container. Defaults to none. */
  blobs?: ReadableBlobs | undefined;
  /**
   * Resource id of a resource group: the application lists the roles that its identity has there; `ROLE_LIST_SCOPE` in the container. The identity needs
   * a role that reads them. Defaults to no list.
   */
  roleListScope?: pulumi.Input<string> | undefined;
  /** Command that runs instead of the image's own. Defaults to the image's. Changing it rolls the pods over. */
  command?: string[] | undefined;
  /** Port that the container listens on, 1024 to 65535; `PORT` in the container. Defaults to 8080. */
  port?: number | undefined;
  /** Second port of the container, for metrics; `METRICS_PORT` in it. Neither Service nor NetworkPolicy opens it. Defaults to none. */
  metricsPort?: number | undefined;
  /** Further variables of the container; a value may refer to the chain's own, as in `$(KEY_VAULT_URI)`. Not for secrets: whoever may read the pod reads them. Defaults to none. */
  environment?: Record<string, pulumi.Input<string>> | undefined;
  /** Path that answers while the process lives. Defaults to `/healthz`. Empty for a container that serves no HTTP: it is not probed. */
  livenessPath?: string | undefined;
  /** Path that answers once the application can serve. Defaults to `/readyz`. Empty: the pod counts as ready when its container runs. */
  readinessPath?: string | undefined;
  /** Number of pods, or the fewest with `autoscale`. From 2 on, a PodDisruptionBudget lets one go at a time. */
  replicas: number;
  /** Adds pods under load. Defaults to off. */
  autoscale?: Autoscale | undefined;
  /** Defaults to `internal`. Changing it replaces the load balancer's address. */
  serviceAccess?: ServiceAccess | undefined;
  /** Address ranges that may reach the load balancer, in CIDR form. Defaults to all that `serviceAccess` lets in. */
  allowedClientRanges?: string[] | undefined;
  /** What differs from 100m to 500m processor, 128Mi to 256Mi memory (512Mi where it serves blobs), 64Mi to 256Mi disk. */
  resources?: Partial<Resources> | undefined;
  /** Labels of the nodes to run on, besides linux and amd64. Defaults to none. */
  nodeSelector?: Record<string, string> | undefined;
  /**
   * Containers that others put into the pod (a service mesh, say) and that get neither token nor variables; not the application's own, `app`. Defaults to
   * none. Changing it rolls the pods over. https://learn.microsoft.com/azure/aks/workload-identity-overview#pod-annotations
   */
  skipContainers?: string[] | undefined;
  /** Life of the pods' token in seconds, 3600 to 86400; it wins over the ServiceAccount's. Defaults to that one. Changing it rolls the pods over. */
  tokenExpirationSeconds?: number | undefined;
}

export interface ReadableBlobs {
  /** Address of the storage account's blob service, with its trailing slash. */
  endpoint: pulumi.Input<string>;
  container: pulumi.Input<string>;
  /** Whether whoever reaches the application may read every blob of the container through it. */
  route: boolean;
}

/** Azure applies a new role within ten minutes, and the readiness probe waits for it. https://learn.microsoft.com/azure/aks/workload-identity-deploy-cluster */
const PROGRESS_DEADLINE_SECONDS = 900;
const ROLLOUT_TIMEOUT = "20m";
/** A little longer than the rollout's: the provider waits for the Service's pods as well, from a little earlier on. */
const SERVICE_TIMEOUT = "21m";

/**
 * A web application whose pods act as a `WorkloadIdentity` or an `ApplicationIdentity`.
 *
 * Creates the NetworkPolicy and the Service, the Deployment once federated credentials, roles and ServiceAccount are there, and what lets the application
 * be scaled and moved. Done only when the pods are ready, which they are when the whole chain works.
 * Creates no namespace, DNS name or certificate. `deletedWith` in `opts` counts for everything in the cluster.
 */
export class WebApp extends pulumi.ComponentResource {
  /** Address of the load balancer: IP address or host name. Undefined without a Service. */
  readonly serviceIp: pulumi.Output<string | undefined>;
  /** Address of the application. Undefined without a Service. */
  readonly url: pulumi.Output<string | undefined>;
  /** The Deployment, for what this component leaves out. */
  readonly deployment: Deployment;

  constructor(name: string, args: WebAppArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const account = validateWebApp({ component: "WebApp", name }, args, args.account ?? OWN_ACCOUNT);
    const { deletedWith, ...inherited } = opts;
    super("aks-workload-identity:index:WebApp", name, {}, inherited);
    const child = { parent: this, ...(deletedWith === undefined ? {} : { deletedWith }) };

    const { replicas, autoscale, serviceAccess = ServiceAccess.Internal } = args;
    const labels = { "app.kubernetes.io/name": name };
    const metadata = { namespace: account.namespace, name, labels };
    const policy = restrictNetwork(name, metadata, args, child);
    this.deployment = new Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas,
          revisionHistoryLimit: 3,
          progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          selector: { matchLabels: labels },
          template: podTemplate(args, account, labels),
        },
      },
      {
        ...child,
        dependsOn: [args.identity, policy],
        customTimeouts: { create: ROLLOUT_TIMEOUT, update: ROLLOUT_TIMEOUT },
        ...(autoscale === undefined ? {} : { ignoreChanges: ["spec.replicas"] }),
      },
    );
    if (replicas > 1) protectFromDisruption(name, metadata, child);
    if (autoscale !== undefined) scaleAutomatically(name, metadata, replicas, autoscale, this.deployment, child);

    this.serviceIp =
      serviceAccess === ServiceAccess.None
        ? pulumi.output(undefined)
        : addressOf(
            createService(name, metadata, serviceAccess, args.allowedClientRanges ?? [], {
              // Beside the Deployment: Azure finds an address for the load balancer in the minutes in which the pods start, and it serves only ready ones.
              ...child,
              customTimeouts: { create: SERVICE_TIMEOUT, update: SERVICE_TIMEOUT },
            }),
          );
    this.url = this.serviceIp.apply((host) => host && `http://${host.includes(":") ? `[${host}]` : host}`);
    this.registerOutputs({ serviceIp: this.serviceIp, url: this.url });
  }
}

// With the id, which a preview does not know: there the status is empty.
function addressOf({ id, status }: Service): pulumi.Output<string | undefined> {
  return pulumi.all([id, status]).apply(([, known]) => {
    // Typed as always there, which no object in the making keeps to.
    const [ingress] = known?.loadBalancer?.ingress ?? [];
    return ingress?.ip ?? ingress?.hostname;
  });
}
