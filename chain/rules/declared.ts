// What a program's resources show by themselves, before anything exists and whichever pod needs them.
import { NAME_RULES } from "../names";
import { AWI_ISSUES, type Rule } from "./rule";

const FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";
const CONCURRENT_WRITES = "https://github.com/pulumi/pulumi-azure-native/issues/4343";

export const DECLARED_RULES = {
  WI070: {
    title: "A federated credential has exactly one audience",
    code: "FederatedCredentialAudience",
    cause: "The input takes a list, and a second value looks like a way to serve two purposes; Azure refuses it.",
    source: FEDERATION,
  },
  WI071: {
    title: `The name of a federated credential has ${NAME_RULES.federatedCredential.text}`,
    code: "FederatedCredentialName",
    cause: "The name is put together from a namespace and a ServiceAccount with a separator, or a length, that Azure refuses.",
    source: FEDERATION,
  },
  WI072: {
    title: "A federated credential's issuer is an address that Entra ID can reach over https, and not Entra ID itself",
    code: "AADSTS700211",
    cause:
      "The tenant's authority, the API server's own address or the issuer of a cluster without OIDC issuer is taken for the cluster's issuer URL.",
    fix: "Take the issuer URL from the cluster's OIDC issuer profile, which must be on; of another issuer, the https address that its tokens name.",
    source: "https://github.com/Azure/azure-workload-identity/issues/977",
  },
  WI073: {
    title: "The issuer of an AKS cluster ends with its slash",
    code: "AADSTS700211",
    cause: "The slash was left out by hand or cut off by code that tidies addresses; until 2026 Entra ID took some of these.",
    fix: "Take the issuer from the cluster's own output, unchanged, or put the slash back at its end.",
    source: `${AWI_ISSUES}/1700`,
  },
  WI074: {
    title: "The subject for an AKS issuer has the form system:serviceaccount:<namespace>:<ServiceAccount>",
    code: "AADSTS700213",
    cause: "A part is missing or too much, or a client id, a pattern or another product's subject stands there.",
    fix: "Write all four parts with colons between them, and the names as they are: a pattern is compared letter by letter.",
    source: "https://github.com/Azure/azure-workload-identity/issues/340",
  },
  WI075: {
    title: "Labels and annotations for the webhook are spelled as it reads them",
    code: "ClientIdNotInjected",
    cause:
      "The key was written from memory: client_id or clientid instead of client-id, which nobody refuses and which does nothing.",
    fix: "Use the key that is expected, letter by letter.",
    source: `${AWI_ISSUES}/1026`,
  },
  WI076: {
    title: "Annotations that name an identity stand on a ServiceAccount",
    code: "ClientIdNotInjected",
    cause: "The annotation was put on the Service, the Deployment or the pod, where the webhook does not look for it.",
    fix: "Move the annotation to the ServiceAccount that the pods use.",
    source: `${AWI_ISSUES}/1357`,
    warning: "An annotation stands where the webhook does not look for it",
    severity: "warning",
  },
  WI077: {
    title: "The value of the label is the text true",
    code: "AdmissionRefused",
    cause: "YAML reads true without quotation marks as a flag, and Kubernetes refuses a label whose value is none of a text.",
    fix: 'Write "true" with its quotation marks.',
    source: "https://learn.microsoft.com/azure/aks/workload-identity-overview",
  },
  WI078: {
    title: "A role for an identity of this program is assigned to a ServicePrincipal",
    code: "PrincipalNotFound",
    cause:
      "The type is left out, and azure-native then says User: Azure looks for a person, and does not find one or finds an identity (UnmatchedPrincipalType).",
    fix: 'Set principalType to "ServicePrincipal", which managed identities and applications are alike.',
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
  },
  WI080: {
    title: "A registry that decides by repository permissions is pulled from with a role that it knows",
    code: "ImagePullUnauthorized",
    cause: "AcrPull is what every guide assigns; a registry in the mode AbacRepositoryPermissions does not look at it.",
    fix: "Assign Container Registry Repository Reader instead, or set the registry's roleAssignmentMode to LegacyRegistryPermissions.",
    source: "https://github.com/Azure/msi-acrpull/issues/108",
  },
  WI081: {
    title: "No container names the token's folder itself",
    code: "TokenFileMissing",
    cause: "The path was copied from a pod of an older webhook: version 1.6 mounts the token in another folder.",
    fix: "Read the variable AZURE_FEDERATED_TOKEN_FILE, which the webhook sets, and leave the path out.",
    source: "https://github.com/prometheus/prometheus/issues/18972",
  },
  WI082: {
    title: "A pod for workload identity is given no credential of another kind",
    code: "Unexplained",
    cause: "The variables of the secret that the identity was to replace are still there, and the SDKs try them first.",
    fix: "Remove the variable: with a secret or a password at hand, DefaultAzureCredential never gets to the pod's identity.",
    source: "https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains",
    warning: "The SDKs take another credential before the pod's identity",
    severity: "warning",
  },
  WI083: {
    title: "An identity has at most 20 federated credentials",
    code: "FederatedCredentialLimit",
    cause: "One identity is shared by ServiceAccounts of many namespaces, or by clusters that come and go.",
    fix: "Spread the ServiceAccounts over several identities.",
    source: `${AWI_ISSUES}/373`,
  },
  WI084: {
    title: "An identity has one federated credential for an issuer and a subject",
    code: "FederatedCredentialExists",
    cause: "The same ServiceAccount is given its trust twice, under two names; Azure refuses the second.",
    fix: "Remove one of the two.",
    source: "https://github.com/Azure/bicep-types-az/issues/2029",
  },
  WI085: {
    title: "The federated credentials of an identity are written one after another",
    code: "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    cause:
      "Pulumi creates at once what does not depend on each other, and Azure refuses a second write to the same identity (409).",
    fix: "Let each credential depend on the one before it (dependsOn); this orders their deletion too.",
    source: CONCURRENT_WRITES,
    warning: "Federated credentials of one identity are written at the same time",
    severity: "warning",
  },
} as const satisfies Record<string, Rule>;
