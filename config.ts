// The only reader of config. Everything else gets a StackConfig, in which nothing is missing and nothing contradicts itself.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { RegistryRoleMode, RoleName } from "./chain";
import type { AksClusterArgs } from "./components/aksCluster";
import type { RegistrySku } from "./components/containerRegistry";
import type { ClusterAdmin } from "./components/deployer";
import type { Federation } from "./components/federatedCredentials";
import type { IdentityKind } from "./components/identityKinds";
import { ServiceAccess } from "./components/webAppSurroundings";
import { disagreements } from "./config/agreement";
import { decode, holds, type RawConfig } from "./config/decode";
import { federationsOf } from "./config/federations";
import { folderMistakes } from "./config/images";
import { ALL_KEYS, type ConfigValues } from "./config/keys";
import { configError, type Mistake } from "./config/mistakes";
import { type StackNames, stackNames } from "./config/names";
import { BlobAccess } from "./config/shapes";
import { tagsOf } from "./config/tags";
import { DEFAULT_WORKLOAD, type ImageConfig, imagesOf, type WorkloadConfig, workloadsOf } from "./config/workloads";

export type { RawConfig } from "./config/decode";

/** What a cluster is made of, without what other resources decide. */
type ClusterConfig = Omit<
  AksClusterArgs,
  "resourceGroupName" | "resourceGroupId" | "location" | "clusterName" | "admins" | "protect" | "tags"
>;

export interface IdentityConfig {
  /** Key of the workload that it belongs to. */
  readonly key: string;
  readonly identityName: string;
  readonly owner: WorkloadConfig;
  /** Other workloads that act as it. */
  readonly sharers: readonly WorkloadConfig[];
  /** Who else acts as it. */
  readonly federations: Record<string, Federation>;
}

export interface StorageConfig {
  readonly containerName: string;
  /** Role of the default workload's identity on the container. */
  readonly role: RoleName;
  /** Whether whoever reaches the default workload may read the container's blobs through it. */
  readonly route: boolean;
}

export interface StackConfig {
  readonly location: string;
  /** Whether what holds the most cannot be deleted or replaced. */
  readonly protect: boolean;
  readonly existingResourceGroup: string | undefined;
  /** Undefined: the stack makes its own. */
  readonly existingCluster: { readonly resourceGroupName: string; readonly clusterName: string } | undefined;
  readonly tags: Record<string, string>;
  readonly names: StackNames;
  readonly cluster: ClusterConfig;
  /** Undefined: whoever deploys. Empty: nobody by this stack. */
  readonly clusterAdmins: Record<string, ClusterAdmin> | undefined;
  readonly vault: { readonly softDeleteDays: number; readonly purgeProtection: boolean };
  readonly secret: { readonly name: string; readonly value: pulumi.Output<string> | undefined };
  readonly registrySku: RegistrySku;
  readonly registryRoleMode: RegistryRoleMode;
  readonly images: Record<string, ImageConfig>;
  /** Every namespace once. */
  readonly namespaces: readonly string[];
  readonly identities: readonly IdentityConfig[];
  readonly identityKind: IdentityKind;
  /** Undefined: no storage account. */
  readonly storage: StorageConfig | undefined;
  readonly roleList: boolean;
  readonly demoReaderRole: boolean;
  /** Undefined: no toolbox. */
  readonly toolbox: { readonly image: string } | undefined;
  /** Key of the workload that the stack's own exports are about. */
  readonly defaultWorkload: string;
}

/** The config of the stack that runs. Throws one `RunError` that names every mistake. */
export function readStackConfig(): StackConfig {
  const raw = {
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    entries: pulumi.runtime.allConfig(),
    secretKeys: encryptedKeys(),
  };
  return parseStackConfig(raw, folderMistakes);
}

// Pulumi's own Config asks this, and the types leave it out: what it wraps, the environment of a real run, is not there in a rehearsal.
const runtimeShape = z.object({
  isConfigSecret: z.custom<(key: string) => boolean>((value) => typeof value === "function"),
});

function encryptedKeys(): string[] {
  const { isConfigSecret } = runtimeShape.parse(pulumi.runtime);
  return Object.keys(pulumi.runtime.allConfig()).filter((key) => isConfigSecret(key));
}

