// Explained only: what Resource Manager refuses while a stack is deployed, and no plan of it shows.
import { FEDERATION } from "../codes/errorCode";
import type { Explanation } from "./rule";

const NATIVE = "https://github.com/pulumi/pulumi-azure-native/issues";
const AZURERM = "https://github.com/hashicorp/terraform-provider-azurerm/issues";

export const AZURE_CONTROL_PLANE = {
  WI130: {
    title: "One run at a time writes the federated credentials of an identity",
    code: "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    cause: "Two stacks or two pipelines write to the same identity, each in a right order of its own.",
    fix: "Run one after the other, or give each stack an identity of its own.",
    source: `${AZURERM}/29242`,
  },
  WI131: {
    title: "No credential that the stack does not know has this issuer and subject",
    code: "FederatedCredentialExists",
    cause: "A run that broke off has left one behind, somebody made one by hand, or the name was changed.",
    fix: "az identity federated-credential list shows it: delete it, or import it into the stack.",
    source: "https://github.com/Azure/bicep-types-az/issues/2029",
  },
  WI132: {
    title: "A federated credential has an issuer, a subject and an audience",
    code: "FederatedCredentialIncomplete",
    cause:
      "The issuer was empty: the cluster's OIDC issuer was off, or its output was replaced by an empty text where it was unknown.",
    source: "https://github.com/zioproto/istio-aks-example/issues/6",
  },
  WI134: {
    title: "The identity's region takes federated credentials",
    code: "FederatedCredentialsNotSupported",
    cause: "The identity was put where the cluster is, and that region does not have the feature yet.",
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/100515",
  },
  WI135: {
    title: "An identity that was just created is known everywhere",
    code: "ParentResourceNotFound",
    cause: "Resource Manager answered from a place that had not heard of the identity yet, or the identity was deleted by hand.",
    source: `${AZURERM}/32179`,
  },
  WI136: {
    title: "The subscription's policies allow the resource",
    code: "RequestDisallowedByPolicy",
    cause:
      "An Azure Policy denies federated credentials, some of their issuers, or resources without tags or with public access.",
    source: FEDERATION,
  },
  WI137: {
    title: "The subscription has registered the resource providers of what it gets",
    code: "MissingSubscriptionRegistration",
    cause:
      "The subscription is new, or nobody has created a resource of this type in it yet, and the sign-in may not register it.",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider",
  },
  WI138: {
    title: "The subscription that is deployed to is one of whoever signs in",
    code: "SubscriptionNotFound",
    cause: "The sign-in is to another tenant, the service principal has no role yet, or the id has a typing mistake.",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found",
  },
  WI140: {
    title: "The role is not assigned already",
    code: "RoleAssignmentExists",
    cause: "Somebody assigned it by hand or in another stack, or each run draws a new random name for the same assignment.",
    source: "https://github.com/Azure/azure-dev/issues/9253",
  },
  WI141: {
    title: "A role assignment of this name belongs to the same principal",
    code: "RoleAssignmentUpdateNotPermitted",
    cause:
      "The identity was made anew, and the assignment's name does not depend on its principal; the old assignment is still there.",
    source: `${NATIVE}/771`,
  },
  WI143: {
    title: "Whoever deploys may assign roles",
    code: "RoleAssignmentWriteForbidden",
    cause: "Contributor lets you create everything here but role assignments.",
    source: `${AZURERM}/21841`,
  },
  WI144: {
    title: "Whoever deploys may do what the stack asks for",
    code: "ActionForbidden",
    cause: "The caller's role is at another scope or is too small, or the sign-in is older than the role.",
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
  },
  WI142: {
    title: "Whoever deploys may use what a resource refers to",
    code: "LinkedAuthorizationFailed",
    cause: "A cluster with an identity of its own needs the right to assign that identity, which lies in another group or team.",
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
  },
  WI145: {
    title: "The vault's name is free",
    code: "VaultNameTaken",
    cause: "A vault of that name was deleted less than its retention ago: names stay taken as long as it can be recovered.",
    source: "https://github.com/alan-turing-institute/data-safe-haven/issues/2523",
  },
  WI146: {
    title: "The secret's name is free in the vault",
    code: "SecretDeletedRecoverable",
    cause: "A destroy deletes the secret softly, and the next up finds its name taken.",
    source: `${NATIVE}/1174`,
  },
  WI147: {
    title: "No other change of the same secret is under way",
    code: "SecretConflict",
    cause: "Two runs write it at the same time, or it was deleted and not purged.",
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/77545",
  },
  WI150: {
    title: "The subscription may build images in a registry",
    code: "TasksOperationsNotAllowed",
    cause: "Subscriptions with free or trial credits may not.",
    source: "https://github.com/MicrosoftDocs/azure-aks-docs/issues/112",
  },
  WI151: {
    title: "The registry's firewall lets the build in",
    code: "RegistryFirewall",
    cause: "A registry that is closed to the internet is closed to its own builders as well, unless they run in its network.",
    source: "https://github.com/Azure/acr/issues/762",
  },
  WI152: {
    title: "The kubelet's identity has the pull role, and it is in effect",
    code: "ImagePullUnauthorized",
    cause: "The role was assigned to the cluster's or the pod's identity, or a minute before the pods started.",
    source: "https://github.com/Azure/AKS/issues/4459",
  },
  WI154: {
    title: "The image is built for the node's processor",
    code: "ExecFormatError",
    cause: "It was built on an ARM machine, such as a recent Mac, and the nodes are amd64.",
    source: "https://github.com/Azure/AKS/issues/442",
  },
  WI155: {
    title: "The subscription has enough virtual CPUs of the family",
    code: "QuotaExceeded",
    cause: "New and trial subscriptions start with few or none of a family, and an upgrade needs a further node for a while.",
    source: "https://github.com/mspnp/aks-baseline/issues/377",
  },
  WI156: {
    title: "The subscription can get this size of machine in this region",
    code: "SkuNotAvailable",
    cause: "The size is restricted for the subscription, or sold out in the region or its zones.",
    source: "https://github.com/Azure/AKS/issues/5746",
  },
  WI157: {
    title: "The subscription may have another cluster",
    code: "ManagedClusterCountExceedsQuotaLimit",
    cause: "Clusters have had a quota of their own since September 2025.",
    source: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
  },
  WI158: {
    title: "A cluster's version of Kubernetes is one that its region offers",
    code: "K8sVersionNotSupported",
    cause: "The version was fixed long ago: each leaves standard support after about a year, and its patches sooner.",
    source: "https://github.com/canonical/bundle-kubeflow/issues/1320",
  },
} as const satisfies Record<string, Explanation>;
