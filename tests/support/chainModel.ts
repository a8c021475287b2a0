// A chain in which every link holds, as data: a test of a rule changes one thing of it.
import {
  APP_ENVIRONMENT,
  AUDIENCE,
  type BlobContainerLink,
  type ChainModel,
  CLIENT_ID_ANNOTATION,
  type ClusterLink,
  type CredentialInModel,
  checkPod,
  type FederatedCredentialLink,
  type Finding,
  type IdentityInModel,
  type IdentityLink,
  type PodLink,
  type RoleAssignmentLink,
  type RoleInModel,
  roleDefinitionId,
  type SecretLink,
  type ServiceAccountLink,
  serviceAccountSubject,
  USE_LABEL,
  USE_LABEL_VALUE,
  type VaultInModel,
  type VaultLink,
} from "../../chain";

export const TENANT_ID = "11111111-1111-4111-8111-111111111111";
export const ISSUER = `https://westeurope.oic.prod-aks.azure.com/${TENANT_ID}/33333333-3333-4333-8333-333333333333/`;
export const SUBJECT = serviceAccountSubject("web", "orders");
const GROUP = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg/providers";

const CLUSTER: ClusterLink = {
  resource: "azure-native:containerservice:ManagedCluster::cluster",
  id: `${GROUP}/Microsoft.ContainerService/managedClusters/aks`,
  tenantId: TENANT_ID,
  issuer: ISSUER,
  oidcIssuerEnabled: true,
  workloadIdentityEnabled: true,
};

export const IDENTITY: IdentityLink = {
  resource: "azure-native:managedidentity:UserAssignedIdentity::orders",
  id: `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders`,
  name: "id-orders",
  clientId: "44444444-4444-4444-8444-444444444444",
  principalId: "55555555-5555-4555-8555-555555555555",
  tenantId: TENANT_ID,
};

/** A container beside the vault; only a pod that is given it has to do with it. */
export const CONTAINER: BlobContainerLink = {
  resource: "azure-native:storage:BlobContainer::orders",
  id: `${GROUP}/Microsoft.Storage/storageAccounts/storders/blobServices/default/containers/data`,
  name: "data",
  account: "storders",
  endpoint: "https://storders.blob.core.windows.net/",
};

/** Of the same cluster, trusted by nobody and with no role: it stands in every model and must never be taken for the pod's. */
export const KUBELET: IdentityLink = {
  resource: "azure-native:managedidentity:UserAssignedIdentity::kubelet",
  id: `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-kubelet`,
  name: "id-kubelet",
  clientId: "66666666-6666-4666-8666-666666666666",
  principalId: "77777777-7777-4777-8777-777777777777",
  tenantId: TENANT_ID,
};

export const CREDENTIAL: FederatedCredentialLink = {
  resource: "azure-native:managedidentity:FederatedIdentityCredential::orders",
  id: `${IDENTITY.id}/federatedIdentityCredentials/orders`,
  name: "orders",
  identityId: IDENTITY.id,
  issuer: ISSUER,
  subject: SUBJECT,
  audiences: [AUDIENCE],
};

export const VAULT: VaultLink = {
  resource: "azure-native:keyvault:Vault::vault",
  id: `${GROUP}/Microsoft.KeyVault/vaults/kv-orders`,
  name: "kv-orders",
  uri: "https://kv-orders.vault.azure.net/",
  tenantId: TENANT_ID,
  rbac: true,
};

export const ROLE: RoleAssignmentLink = {
  resource: "azure-native:authorization:RoleAssignment::orders",
  id: `${VAULT.id}/providers/Microsoft.Authorization/roleAssignments/88888888-8888-4888-8888-888888888888`,
  scope: VAULT.id,
  principalId: IDENTITY.principalId,
  roleDefinitionId: roleDefinitionId("keyVaultSecretsUser", VAULT.id),
};

export const SECRET: SecretLink = {
  resource: "azure-native:keyvault:Secret::greeting",
  vaultId: VAULT.id,
  name: "greeting",
  enabled: true,
};

export const SERVICE_ACCOUNT: ServiceAccountLink = {
  resource: "kubernetes:core/v1:ServiceAccount::orders",
  namespace: "web",
  name: "orders",
  annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.clientId },
  labels: {},
};

/** Kubernetes puts it into every namespace. */
const DEFAULT_SERVICE_ACCOUNT: ServiceAccountLink = {
  resource: "default ServiceAccount of kubernetes:core/v1:Namespace::web",
  namespace: "web",
  name: "default",
  annotations: {},
  labels: {},
};

export const POD: PodLink = {
  resource: "kubernetes:apps/v1:Deployment::orders",
  namespace: "web",
  name: "orders",
  labels: { [USE_LABEL]: USE_LABEL_VALUE },
  annotations: {},
  ownerLabels: {},
  serviceAccountName: "orders",
  containers: [
    {
      name: "app",
      image: "registry.azurecr.io/app@sha256:0",
      env: { [APP_ENVIRONMENT.vaultUri]: VAULT.uri, [APP_ENVIRONMENT.secretName]: SECRET.name },
    },
  ],
};

interface Links {
  readonly cluster: ClusterLink;
  readonly identity: IdentityInModel;
  readonly credential: CredentialInModel;
  readonly role: RoleInModel;
  readonly vault: VaultInModel;
  readonly secret: ChainModel["secrets"][number];
  readonly serviceAccount: ServiceAccountLink;
  readonly pod: PodLink;
}

/** What differs in each link of the good chain; `null` takes the link away. */
export type Changes = {
  readonly [K in keyof Links]?: K extends "cluster" | "pod" ? Partial<Links[K]> : Partial<Links[K]> | null;
};
/** Links that stand beside those of the good chain. */
export type Additions = { readonly [K in Exclude<keyof ChainModel, "cluster">]?: ChainModel[K] };

export function chainModel(changes: Changes = {}, more: Additions = {}): ChainModel {
  const changed = <T>(good: T, change: Partial<T> | null | undefined): T[] => (change === null ? [] : [{ ...good, ...change }]);
  return {
    cluster: { ...CLUSTER, ...changes.cluster },
    // The other identity comes first, so that a rule that takes the first one is seen.
    identities: [KUBELET, ...changed(IDENTITY, changes.identity), ...(more.identities ?? [])],
    federatedCredentials: [...changed<CredentialInModel>(CREDENTIAL, changes.credential), ...(more.federatedCredentials ?? [])],
    roleAssignments: [...changed<RoleInModel>(ROLE, changes.role), ...(more.roleAssignments ?? [])],
    vaults: [...changed(VAULT, changes.vault), ...(more.vaults ?? [])],
    secrets: [...changed(SECRET, changes.secret), ...(more.secrets ?? [])],
    serviceAccounts: [
      DEFAULT_SERVICE_ACCOUNT,
      ...changed(SERVICE_ACCOUNT, changes.serviceAccount),
      ...(more.serviceAccounts ?? []),
    ],
    pods: [...changed(POD, changes.pod), ...(more.pods ?? [])],
    blobContainers: [CONTAINER, ...(more.blobContainers ?? [])],
    customRoles: more.customRoles ?? [],
    registries: more.registries ?? [],
    objects: more.objects ?? [],
    ...(more.elsewhere === undefined ? {} : { elsewhere: more.elsewhere }),
    ...(more.otherIssuers === undefined ? {} : { otherIssuers: more.otherIssuers }),
  };
}

/** What the rules say about every pod of the model. */
export function findingsIn(model: ChainModel): Finding[] {
  return model.pods.flatMap((pod) => checkPod(model, pod).flatMap(({ finding }) => finding ?? []));
}