/** The same from given entries. Pure, unless `furtherMistakes` of the values that are right in themselves asks elsewhere. */
export function parseStackConfig(
  raw: RawConfig,
  furtherMistakes: (values: Readonly<Record<string, unknown>>) => readonly Mistake[] = () => [],
): StackConfig {
  const { values, location, mistakes } = decode(raw);
  const all = [...mistakes, ...disagreements(values), ...furtherMistakes(values)];
  if (all.length > 0 || !holds(values, ALL_KEYS)) throw configError(raw.stack, all);

  const workloads = workloadsOf(values);
  const names = stackNames(raw.project, raw.stack, values.names);
  return deepFreeze({
    location,
    protect: values.production || values.protect,
    existingResourceGroup: values.existingResourceGroup,
    existingCluster: existingClusterOf(values),
    tags: tagsOf(raw.project, raw.stack, values.tags),
    names,
    cluster: clusterConfig(values),
    clusterAdmins: values.assignClusterAdmins && isEmpty(values.clusterAdmins) ? undefined : values.clusterAdmins,
    vault: { softDeleteDays: values.vaultSoftDeleteDays, purgeProtection: values.vaultPurgeProtection },
    secret: { name: values.secretName, value: values.secretValue === undefined ? undefined : pulumi.secret(values.secretValue) },
    registrySku: values.registrySku,
    registryRoleMode: values.registryRoleMode,
    images: imagesOf(values),
    namespaces: [...new Set(workloads.map(({ namespace }) => namespace))],
    identities: identitiesOf(workloads, names, values),
    identityKind: values.identityKind,
    storage: storageOf(values),
    roleList: values.roleList,
    demoReaderRole: values.demoReaderRole,
    toolbox: values.toolbox ? { image: values.toolboxImage } : undefined,
    defaultWorkload: DEFAULT_WORKLOAD,
  });
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0;
}

function identitiesOf(workloads: readonly WorkloadConfig[], names: StackNames, { federations }: ConfigValues): IdentityConfig[] {
  return workloads
    .filter(({ key, identity }) => key === identity)
    .map((owner) => ({
      key: owner.key,
      identityName: names.identity(owner.key),
      owner,
      sharers: workloads.filter(({ key, identity }) => identity === owner.key && key !== owner.key),
      federations: owner.key === DEFAULT_WORKLOAD ? federationsOf(federations) : {},
    }));
}

function existingClusterOf({ existingCluster: { resourceGroupName, name } }: ConfigValues): StackConfig["existingCluster"] {
  return resourceGroupName === undefined || name === undefined ? undefined : { resourceGroupName, clusterName: name };
}

function storageOf({ storage, serviceAccess }: ConfigValues): StorageConfig | undefined {
  if (!storage.enabled) return undefined;
  return {
    containerName: storage.container,
    role: storage.access === BlobAccess.Contributor ? "storageBlobDataContributor" : "storageBlobDataReader",
    // Who may reach the page may read the blobs: nobody on the internet, unless somebody has said so.
    route: storage.publicRoute || serviceAccess === ServiceAccess.Internal,
  };
}

function clusterConfig(values: ConfigValues): ClusterConfig {
  return {
    generation: values.clusterGeneration,
    tier: values.clusterTier,
    kubernetesVersion: values.kubernetesVersion,
    upgradeChannel: values.upgradeChannel,
    systemPool: {
      vmSize: values.systemPoolVmSize,
      minCount: values.systemPoolMinCount,
      maxCount: values.systemPoolMaxCount,
      osDiskSizeGb: values.systemPoolOsDiskSizeGb,
      zones: values.systemPoolZones,
      tainted: values.systemPoolTainted,
    },
    pools: values.pools,
    trustedLaunch: values.trustedLaunch,
    authorizedIpRanges: values.authorizedIpRanges,
    maintenance: {
      day: values.maintenanceDay,
      startTime: values.maintenanceStartTime,
      durationHours: values.maintenanceDurationHours,
    },
    access: { mode: values.clusterAccess, loginMode: values.kubeloginMode },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
