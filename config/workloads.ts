// The workloads of a stack: the default one from the flat keys, the others from the map, and who shares an identity with whom.
import { buildsFromFolder, ImageBuilder } from "../components/appImage";
import { OWN_ACCOUNT } from "../components/federatedCredentials";
import { lookup } from "../components/lookup";
import { type Autoscale, ServiceAccess } from "../components/webAppSurroundings";
import type { ConfigValues } from "./keys";
import type { WorkloadEntry } from "./shapes";

/** Key of the workload that the flat keys describe; the stack's own exports are about it. */
export const DEFAULT_WORKLOAD = "web";

/** What `AppImage` takes as it stands, besides the registry. */
export interface ImageConfig {
  readonly builder: ImageBuilder;
  readonly folder?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly revision?: string | undefined;
  readonly reference?: string | undefined;
}

/** Who a workload is. */
export interface AccountConfig {
  readonly key: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Key of the workload whose identity this one acts as; its own key for an identity of its own. */
  readonly identity: string;
  /** Which of the identity's ServiceAccounts this one is. */
  readonly account: string;
}

/** How many pods a workload has, and who reaches them. */
export interface ExposureConfig {
  readonly replicas: number;
  readonly autoscale: Autoscale | undefined;
  readonly serviceAccess: ServiceAccess;
  readonly allowedClientRanges: string[];
}

/** What a container listens on. */
export interface PortConfig {
  readonly port: number;
  readonly metricsPort: number | undefined;
}

/** What `WebApp` takes as it stands. */
export interface AppConfig extends ExposureConfig, PortConfig {
  readonly environment: Record<string, string>;
  readonly livenessPath: string;
  readonly readinessPath: string;
  readonly nodeSelector: Record<string, string>;
  /** Empty: the image's own. */
  readonly command: string[];
}

export interface WorkloadConfig extends AccountConfig {
  /** Key of the workload whose image this one runs. */
  readonly image: string;
  readonly app: AppConfig;
}

export type ImageKey = "imageBuilder" | "image" | "appFolder" | "appDockerfile" | "sourceRevision" | "workloads";
export type PortKey = "appPort" | "appMetricsPort" | "workloads";
export type AccountKey = "namespace" | "serviceAccount" | "workloads";
export type ExposureKey = "replicas" | "autoscaleMaxReplicas" | "serviceAccess" | "allowedClientRanges" | "workloads";

/** The default workload first. */
export function accountsOf({ namespace, serviceAccount, workloads }: Pick<ConfigValues, AccountKey>): AccountConfig[] {
  return [
    { key: DEFAULT_WORKLOAD, namespace, serviceAccount, identity: DEFAULT_WORKLOAD, account: OWN_ACCOUNT },
    ...further(workloads).map(([key, entry]) => ({
      key,
      namespace: entry.namespace ?? key,
      serviceAccount: entry.serviceAccount ?? key,
      identity: entry.identity ?? key,
      account: (entry.identity ?? key) === key ? OWN_ACCOUNT : key,
    })),
  ];
}

/** By workload key. A further workload is reached by nobody until its entry says so. */
export function exposuresOf(values: Pick<ConfigValues, ExposureKey>): Record<string, ExposureConfig> {
  const { replicas, autoscaleMaxReplicas, serviceAccess, allowedClientRanges, workloads } = values;
  const ofEntry = (entry: WorkloadEntry): ExposureConfig => {
    const access = entry.serviceAccess ?? ServiceAccess.None;
    return {
      replicas: entry.replicas ?? replicas,
      autoscale: autoscale(unlessZero(entry.autoscaleMaxReplicas)),
      serviceAccess: access,
      allowedClientRanges: entry.allowedClientRanges ?? (access === ServiceAccess.None ? [] : allowedClientRanges),
    };
  };
  return {
    [DEFAULT_WORKLOAD]: { replicas, autoscale: autoscale(autoscaleMaxReplicas), serviceAccess, allowedClientRanges },
    ...Object.fromEntries(further(workloads).map(([key, entry]) => [key, ofEntry(entry)])),
  };
}

/** By workload key, with what an entry leaves out. */
export function portsOf(values: Pick<ConfigValues, PortKey>): Record<string, PortConfig> {
  const { appPort: port, appMetricsPort: metricsPort, workloads } = values;
  return {
    [DEFAULT_WORKLOAD]: { port, metricsPort },
    ...Object.fromEntries(
      further(workloads).map(([key, entry]) => [
        key,
        { port: entry.port ?? port, metricsPort: unlessZero(entry.metricsPort ?? metricsPort) },
      ]),
    ),
  };
}

/** Everything about every workload. What belongs to an image follows from the default workload where an entry leaves it out. */
export function workloadsOf(values: ConfigValues): WorkloadConfig[] {
  const exposures = exposuresOf(values);
  const ports = portsOf(values);
  return accountsOf(values).map((account) => {
    const entry = values.workloads[account.key] ?? {};
    const isDefault = account.key === DEFAULT_WORKLOAD;
    return {
      ...account,
      image: ownImage(entry) ? account.key : DEFAULT_WORKLOAD,
      app: {
        ...lookup(exposures, account.key),
        ...lookup(ports, account.key),
        environment: isDefault ? values.appEnvironment : (entry.environment ?? {}),
        livenessPath: entry.livenessPath ?? values.livenessPath,
        readinessPath: entry.readinessPath ?? values.readinessPath,
        nodeSelector: entry.nodeSelector ?? {},
        command: entry.command ?? [],
      },
    };
  });
}

export function imagesOf(values: Pick<ConfigValues, ImageKey>): Record<string, ImageConfig> {
  const { imageBuilder: builder, appFolder: folder, appDockerfile: dockerfile, sourceRevision: revision, image } = values;
  return {
    [DEFAULT_WORKLOAD]: buildsFromFolder(builder) ? { builder, folder, dockerfile, revision } : { builder, reference: image },
    ...Object.fromEntries(
      further(values.workloads)
        .filter(([, entry]) => ownImage(entry))
        .map(([key, entry]) => [key, furtherImage(entry, values)]),
    ),
  };
}

function furtherImage(entry: WorkloadEntry, values: Pick<ConfigValues, ImageKey>): ImageConfig {
  if (entry.image !== undefined) return { builder: ImageBuilder.Prebuilt, reference: entry.image };
  // A Dockerfile alone stands in the folder of the default workload; a folder alone has one with the usual name in it.
  return {
    builder: values.imageBuilder,
    folder: entry.folder ?? values.appFolder,
    dockerfile: entry.dockerfile ?? "Dockerfile",
    revision: values.sourceRevision,
  };
}

function further(workloads: Record<string, WorkloadEntry>): [string, WorkloadEntry][] {
  return Object.entries(workloads).filter(([key]) => key !== DEFAULT_WORKLOAD);
}

function ownImage({ folder, dockerfile, image }: WorkloadEntry): boolean {
  return folder !== undefined || dockerfile !== undefined || image !== undefined;
}

function autoscale(maxReplicas: number | undefined): Autoscale | undefined {
  return maxReplicas === undefined ? undefined : { maxReplicas };
}

function unlessZero(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}
