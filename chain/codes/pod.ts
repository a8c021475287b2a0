// What a pod of a broken chain shows. Emulated Entra ID gives the numbers among them.
import {
  AKS_DEPLOY,
  AKS_OVERVIEW,
  ENTRA_CODES,
  type ErrorCode,
  FEDERATION,
  STORAGE_RBAC,
  TROUBLESHOOT,
  VAULT_ERRORS,
  VAULT_RBAC,
} from "./errorCode";

export const POD_CODES = {
  AADSTS700211: {
    meaning: "No federated credential of the identity has the issuer of the pod's token.",
    fix: "Take the issuer from the cluster's own output, unchanged: its trailing slash counts, and a new cluster has a new issuer.",
    help: FEDERATION,
  },
  AADSTS700212: {
    meaning: "No federated credential of the identity has the audience of the pod's token.",
    fix: "Set the federated credential's only audience to api://AzureADTokenExchange.",
    help: FEDERATION,
  },
  AADSTS700213: {
    meaning: "No federated credential of the identity has the subject of the pod's token.",
    fix: "The subject is system:serviceaccount:<namespace>:<ServiceAccount> of the pod: derive it from the ServiceAccount itself.",
    help: FEDERATION,
  },
  AADSTS7002138: {
    meaning: "The subject of the federated credential differs from the token's by upper and lower case only.",
    fix: "Write the subject exactly as the token has it: the comparison is case-sensitive.",
    help: FEDERATION,
  },
  AADSTS70025: {
    meaning: "The identity has no federated credential at all.",
    fix: "Give this identity the federated credential, or annotate the ServiceAccount with the client id of the identity that has it.",
    help: AKS_DEPLOY,
  },
  AADSTS700016: {
    meaning: "No application or managed identity in this tenant has the client id that the pod sent.",
    fix: "The annotation takes the identity's clientId, not its principalId and not its resource id; and the tenant must be the identity's.",
    help: ENTRA_CODES,
  },
  AADSTS7000229: {
    meaning: "The application has no service principal in the tenant.",
    fix: "Create the service principal for the application's client id: roles are granted to it, and only it can sign in.",
    help: "https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals",
  },
  AADSTS90002: {
    meaning: "The tenant does not exist.",
    fix: "Check the tenant id: an annotation overrides the cluster's own tenant.",
    help: ENTRA_CODES,
  },
  AADSTS700024: {
    meaning: "The pod's token is not within its time of validity.",
    fix: "Let the SDK read AZURE_FEDERATED_TOKEN_FILE again (keep one credential object, never cache the file); check the node's clock.",
    help: TROUBLESHOOT,
  },
  AADSTS7000272: {
    meaning: "The key that signed the pod's token is not among the issuer's published keys.",
    fix: "Restart the pod, so that it gets a token signed with a current key; if it stays, check that the issuer's key document can be reached.",
    help: TROUBLESHOOT,
  },
  AADSTS50013: {
    meaning: "The signature of the pod's token is not valid.",
    fix: "The token must come from the issuer that it names: do not edit or mint tokens.",
    help: ENTRA_CODES,
  },
  AADSTS50166: {
    meaning: "Entra ID could not read the issuer's discovery document or keys.",
    fix: "Check that the issuer URL is the cluster's own and that its OIDC issuer is on.",
    help: TROUBLESHOOT,
  },
  AADSTS50027: {
    meaning: "The token that the pod sent is not a JWT.",
    fix: "AZURE_FEDERATED_TOKEN_FILE must be the projected token file.",
    help: ENTRA_CODES,
  },
  ForbiddenByRbac: {
    meaning: "The identity signed in, but has no role that allows reading this secret.",
    fix: "Assign Key Vault Secrets User on the vault to the identity's principalId. New assignments take up to ten minutes.",
    help: VAULT_RBAC,
  },
  AccessDenied: {
    meaning: "The vault uses access policies, and none names this identity; role assignments do not count there.",
    fix: "Set enableRbacAuthorization to true on the vault.",
    help: VAULT_RBAC,
  },
  SecretNotFound: {
    meaning: "The vault has no secret of this name.",
    fix: "Take the name from the secret that the program creates.",
    help: VAULT_ERRORS,
  },
  SecretDisabled: {
    meaning: "The secret is disabled.",
    fix: "Enable the secret (attributes.enabled) or create a new version.",
    help: VAULT_ERRORS,
  },
  VaultTenantMismatch: {
    meaning: "The vault belongs to another tenant than the identity.",
    fix: "Set the vault's tenantId to the identity's tenant.",
    help: VAULT_ERRORS,
  },
  HostNotFound: {
    meaning: "No vault and no storage account has this host name.",
    fix: "Take the address from the resource's own output: vaultUri of the vault, primaryEndpoints.blob of the storage account.",
    help: VAULT_ERRORS,
  },
  AuthorizationPermissionMismatch: {
    meaning: "The identity signed in, but has no role that allows reading blobs of this container.",
    fix: "Assign Storage Blob Data Reader on the container to the identity's principalId. New assignments take up to ten minutes.",
    help: STORAGE_RBAC,
  },
  AuthorizationFailure: {
    meaning: "The storage account's firewall lets nothing in from where the pod runs, whatever roles its identity has.",
    fix: "Let the cluster's network in: networkRuleSet and publicNetworkAccess of the storage account.",
    help: "https://learn.microsoft.com/azure/storage/common/storage-network-security",
  },
  InvalidAuthenticationInfo: {
    meaning: "The storage account did not take the identity's token.",
    fix: "The account must belong to the identity's tenant, and the token must be for storage.azure.com: let the SDK ask for it.",
    help: "https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory",
  },
  ContainerNotFound: {
    meaning: "The storage account has no container of this name.",
    fix: "Take the name from the container that the program creates.",
    help: "https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes",
  },
  AuthorizationFailed: {
    meaning: "The identity signed in, but has no role that allows reading role assignments and role definitions at this scope.",
    fix: "Assign a role with Microsoft.Authorization/roleAssignments/read and roleDefinitions/read at the scope that is listed.",
    help: "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest",
  },
  Throttled: {
    meaning: "The service asked to slow down (429).",
    fix: "Nothing to change: the application waits and tries again.",
    help: "https://learn.microsoft.com/azure/key-vault/general/overview-throttling",
  },
  ServiceUnavailable: {
    meaning: "The service did not answer as it should.",
    fix: "Nothing to change if it passes: the application waits and tries again.",
    help: VAULT_ERRORS,
  },
  PodNotMutated: {
    meaning: "The webhook did not touch this pod: none of its variables is there.",
    fix: 'Put the label azure.workload.identity/use: "true" on the pod template, check that workload identity is on in the cluster, and recreate the pod.',
    help: AKS_OVERVIEW,
  },
  ClientIdNotInjected: {
    meaning: "The webhook mutated the pod but found no client id.",
    fix: "Annotate the ServiceAccount that the pod uses with azure.workload.identity/client-id, and recreate the pod.",
    help: AKS_OVERVIEW,
  },
  TokenFileMissing: {
    meaning: "The token file that the variable names cannot be read.",
    fix: "Check that the pod has the projected volume that the webhook adds, and that the process may read it.",
    help: AKS_OVERVIEW,
  },
  AdmissionRefused: {
    meaning: "The webhook refused the pod, so it was never created.",
    fix: "The ServiceAccount must exist before the pod, and a token expiration must lie between 3600 and 86400 seconds.",
    help: AKS_OVERVIEW,
  },
  ImagePullFailed: {
    meaning: "The node could not pull the image: it is not there, or the registry does not let the node have it.",
    fix: "Build and push the image, or name one by digest that exists.",
    help: "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
  },
  CreateContainerConfigError: {
    meaning: "The kubelet cannot make the container as the pod asks for it.",
    fix: "Read the pod's events with kubectl describe pod: they say what is missing or refused.",
    help: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  },
  FailedMount: {
    meaning: "The kubelet cannot mount a volume of the pod, and starts none of its containers.",
    fix: "Read the pod's events with kubectl describe pod: they name the volume and what it is missing.",
    help: "https://kubernetes.io/docs/concepts/storage/volumes/",
  },
  InvalidImageName: {
    meaning: "The kubelet cannot take the image's reference apart, and pulls nothing.",
    fix: "Write the reference as registry/repository:tag: no https://, and no capital letters after the registry.",
    help: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  },
  Unexplained: {
    meaning: "The chain did not work and no rule explains why.",
    fix: "Read the application's own log and the recorded calls.",
    help: TROUBLESHOOT,
  },
} as const satisfies Record<string, ErrorCode>;
