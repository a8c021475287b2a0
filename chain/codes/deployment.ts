// What shows while a stack is deployed, destroyed or reached: refusals of Resource Manager, of Kubernetes and of the tools. Where Azure has a code it is
// Azure's; the others are names for what has only a sentence.
import { AKS_OVERVIEW, type ErrorCode, FEDERATION, TROUBLESHOOT, VAULT_ERRORS } from "./errorCode";

const ROLE_TROUBLES = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";
const QUOTAS = "https://learn.microsoft.com/azure/quotas/per-vm-quota-requests";
const AKS_LIMITS = "https://learn.microsoft.com/azure/aks/quotas-skus-regions";
const REGISTRY_LOGIN = "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration";
const KUBELOGIN = "https://azure.github.io/kubelogin/";

export const DEPLOYMENT_CODES = {
  ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity: {
    meaning: "Two federated credentials of one identity were written at the same time, which Azure refuses (409).",
    fix: "Write them one after another: each depends on the one before it.",
    help: `${FEDERATION}#concurrent-updates-arent-supported-user-assigned-managed-identities`,
  },
  FederatedCredentialExists: {
    meaning: "The identity has a federated credential with this issuer and subject already, under another name.",
    fix: "Keep one: delete the other, or import it into the stack.",
    help: FEDERATION,
  },
  FederatedCredentialIncomplete: {
    meaning: "A federated credential was sent without issuer, subject or audience.",
    fix: "Find the value that was empty: most often the issuer, because the cluster's OIDC issuer is off or its output was not waited for.",
    help: FEDERATION,
  },
  FederatedCredentialAudience: {
    meaning: "A federated credential was sent with several audiences, or with an empty list of them: Azure takes exactly one.",
    fix: "Set the federated credential's only audience to api://AzureADTokenExchange.",
    help: FEDERATION,
  },
  FederatedCredentialName: {
    meaning: "Azure does not take the name of a federated credential.",
    fix: "Use letters, digits, - and _ only, at most 120 of them: the name means nothing to a token.",
    help: FEDERATION,
  },
  FederatedCredentialLimit: {
    meaning: "The identity has as many federated credentials as Azure allows.",
    fix: "Spread the ServiceAccounts over several identities with the same roles.",
    help: `${FEDERATION}#general-federated-identity-credential-considerations`,
  },
  FederatedCredentialsNotSupported: {
    meaning: "Managed identities of this region take no federated credentials (405).",
    fix: "Put the identity into another region: it need not be the cluster's.",
    help: `${FEDERATION}#unsupported-regions-user-assigned-managed-identities`,
  },
  ParentResourceNotFound: {
    meaning: "Resource Manager does not know the resource that this one belongs to.",
    fix: "Run it again if the parent was made a moment ago; otherwise let this resource depend on its parent.",
    help: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource",
  },
  MissingSubscriptionRegistration: {
    meaning: "The subscription has not registered the resource provider of this type of resource.",
    fix: "Register it: az provider register --namespace NAMESPACE --wait, with the namespace of the message; npm run preflight names all that are missing.",
    help: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider",
  },
  SubscriptionNotFound: {
    meaning: "There is no such subscription, or whoever is signed in has no role in it.",
    fix: "Sign in to the subscription's tenant, or set azure-native:subscriptionId to one that az account list --all shows.",
    help: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found",
  },
  LinkedAuthorizationFailed: {
    meaning: "Whoever deploys may write this resource, and not use another one that it names.",
    fix: "Have a role assigned that allows the action at the linked scope: Managed Identity Operator where an identity is handed to a cluster.",
    help: ROLE_TROUBLES,
  },
  K8sVersionNotSupported: {
    meaning: "The region does not offer this version of Kubernetes under the cluster's support plan.",
    fix: "Name a minor version that az aks get-versions --location REGION --output table shows, or none for the default.",
    help: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
  },
  RequestDisallowedByPolicy: {
    meaning: "An Azure Policy of the subscription denies this resource.",
    fix: "Read the name of the assignment in the message, and ask its owner for an exemption or for what it allows.",
    help: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-policy-requestdisallowedbypolicy",
  },
  RoleAssignmentExists: {
    meaning: "The same role is assigned to the same principal at the same scope already, under another name.",
    fix: "Import that assignment into the stack or delete it, and derive an assignment's name from scope, principal and role.",
    help: ROLE_TROUBLES,
  },
  RoleAssignmentUpdateNotPermitted: {
    meaning: "A role assignment of this name is there for another principal, and assignments cannot be changed.",
    fix: "Put the principal into what the assignment's name is derived from: then a new identity gets a new assignment.",
    help: ROLE_TROUBLES,
  },
  RoleAssignmentWriteForbidden: {
    meaning: "Whoever deploys may not assign roles at this scope.",
    fix: "Have Role Based Access Control Administrator or Owner assigned at this scope: Contributor cannot assign roles.",
    help: ROLE_TROUBLES,
  },
  ActionForbidden: {
    meaning: "Whoever deploys may not do this at this scope.",
    fix: "Have a role assigned that allows the action at this scope, and sign in again: a token keeps the roles that it was issued with.",
    help: ROLE_TROUBLES,
  },
  PrincipalNotFound: {
    meaning: "The directory does not know the principal that a role is assigned to.",
    fix: "Set principalType to ServicePrincipal on the assignment, so that a new identity is not looked up; and check that it is a principalId.",
    help: ROLE_TROUBLES,
  },
  VaultNameTaken: {
    meaning: "A vault of this name exists, or was deleted and is still kept.",
    fix: "Recover or purge the deleted vault, or take another name.",
    help: "https://learn.microsoft.com/azure/key-vault/general/key-vault-recovery",
  },
  SecretDeletedRecoverable: {
    meaning: "A secret of this name was deleted and is still kept by the vault.",
    fix: "Recover it (az keyvault secret recover) or purge it, then run again.",
    help: "https://learn.microsoft.com/azure/key-vault/general/key-vault-recovery",
  },
  ForbiddenByFirewall: {
    meaning: "The vault's firewall lets nothing in from where the pod runs, whatever roles its identity has.",
    fix: "Let the cluster's outbound address or its network in: networkAcls and publicNetworkAccess of the vault.",
    help: "https://learn.microsoft.com/azure/key-vault/general/network-security",
  },
  NodeIdentityUsed: {
    meaning: "The SDK asked the node for an identity, not Entra ID with the pod's token.",
    fix: "Use WorkloadIdentityCredential, which fails instead of going on to the node, and find out why the pod has no variables.",
    help: TROUBLESHOOT,
  },
  TasksOperationsNotAllowed: {
    meaning: "The subscription may not build images in a registry.",
    fix: "Build the image with Docker on your own machine and push it (imageBuilder docker), or ask Azure's support.",
    help: "https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview",
  },
  RegistryFirewall: {
    meaning: "The registry's firewall lets nothing in from this address.",
    fix: "Allow the address, or build in an agent pool inside the registry's network.",
    help: "https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks",
  },
  ImagePullUnauthorized: {
    meaning: "The registry refuses the node that wants to pull the image.",
    fix: "Assign the registry's pull role to the kubelet's identity, not to the cluster's or the pod's, and wait up to ten minutes.",
    help: REGISTRY_LOGIN,
  },
  ExecFormatError: {
    meaning: "The image is built for another processor than the node has.",
    fix: "Build it for the node's: docker build --platform linux/amd64.",
    help: "https://docs.docker.com/build/building/multi-platform/",
  },
  QuotaExceeded: {
    meaning: "The subscription has too few virtual CPUs of this family left in the region.",
    fix: "Ask for more, take a size of another family, or use fewer nodes.",
    help: QUOTAS,
  },
  SkuNotAvailable: {
    meaning: "The subscription cannot get this size of machine in this region.",
    fix: "Take another size: az vm list-skus --location REGION --resource-type virtualMachines shows which ones are not restricted.",
    help: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available",
  },
  ManagedClusterCountExceedsQuotaLimit: {
    meaning: "The subscription has as many clusters in this region as it may have.",
    fix: "Delete one, take another region, or ask for more.",
    help: AKS_LIMITS,
  },
  WebhookUnavailable: {
    meaning: "The API server cannot reach the webhook, so that no labelled pod is created.",
    fix: "Look at its pods: kubectl -n kube-system get pods -l azure-workload-identity.io/system=true; and let the API server reach them on 443 and 9443.",
    help: AKS_OVERVIEW,
  },
  KubeloginMissing: {
    meaning: "The kubeconfig signs in through kubelogin, which is not on PATH.",
    fix: "Install it (az aks install-cli), or set the stack's kubeconfig to another way of signing in.",
    help: KUBELOGIN,
  },
  DeviceCodePrompt: {
    meaning: "A person is asked to sign in with a browser, by kubelogin.",
    fix: "Convert the kubeconfig for where it runs: kubelogin convert-kubeconfig -l azurecli, spn or workloadidentity.",
    help: KUBELOGIN,
  },
  StaticCredentialNotAllowed: {
    meaning: "The cluster has no local accounts, and an administrator's kubeconfig was asked for.",
    fix: "Ask for the user's kubeconfig (listManagedClusterUserCredentials) and sign in through kubelogin.",
    help: "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
  },
  ServiceWithoutAddress: {
    meaning: "The Service of type LoadBalancer got no address in time.",
    fix: "Read its events: kubectl describe service; most often the cluster's identity may not change the network, or a limit of addresses is reached.",
    help: "https://learn.microsoft.com/azure/aks/load-balancer-standard",
  },
  ClusterUnreachable: {
    meaning: "The Kubernetes provider cannot reach the API server.",
    fix: "If the cluster is gone, run again with PULUMI_K8S_DELETE_UNREACHABLE=true; if it is there, sign in and let your address in.",
    help: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
  },
  SecretConflict: {
    meaning:
      "Key Vault refuses a change because another of the same object is under way, or because the object is deleted and still kept.",
    fix: "Run again; if it stays, look among the deleted objects of the vault.",
    help: VAULT_ERRORS,
  },
} as const satisfies Record<string, ErrorCode>;
