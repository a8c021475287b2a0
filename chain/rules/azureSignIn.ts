// Explained only: why Entra ID or a service refuses a pod whose program is right.
import { AKS_OVERVIEW, FEDERATION } from "../codes/errorCode";
import { AWI_ISSUES, type Explanation } from "./rule";

const ROLE_TROUBLES = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";

export const AZURE_SIGN_IN = {
  WI100: {
    title: "Entra ID knows a federated credential that was just written",
    code: "AADSTS70021",
    cause: "A new credential takes seconds to minutes until every server that answers has it.",
    fix: "Wait a few minutes and let the application try again; change nothing meanwhile.",
    source: `${AWI_ISSUES}/340`,
  },
  WI101: {
    title: "A role that was just assigned is in effect",
    code: "ForbiddenByRbac",
    cause: "A new assignment takes up to ten minutes, and a token that was issued before it does not have it.",
    fix: "Wait ten minutes and let the application try again; if it is refused then, the assignment is another than you think.",
    source: ROLE_TROUBLES,
  },
  WI102: {
    title: "A federated credential is stored as it was written",
    code: "AADSTS700213",
    cause:
      "It was written while another of the same identity was, or was edited in place, and Entra ID still goes by an older copy.",
    fix: "If it reads the same as the token byte for byte, delete the credential and create it anew, one at a time.",
    source: `${AWI_ISSUES}/1200`,
  },
  WI103: {
    title: "Entra ID can read the issuer's documents",
    code: "AADSTS90061",
    cause: "The issuer answered late or not at all: it passes in most cases, and stays where the documents were never published.",
    fix: "Open the issuer's address with .well-known/openid-configuration behind it. If it fails too: az resource update --ids with the cluster's id.",
    source: `${AWI_ISSUES}/605`,
  },
  WI104: {
    title: "No Conditional Access policy covers the workload's identity",
    code: "AADSTS53003",
    cause: "A policy for workload identities allows only some addresses, and the cluster's outbound address is none of them.",
    source: "https://learn.microsoft.com/entra/identity/conditional-access/workload-identity",
  },
  WI105: {
    title: "The token file is read anew for each exchange",
    code: "AADSTS700024",
    cause: "The application, or an old SDK, read the file once when it started: it works for an hour or a day, and then no more.",
    source: `${AWI_ISSUES}/693`,
  },
  WI106: {
    title: "The token that is exchanged is the projected one",
    code: "AADSTS70023",
    cause: "The path of the token for the Kubernetes API is written into the application; that token may live for a year.",
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/116275",
  },
  WI107: {
    title: "The token that is exchanged is not one of Entra ID's",
    code: "AADSTS700222",
    cause:
      "An access token was passed on as the assertion, or the federated credential has Entra ID's own address as its issuer.",
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/90276",
  },
  WI109: {
    title: "A pod that was not mutated does not go on to the node's identity",
    code: "NodeIdentityUsed",
    cause: "DefaultAzureCredential tries the node after the pod's own variables, so that another identity than yours is refused.",
    source: `${AWI_ISSUES}/751`,
  },
  WI110: {
    title: "A pod with an identity binding asks the cluster's proxy for its token",
    code: "AADSTS700212",
    cause: "Its token has the audience of identity bindings, and DefaultAzureCredential sends it straight to Entra ID.",
    fix: "Use WorkloadIdentityCredential with enableAzureProxy, or do without the binding: a pod has one of the two.",
    source: AKS_OVERVIEW,
  },
  WI112: {
    title: "The key that signed the token is published by the issuer",
    code: "AADSTS7000272",
    cause: "The cluster's signing keys were rotated: tokens of the old key count for a day after that.",
    source: "https://learn.microsoft.com/azure/aks/use-oidc-issuer",
  },
  WI113: {
    title: "The credential for a pipeline has the subject that the pipeline sends",
    code: "AADSTS700213",
    cause:
      "The subject says which branch, tag or environment a workflow runs for, and another one was trusted, or with other capitals.",
    fix: "Copy the subject from the message into the pipeline's federated credential: this is no pod's.",
    source: "https://github.com/Azure/login/issues/482",
  },
  WI115: {
    title: "The storage account's firewall lets the cluster in",
    code: "AuthorizationFailure",
    cause: "The account allows some networks, and the pod's is none of them: this looks like a missing role and is none.",
    source: "https://learn.microsoft.com/azure/storage/common/storage-network-security",
  },
  WI116: {
    title: "The storage account belongs to the identity's tenant",
    code: "InvalidAuthenticationInfo",
    cause: "The identity signed in to another tenant than the account's, by an annotation or a variable.",
    source: "https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory",
  },
  WI117: {
    title: "The node's clock is right",
    code: "AADSTS700024",
    cause: "A clock that is minutes off makes tokens that are not valid yet, or no longer.",
    fix: "Compare date on the node with a clock that is right; a restart of the node sets it.",
    source: FEDERATION,
  },
  WI118: {
    title: "The service answers, and takes as many requests as are sent",
    code: "Throttled",
    cause: "Many pods, or one without a cache, read at the same time, or the service has an outage.",
    source: "https://learn.microsoft.com/azure/key-vault/general/overview-throttling",
  },
} as const satisfies Record<string, Explanation>;
