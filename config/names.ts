// Names of a stack's resources: legal whatever characters the stack's name has. Abbreviations are those of the Cloud Adoption Framework,
// https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations
import { nameToken } from "../chain";
import type { OwnNames } from "./shapes";
import { DEFAULT_WORKLOAD } from "./workloads";

/** Leaves room in a vault's 24 characters for prefix and suffix. */
const TOKEN_LENGTH = 12;
/** Leaves room in a cluster's 54 characters for prefix and token. */
const PROJECT_LENGTH = 32;

/** A name that must be unique in all of Azure. */
export interface UniqueName {
  /** Followed by the stack's random suffix. */
  readonly prefix: string;
  /** The whole name, where config gives one. */
  readonly exact: string | undefined;
}

export interface StackNames {
  readonly resourceGroup: string;
  readonly cluster: string;
  readonly vault: UniqueName;
  readonly registry: UniqueName;
  readonly storageAccount: UniqueName;
  /** Unique in the tenant: followed by the stack's random suffix. */
  readonly roleListRole: UniqueName;
  /** By workload key. */
  identity(workload: string): string;
}

/** Generated names, and those of `own` instead of them. */
export function stackNames(project: string, stack: string, own: OwnNames): StackNames {
  const token = nameToken(stack, TOKEN_LENGTH);
  const part =
    /^[a-z][a-z0-9-]*$/.test(project) && project.length <= PROJECT_LENGTH ? project : nameToken(project, PROJECT_LENGTH);
  return {
    resourceGroup: own.resourceGroup ?? `rg-${part}-${token}`,
    cluster: own.cluster ?? `aks-${part}-${token}`,
    vault: { prefix: `kv-${token}-`, exact: own.vault },
    registry: { prefix: `cr${token}`, exact: own.registry },
    storageAccount: { prefix: `st${token}`, exact: own.storageAccount },
    roleListRole: { prefix: `${part} ${token} role list `, exact: undefined },
    identity: (workload) =>
      workload === DEFAULT_WORKLOAD && own.identity !== undefined ? own.identity : `id-${part}-${token}-${workload}`,
  };
}
