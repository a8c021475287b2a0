// What Azure Workload Identity itself fixes: keys, values, the variables of the pod. Everything else derives from these.
// Webhook source: https://github.com/Azure/azure-workload-identity (checked 2026-11, v1.6.0)

/** The label that makes the webhook mutate a pod. It counts on the pod template only; on a ServiceAccount it does nothing. */
export const USE_LABEL = "azure.workload.identity/use";
/** The only value of `USE_LABEL` that counts: the string, not a boolean. */
export const USE_LABEL_VALUE = "true";

/** Annotations of the ServiceAccount (the token expiration may also stand on the pod, and wins there). */
export const CLIENT_ID_ANNOTATION = "azure.workload.identity/client-id";
export const TENANT_ID_ANNOTATION = "azure.workload.identity/tenant-id";
export const TOKEN_EXPIRATION_ANNOTATION = "azure.workload.identity/service-account-token-expiration";
/** Annotation of the pod: containers, separated by semicolons, that are not mutated. */
export const SKIP_CONTAINERS_ANNOTATION = "azure.workload.identity/skip-containers";

/** Life of the projected token in seconds. https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations */
export const TOKEN_EXPIRATION_SECONDS = { default: 3600, min: 3600, max: 86400 } as const;

/** The audience of the projected token and of the federated credential, the same in all clouds for AKS. */
export const AUDIENCE = "api://AzureADTokenExchange";

/** What the webhook injects into every container of a labelled pod. */
export const POD_ENVIRONMENT = {
  clientId: "AZURE_CLIENT_ID",
  tenantId: "AZURE_TENANT_ID",
  tokenFile: "AZURE_FEDERATED_TOKEN_FILE",
  authorityHost: "AZURE_AUTHORITY_HOST",
} as const;

/** Where webhook 1.6 mounts the token. Older ones used another folder: an application must read the variable, never this. */
export const TOKEN_MOUNT_PATH = "/var/run/secrets/azure/wi/token";
export const TOKEN_FILE_NAME = "azure-identity-token";
export const AUTHORITY_HOST = "https://login.microsoftonline.com/";

/** The environment that `WebApp` gives a container, so that any image can be the app. */
export const APP_ENVIRONMENT = {
  port: "PORT",
  host: "HOST",
  metricsPort: "METRICS_PORT",
  vaultUri: "KEY_VAULT_URI",
  secretName: "SECRET_NAME",
  expectedIssuer: "EXPECTED_ISSUER",
  expectedSubject: "EXPECTED_SUBJECT",
  expectedAudience: "EXPECTED_AUDIENCE",
  /** Address of the storage account's blob service, with its trailing slash. */
  blobEndpoint: "BLOB_ENDPOINT",
  /** Name of the one container that the application reads. */
  blobContainer: "BLOB_CONTAINER",
  /** `BLOB_ROUTE_ON` where whoever reaches the application may read the container's blobs through it. */
  blobRoute: "BLOB_ROUTE",
  /** Resource id of the scope whose role assignments the application lists. */
  roleListScope: "ROLE_LIST_SCOPE",
  /** Object id of the principal whose role assignments those are: its own. */
  roleListPrincipal: "ROLE_LIST_PRINCIPAL",
} as const;

/** The only value of `BLOB_ROUTE` that counts. */
export const BLOB_ROUTE_ON = "on";

/** The subject of a ServiceAccount's token. Entra ID compares it byte for byte, case included. */
export function serviceAccountSubject(namespace: string, serviceAccount: string): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

/** The address of an issuer's discovery document; the issuer's own trailing slash is part of it. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.endsWith("/") ? issuer : `${issuer}/`}.well-known/openid-configuration`;
}

/** https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
export const FEDERATED_CREDENTIALS_PER_IDENTITY = 20;
