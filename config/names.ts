// Names of a stack's resources: legal whatever characters the stack's name has. Abbreviations are those of the Cloud Adoption Framework,
// https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations
import { nameToken } from "../chain";

/** Leaves room in a vault's 24 characters for prefix and suffix. */
const TOKEN_LENGTH = 12;
/** Leaves room in a cluster's 54 characters for prefix and token. */
const PROJECT_LENGTH = 32;

export interface StackNames {
  readonly resourceGroup: string;
  readonly cluster: string;
  /** Followed by the stack's random suffix: unique in all of Azure. */
  readonly vaultPrefix: string;
  /** Followed by the stack's random suffix: unique in all of Azure. */
  readonly registryPrefix: string;
  /** Followed by the workload's key. */
  readonly identityPrefix: string;
}

export function stackNames(project: string, stack: string): StackNames {
  const token = nameToken(stack, TOKEN_LENGTH);
  const part =
    /^[a-z][a-z0-9-]*$/.test(project) && project.length <= PROJECT_LENGTH ? project : nameToken(project, PROJECT_LENGTH);
  return {
    resourceGroup: `rg-${part}-${token}`,
    cluster: `aks-${part}-${token}`,
    vaultPrefix: `kv-${token}-`,
    registryPrefix: `cr${token}`,
    identityPrefix: `id-${part}-${token}-`,
  };
}
