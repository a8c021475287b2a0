// Names of Pulumi resources as findings have them.
const TYPES = {
  cluster: "azure-native:containerservice:ManagedCluster",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  /** As providers before 3.0 had it. */
  oldCredential: "azure-native:managedidentity/v20230131:FederatedIdentityCredential",
  roleDefinition: "azure-native:authorization:RoleDefinition",
  role: "azure-native:authorization:RoleAssignment",
  vault: "azure-native:keyvault:Vault",
  secret: "azure-native:keyvault:Secret",
  application: "azuread:index/application:Application",
  applicationCredential: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  serviceAccount: "kubernetes:core/v1:ServiceAccount",
  service: "kubernetes:core/v1:Service",
  deployment: "kubernetes:apps/v1:Deployment",
  statefulSet: "kubernetes:apps/v1:StatefulSet",
  job: "kubernetes:batch/v1:Job",
  cronJob: "kubernetes:batch/v1:CronJob",
} as const;

/** `type::name`. */
export function resource(kind: keyof typeof TYPES, name: string): string {
  return `${TYPES[kind]}::${name}`;
}
