// The shape of a code, and pages that several codes share.

export interface ErrorCode {
  /** What went wrong, in one sentence. */
  readonly meaning: string;
  /** What to change. */
  readonly fix: string;
  /** Microsoft's or Kubernetes' page about it. */
  readonly help: string;
}

export const FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";
export const AKS_OVERVIEW = "https://learn.microsoft.com/azure/aks/workload-identity-overview";
export const AKS_DEPLOY = "https://learn.microsoft.com/azure/aks/workload-identity-deploy-cluster";
export const TROUBLESHOOT = "https://azure.github.io/azure-workload-identity/docs/troubleshooting.html";
export const ENTRA_CODES = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes";
export const VAULT_RBAC = "https://learn.microsoft.com/azure/key-vault/general/rbac-guide";
export const STORAGE_RBAC = "https://learn.microsoft.com/azure/storage/blobs/assign-azure-role-data-access";
export const VAULT_ERRORS = "https://learn.microsoft.com/azure/key-vault/general/common-error-codes";
