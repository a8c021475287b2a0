// The workloads of a stack: the default one from the flat keys, the others from the map, and who shares an identity with whom.
import { ImageBuilder } from "../components/appImage";
import { OWN_ACCOUNT } from "../components/federatedCredentials";
import { type Autoscale, ServiceAccess } from "../components/webAppSurroundings";
import type { ConfigValues, WorkloadEntry } from "./keys";

/** Key of the workload that the flat keys describe; the stack's own exports are about it. */
export const DEFAULT_WORKLOAD = "web";

export interface ImageConfig {
  readonly builder: ImageBuilder;
  readonly folder?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly reference?: string | undefined;
}

/** What `WebApp` takes as it stands. */
export interface AppConfig {
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly environment: Record<string, string>;
  readonly livenessPath: string;
  readonly readinessPath: string;
  readonly replicas: number;
  readonly autoscale: Autoscale | undefined;
  readonly serviceAccess: ServiceAccess;
  readonly allowedClientRanges: string[];
  readonly nodeSelector: Record<string, string>;
}

export interface WorkloadConfig {
  readonly key: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Key of the workload whose identity this one acts as; its own key for an identity of its own. */
  readonly identity: string;
  /** Which of the identity's ServiceAccounts this one is. */
  readonly account: string;
  /** Key of the workload whose image this one runs. */
  readonly image: string;
  readonly app: AppConfig;
}

export function defaultWorkload(values: ConfigValues): WorkloadConfig {
  return {
    key: DEFAULT_WORKLOAD,
    namespace: values.namespace,
    serviceAccount: values.serviceAccount,
    identity: DEFAULT_WORKLOAD,
    account: OWN_ACCOUNT,
    image: DEFAULT_WORKLOAD,
    app: {
      port: values.appPort,
      metricsPort: values.appMetricsPort,
      environment: values.appEnvironment,
      livenessPath: values.livenessPath,
      readinessPath: values.readinessPath,
      replicas: values.replicas,
      autoscale: autoscale(values.autoscaleMaxReplicas),
      serviceAccess: values.serviceAccess,
      allowedClientRanges: values.allowedClientRanges,
      nodeSelector: {},
    },
  };
}

/** A further workload: what it leaves out follows from its key or, for what belongs to the image, from the default one. */
export function furtherWorkload(key: string, entry: WorkloadEntry, standard: WorkloadConfig): WorkloadConfig {
  const serviceAccess = entry.serviceAccess ?? ServiceAccess.None;
  const identity = entry.identity ?? key;
  return {
    key,
    namespace: entry.namespace ?? key,
    serviceAccount: entry.serviceAccount ?? key,
    identity,
    account: identity === key ? OWN_ACCOUNT : key,
    image: ownImage(entry) ? key : standard.key,
    app: {
      port: entry.port ?? standard.app.port,
      metricsPort: entry.metricsPort ?? standard.app.metricsPort,
      environment: entry.environment ?? {},
      livenessPath: entry.livenessPath ?? standard.app.livenessPath,
      readinessPath: entry.readinessPath ?? standard.app.readinessPath,
      replicas: entry.replicas ?? standard.app.replicas,
      autoscale: autoscale(entry.autoscaleMaxReplicas),
      serviceAccess,
      allowedClientRanges:
        entry.allowedClientRanges ?? (serviceAccess === ServiceAccess.None ? [] : standard.app.allowedClientRanges),
      nodeSelector: entry.nodeSelector ?? {},
    },
  };
}

export function imagesOf(values: ConfigValues): Record<string, ImageConfig> {
  const { imageBuilder: builder, appFolder: folder, appDockerfile: dockerfile, image: reference } = values;
  const further = Object.entries(values.workloads).filter(([, entry]) => ownImage(entry));
  return {
    [DEFAULT_WORKLOAD]: builder === ImageBuilder.Prebuilt ? { builder, reference } : { builder, folder, dockerfile },
    ...Object.fromEntries(further.map(([key, entry]) => [key, furtherImage(entry, values)])),
  };
}

function furtherImage(entry: WorkloadEntry, { appFolder, appDockerfile }: ConfigValues): ImageConfig {
  if (entry.image !== undefined) return { builder: ImageBuilder.Prebuilt, reference: entry.image };
  // A Dockerfile alone stands in the folder of the default workload; a folder alone has the usual name in it.
  const dockerfile = entry.dockerfile ?? appDockerfile;
  return { builder: ImageBuilder.Docker, folder: entry.folder ?? appFolder, dockerfile };
}

function ownImage({ folder, dockerfile, image }: WorkloadEntry): boolean {
  return folder !== undefined || dockerfile !== undefined || image !== undefined;
}

function autoscale(maxReplicas: number | undefined): Autoscale | undefined {
  return maxReplicas === undefined ? undefined : { maxReplicas };
}
