export * from "./aksCluster";
export * from "./appImage";
export * from "./applicationIdentity";
export * from "./blobStore";
export type { Cluster } from "./cluster";
export { clusterProvider } from "./clusterProvider";
export * from "./containerRegistry";
export { type ClusterAdmin, currentDeployer, currentTenantId } from "./deployer";
export * from "./existingCluster";
export { exportedText } from "./exportedText";
export { type Federation, githubFederation, OWN_ACCOUNT } from "./federatedCredentials";
export type { Resources } from "./hardenedPod";
export { IDENTITIES, IdentityKind } from "./identityKinds";
export { ClusterAccessMode, KubeloginMode } from "./kubeconfig";
export { lookup, once, present } from "./lookup";
export { type MaintenanceWindow, Weekday } from "./maintenance";
export { createNamespace } from "./namespaces";
export type { NodePool } from "./nodePool";
export {
  type FederatedAccount,
  PodIdentity,
  type PodIdentityArgs,
  type RoleGrant,
  type SharedServiceAccount,
} from "./podIdentity";
export { withoutPromiseStacks } from "./promiseStacks";
export { stackResourceGroup } from "./resourceGroup";
export { assignRole, type GrantedRole, PrincipalType } from "./roleAssignment";
export { roleListRole } from "./roleListRole";
export * from "./secretVault";
export type { ServiceAccountSpec } from "./serviceAccount";
export * from "./toolbox";
export { uniqueName, uniqueSuffix } from "./uniqueSuffix";
export * from "./webApp";
export { type Autoscale, ServiceAccess } from "./webAppSurroundings";
export * from "./workloadIdentity";
