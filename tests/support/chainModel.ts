// A chain in which every link holds, as data: each test of a rule changes one thing of it.
import {
  APP_ENVIRONMENT,
  AUDIENCE,
  type ChainModel,
  CLIENT_ID_ANNOTATION,
  checkPod,
  type Finding,
  roleDefinitionId,
  serviceAccountSubject,
  USE_LABEL,
  USE_LABEL_VALUE,
} from "../../chain";

export const TENANT_ID = "11111111-1111-4111-8111-111111111111";
export const ISSUER = `https://westeurope.oic.prod-aks.azure.com/${TENANT_ID}/33333333-3333-4333-8333-333333333333/`;
export const CLIENT_ID = "44444444-4444-4444-8444-444444444444";
export const PRINCIPAL_ID = "55555555-5555-4555-8555-555555555555";
export const OTHER_CLIENT_ID = "66666666-6666-4666-8666-666666666666";
export const SUBJECT = serviceAccountSubject("web", "orders");
export const GROUP = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg/providers";
export const IDENTITY_ID = `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders`;
export const OTHER_IDENTITY_ID = `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-kubelet`;
export const VAULT_ID = `${GROUP}/Microsoft.KeyVault/vaults/kv-orders`;

/** What declares each link. */
export const AT = {
  cluster: "azure-native:containerservice:ManagedCluster::cluster",
  identity: "azure-native:managedidentity:UserAssignedIdentity::orders",
  otherIdentity: "azure-native:managedidentity:UserAssignedIdentity::kubelet",
  credential: "azure-native:managedidentity:FederatedIdentityCredential::orders",
  role: "azure-native:authorization:RoleAssignment::orders",
  vault: "azure-native:keyvault:Vault::vault",
  secret: "azure-native:keyvault:Secret::greeting",
  serviceAccount: "kubernetes:core/v1:ServiceAccount::orders",
  defaultServiceAccount: "default ServiceAccount of kubernetes:core/v1:Namespace::web",
  deployment: "kubernetes:apps/v1:Deployment::orders",
} as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object | undefined ? Mutable<T[K]> : T[K] };
export type EditableModel = Mutable<ChainModel>;

/** The good chain: cluster, two identities of which one is the pod's, vault, secret, and the pod. */
export function goodModel() {
  return {
    cluster: {
      resource: AT.cluster,
      id: `${GROUP}/Microsoft.ContainerService/managedClusters/aks`,
      tenantId: TENANT_ID,
      issuer: ISSUER,
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,
    } as Mutable<ChainModel["cluster"]>,
    identities: [
      {
        resource: AT.otherIdentity,
        id: OTHER_IDENTITY_ID,
        name: "id-kubelet",
        clientId: OTHER_CLIENT_ID,
        principalId: "77777777-7777-4777-8777-777777777777",
        tenantId: TENANT_ID,
      },
      {
        resource: AT.identity,
        id: IDENTITY_ID,
        name: "id-orders",
        clientId: CLIENT_ID,
        principalId: PRINCIPAL_ID,
        tenantId: TENANT_ID,
      },
    ],
  };
}
void checkPod;
