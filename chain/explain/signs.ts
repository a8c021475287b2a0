// How the codes are recognised in a text: Entra ID's by their numbers, the others by Azure's own code or by the sentence that stands for it.
// A word that other products use as well counts only beside something that is Azure's.
import type { Code } from "../codes";

export interface Sign {
  readonly code: Code;
  readonly pattern: RegExp;
}

const WEBHOOK = String.raw`"?mutation\.azure-workload-identity\.io"?`;
const SERVICE_HOST = String.raw`\.(?:vault\.azure\.net|blob\.core\.windows\.net)`;
const NO_HOST = "(?:ENOTFOUND|EAI_AGAIN|no such host|Name or service not known|Temporary failure in name resolution)";

/** A gap between two words is bounded: a line may be long, and say the first a thousand times. */
export const SIGNS: readonly Sign[] = [
  // Entra ID's sentences, where the number was cut off.
  { code: "AADSTS700211", pattern: /(?<!AADSTS\d+: No.{0,60})presented assertion issuer '/i },
  { code: "AADSTS700212", pattern: /(?<!AADSTS\d+: No.{0,60})presented assertion audience '/i },
  { code: "AADSTS700213", pattern: /(?<!AADSTS\d+: No.{0,60})presented assertion subject '/i },
  // Key Vault and Storage
  { code: "ForbiddenByRbac", pattern: /\bForbiddenByRbac\b|Caller is not authorized to perform action on resource/ },
  {
    code: "ForbiddenByFirewall",
    pattern:
      /\bForbiddenBy(?:Firewall|Connection)\b|Client address is not authorized and caller is not a trusted|not from a trusted service nor via an approved private link/,
  },
  { code: "AccessDenied", pattern: /does not have secrets (?:get|list) permission on key vault|\bAccessDenied\b.{0,300}vault/i },
  { code: "SecretNotFound", pattern: /\bSecretNotFound\b|A secret with \(name\/id\) .{1,300} was not found in this key vault/ },
  { code: "SecretDisabled", pattern: /\bSecretDisabled\b|is not allowed on a disabled secret/ },
  { code: "VaultTenantMismatch", pattern: /\bVaultTenantMismatch\b|AKV10032/ },
  { code: "HostNotFound", pattern: new RegExp(`${NO_HOST}.{0,120}${SERVICE_HOST}|${SERVICE_HOST}.{0,80}${NO_HOST}`) },
  { code: "AuthorizationPermissionMismatch", pattern: /\bAuthorizationPermissionMismatch\b/ },
  {
    code: "AuthorizationFailure",
    pattern: /\bAuthorizationFailure\b.{0,300}(?:blob|storage|RequestId)|(?:blob|storage).{0,300}\bAuthorizationFailure\b/i,
  },
  { code: "InvalidAuthenticationInfo", pattern: /\bInvalidAuthenticationInfo\b/ },
  { code: "ContainerNotFound", pattern: /\bContainerNotFound\b/ },
  { code: "SecretDeletedRecoverable", pattern: /\bObjectIsDeletedButRecoverable\b|in a deleted but recoverable state/ },
  { code: "SecretConflict", pattern: /\bObjectIsBeing(?:Deleted|Recovered)\b/ },
  {
    code: "VaultNameTaken",
    pattern: /same name already exists in deleted state|\bVaultAlreadyExists\b|vault name '[^']+' is already in use/i,
  },
  // Resource Manager
  {
    code: "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    pattern: /ConcurrentFederatedIdentityCredentialsWrites|Too many Federated Identity Credentials are written concurrently/i,
  },
  {
    code: "FederatedCredentialExists",
    pattern: /Issuer and subject combination already exists|combination of issuer and subject must be unique/i,
  },
  {
    code: "FederatedCredentialIncomplete",
    pattern: /must specify 'issuer', 'subject' and 'audience'/i,
  },
  { code: "FederatedCredentialAudience", pattern: /\bmust have exactly one audience\b/i },
  {
    code: "FederatedCredentialName",
    pattern:
      /federated ?identity ?credential.{0,300}\bInvalidResourceName\b|\bInvalidResourceName\b.{0,300}federated ?identity ?credential/i,
  },
  { code: "FederatedCredentialLimit", pattern: /(?:at most|maximum(?: number)? of) (?:20 )?federated identity credentials/i },
  { code: "FederatedCredentialsNotSupported", pattern: /Support for federated identity credentials not enabled/i },
  { code: "ParentResourceNotFound", pattern: /\bParentResourceNotFound\b/ },
  {
    code: "MissingSubscriptionRegistration",
    pattern: /\bMissingSubscriptionRegistration\b|subscription is not registered to use namespace/,
  },
  { code: "SubscriptionNotFound", pattern: /\bSubscriptionNotFound\b|The subscription '[^']{1,60}' could not be found/ },
  {
    code: "LinkedAuthorizationFailed",
    pattern: /\bLinkedAuthorizationFailed\b|does not have permission to perform action\(s\)/,
  },
  {
    code: "K8sVersionNotSupported",
    pattern:
      /\bK8sVersionNotSupported\b|on version \S{1,20} which is (?:not supported in this region|only available for Long-Term Support)/i,
  },
  { code: "RequestDisallowedByPolicy", pattern: /\bRequestDisallowedByPolicy\b/i },
  { code: "RoleAssignmentExists", pattern: /\bRoleAssignmentExists\b|The role assignment already exists/ },
  {
    code: "RoleAssignmentUpdateNotPermitted",
    pattern: /\bRoleAssignmentUpdateNotPermitted\b|principal ID, and scope are not allowed to be updated/,
  },
  { code: "PrincipalNotFound", pattern: /\bPrincipalNotFound\b|Principal [0-9a-f-]{32,36} does not exist in the directory/ },
  { code: "AuthorizationFailed", pattern: /\bAuthorizationFailed\b|does not have authorization to perform action/ },
  {
    code: "TasksOperationsNotAllowed",
    pattern: /\bTasksOperationsNotAllowed\b|ACR Tasks requests for the registry .{1,300} are not permitted/,
  },
  { code: "RegistryFirewall", pattern: /client with IP '?[\d.:a-f]+'? is not allowed access|aka\.ms\/acr\/firewall/i },
  {
    code: "QuotaExceeded",
    pattern: /InsufficientVCPUQuota|insufficient vcpu quota|exceeding (?:approved|quota limits of) .{0,300}cores?\b/i,
  },
  {
    code: "SkuNotAvailable",
    pattern: /\bSkuNotAvailable(?:ForSubscription)?\b|VM size of \S+ is not allowed in your subscription/i,
  },
  { code: "ManagedClusterCountExceedsQuotaLimit", pattern: /\bManagedClusterCountExceedsQuotaLimit\b/ },
  {
    code: "Throttled",
    pattern: /["'=(]\W{0,2}(?:Throttled|TooManyRequests)\b|(?:azure\.(?:com|net)|Microsoft\.\w+).{0,300}\b429\b/,
  },
  // The pod and its SDK
  {
    code: "ClientIdNotInjected",
    pattern:
      /WorkloadIdentityCredential.{0,300}clientId is a required parameter|no client ID specified\. Check pod configuration/i,
  },
  {
    code: "PodNotMutated",
    pattern:
      /WorkloadIdentityCredential.{0,300}(?:tenantId, clientId, and federatedTokenFilePath|federatedTokenFilePath is|tenantId is)|workload options are not fully configured|WorkloadIdentityCredential authentication unavailable|no (?:token file|tenant ID) specified\. Check pod configuration|Authority does not appear to use https/i,
  },
  {
    code: "NodeIdentityUsed",
    pattern:
      /requested identity has not been assigned to this resource|managed identity endpoint is indicating there's no available identity|"error_description"\s*:\s*"Identity not found"|\bMultiple user assigned identities exist/i,
  },
  {
    code: "TokenFileMissing",
    pattern:
      /(?:ENOENT|no such file or directory).{0,120}azure-identity-token|azure-identity-token.{0,40}(?:ENOENT|no such file or directory)/i,
  },
  { code: "AdmissionRefused", pattern: new RegExp(`${WEBHOOK} denied the request|error looking up service account`) },
  { code: "WebhookUnavailable", pattern: new RegExp(`failed calling webhook ${WEBHOOK}`) },
  { code: "ImagePullFailed", pattern: /\bErrImagePull\b|\bImagePullBackOff\b|Failed to pull image|Back-off pulling image/ },
  { code: "ExecFormatError", pattern: /exec format error/i },
  {
    code: "CreateContainerConfigError",
    pattern:
      /\bCreateContainerConfigError\b|container has runAsNonRoot and image|image (?:will run as root|has non-numeric user)|(?:^|Error: |message: )(?:secret|configmap) "[^"]{1,253}" not found|couldn't find key \S{1,253} in (?:Secret|ConfigMap) /,
  },
  { code: "InvalidImageName", pattern: /\bInvalidImageName\b|couldn't parse image name/ },
  { code: "FailedMount", pattern: /\bFailedMount\b|MountVolume\.SetUp failed for volume/ },
  // Reaching the cluster
  {
    code: "KubeloginMissing",
    pattern: /exec: executable kubelogin not found|exec: "kubelogin": executable file not found|kubelogin: command not found/,
  },
  { code: "DeviceCodePrompt", pattern: /microsoft\.com\/devicelogin/ },
  { code: "StaticCredentialNotAllowed", pattern: /Getting static credential (?:is not|isn't) allowed/i },
  {
    code: "ServiceWithoutAddress",
    pattern: /Service was not allocated an IP address|\bSyncLoadBalancerFailed\b|\bCreatingLoadBalancerFailed\b/,
  },
  {
    code: "ClusterUnreachable",
    pattern: /configured Kubernetes cluster is unreachable|failed to read resource state due to unreachable cluster/,
  },
];

/** What a code hides beside it: it says the same more precisely, or is what that came from. */
export const HIDES: Readonly<Partial<Record<Code, readonly Code[]>>> = {
  KubeloginMissing: ["ClusterUnreachable"],
  ForbiddenByFirewall: ["ForbiddenByRbac"],
  SecretDeletedRecoverable: ["SecretConflict"],
  ClientIdNotInjected: ["PodNotMutated", "NodeIdentityUsed"],
  PodNotMutated: ["NodeIdentityUsed"],
  ImagePullUnauthorized: ["ImagePullFailed"],
};

export const ENTRA_NUMBER = /AADSTS(\d{4,8})(?!\d)/;

/** Whether a line can hold any sign at all: the one test that every line of a log has to pass. */
export const MAY_HOLD_A_SIGN = new RegExp(
  [ENTRA_NUMBER, ...SIGNS.map(({ pattern }) => pattern)].map(({ source }) => source).join("|"),
  "i",
);
