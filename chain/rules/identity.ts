// From the pod to a signed-in identity: label, ServiceAccount, client id, federated credential.
import { AKS_OVERVIEW } from "../codes/errorCode";
import { AWI_ISSUES, type Rule } from "./rule";

const RESOURCE_ID_THREAD = "https://github.com/MicrosoftDocs/azure-docs/issues/108526";

export const IDENTITY_RULES = {
  WI001: {
    title: "The federated credential's issuer is the cluster's, byte for byte",
    code: "AADSTS700211",
    cause:
      "The issuer is typed or cut to size instead of taken from the cluster: its last slash goes, or a cluster that was made anew has another one.",
    source: `${AWI_ISSUES}/1700`,
  },
  WI002: {
    title: "The federated credential's audience is the token's",
    code: "AADSTS700212",
    cause: "The audience is derived from the cloud, or taken over from identity bindings or another product.",
    source: AKS_OVERVIEW,
  },
  WI003: {
    title: "The federated credential's subject is the pod's ServiceAccount",
    code: "AADSTS700213",
    cause: "The subject is put together from a namespace and a name that stand a second time where the ServiceAccount is made.",
    source: `${AWI_ISSUES}/1200`,
  },
  WI004: {
    title: "The federated credential's subject has the ServiceAccount's upper and lower case",
    code: "AADSTS7002138",
    cause: "The subject was typed with other capitals, which Entra ID took until it began to compare them in 2025.",
    source: "https://github.com/Azure/login/issues/517",
  },
  WI005: {
    title: "The identity that the ServiceAccount names has a federated credential for it",
    code: "AADSTS70025",
    cause: "The credential was never made, or belongs to another identity than the one whose client id the pod sends.",
    fix: "Give this identity a federated credential for the pod's ServiceAccount, or name the identity that has one.",
    source: "https://github.com/Azure/AKS/issues/3616",
  },
  WI006: {
    title: "The pod template carries the label that makes the webhook act",
    code: "PodNotMutated",
    cause:
      "The label stands on the ServiceAccount or on the Deployment itself, or its value is not the text true; before webhook 1.0 none was needed.",
    source: `${AWI_ISSUES}/751`,
  },
  WI007: {
    title: "Workload identity is on in the cluster",
    code: "PodNotMutated",
    cause: "Only the OIDC issuer is switched on: the webhook is a second switch of the cluster.",
    fix: "Set securityProfile.workloadIdentity.enabled to true on the cluster and recreate the pods.",
    source: "https://github.com/Azure/azure-sdk-for-js/issues/27608",
  },
  WI008: {
    title: "The cluster's OIDC issuer is on",
    code: "AADSTS50166",
    cause: "The switch is off unless it is set, and tokens then name an issuer inside the cluster that nobody outside can read.",
    fix: "Set oidcIssuerProfile.enabled to true on the cluster: it cannot be turned off again.",
    source: `${AWI_ISSUES}/977`,
  },
  WI009: {
    title: "The pod's ServiceAccount exists in the pod's namespace",
    code: "AdmissionRefused",
    cause: "It is made in another namespace, after the pods, or under another name than theirs.",
    fix: "Create the ServiceAccount before the pod, in the same namespace.",
    source: `${AWI_ISSUES}/1249`,
  },
  WI010: {
    title: "The ServiceAccount is annotated with a client id",
    code: "ClientIdNotInjected",
    cause: "The annotation is missing, misspelt as client_id, or stands on another object such as the Service.",
    source: `${AWI_ISSUES}/1026`,
  },
  WI011: {
    title: "The client id annotation is the clientId of an identity",
    code: "AADSTS700016",
    cause:
      "An identity has three ids, and its principalId or its resource id was taken, or a clientId was copied and is out of date.",
    source: RESOURCE_ID_THREAD,
  },
  WI012: {
    title: "The client id annotation names the identity that trusts this ServiceAccount",
    code: "AADSTS700213",
    cause: "Several identities are at hand, such as the cluster's own, and the annotation takes another than the credential.",
    fix: "Annotate the ServiceAccount with the clientId of the identity that holds the federated credential for it.",
    source: `${AWI_ISSUES}/616`,
  },
  WI013: {
    title: "The tenant annotation is the identity's tenant",
    code: "VaultTenantMismatch",
    cause:
      "The annotation was copied from an example or from another environment; the webhook prefers it to the cluster's own tenant.",
    fix: "Remove the tenant annotation or set it to the identity's tenantId.",
    source: RESOURCE_ID_THREAD,
  },
  WI014: {
    title: "The token expiration lies between 3600 and 86400 seconds",
    code: "AdmissionRefused",
    cause: "A life of minutes seemed safer, or the number came with a unit.",
    fix: "Use a plain number of seconds from 3600 to 86400.",
    source: `${AKS_OVERVIEW}#service-account-annotations`,
  },
  WI015: {
    title: "The container is not among those that the webhook skips",
    code: "PodNotMutated",
    cause: "The list of containers to skip was meant for a sidecar and names the application as well.",
    fix: "Take the container's name out of the annotation azure.workload.identity/skip-containers.",
    source: `${AKS_OVERVIEW}#pod-annotations`,
  },
  WI016: {
    title: "A container that sets AZURE_CLIENT_ID itself sets the clientId of the identity that trusts the ServiceAccount",
    code: "AADSTS700016",
    cause: "The variable is left over from pod identity or from a secret that the webhook has replaced.",
    fix: "Remove the variable and annotate the ServiceAccount, from which the webhook sets it: a value of the container's own wins.",
    source: RESOURCE_ID_THREAD,
  },
  WI017: {
    title: "The pod names the ServiceAccount that is annotated",
    code: "ClientIdNotInjected",
    cause: "The pod template has no serviceAccountName, so that Kubernetes gives it the namespace's default one.",
    fix: "Set serviceAccountName on the pod template to the annotated ServiceAccount.",
    source: `${AWI_ISSUES}/1231`,
  },
  WI018: {
    title: "The application has a service principal in the tenant",
    code: "AADSTS7000229",
    cause: "Only the application is created, or somebody has deleted its service principal since.",
    source: "https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/830",
  },
  WI019: {
    title: "A SecretProviderClass names the clientId of the identity that trusts the pod's ServiceAccount",
    code: "AADSTS700016",
    cause: "The parameter clientID is given the identity's principalId, or the client id of the CSI driver's own identity.",
    fix: "Set parameters.clientID to the clientId of the identity that has the federated credential for the pod's ServiceAccount.",
    source: "https://learn.microsoft.com/azure/aks/csi-secrets-store-identity-access",
  },
  WI048: {
    title: "A pod goes by the ServiceAccount that a federated credential trusts",
    code: "AADSTS700213",
    cause: "A namespace or a name was changed or misspelt on one side: the credential then waits for a pod that never comes.",
    fix: "Make the subject that of a ServiceAccount that a pod uses, or remove the credential: whoever can make this ServiceAccount signs in as the identity.",
    source: `${AWI_ISSUES}/1200`,
    warning: "A federated credential trusts a ServiceAccount that no pod of the program uses",
    severity: "warning",
  },
} as const satisfies Record<string, Rule>;
