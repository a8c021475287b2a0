export * from "./aksCluster";
export * from "./appImage";
export * from "./applicationIdentity";
export * from "./containerRegistry";
export { type ClusterAdmin, currentDeployer, currentTenantId } from "./deployer";
export { type Federation, githubFederation, OWN_ACCOUNT } from "./federatedCredentials";
export { ClusterAccessMode, KubeloginMode } from "./kubeconfig";
export { lookup } from "./lookup";
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
export type { Resources } from "./podTemplate";
export { stackResourceGroup } from "./resourceGroup";
export { assignRole, type GrantedRole, PrincipalType } from "./roleAssignment";
export * from "./secretVault";
export type { ServiceAccountSpec } from "./serviceAccount";
export { uniqueSuffix } from "./uniqueSuffix";
export * from "./webApp";
export { type Autoscale, ServiceAccess } from "./webAppSurroundings";
export * from "./workloadIdentity";
