// Further numbers with which Entra ID refuses a pod, or a pipeline. The emulation gives none of them.
import { AKS_OVERVIEW, ENTRA_CODES, type ErrorCode, FEDERATION, TROUBLESHOOT } from "./errorCode";

const UNREADABLE = "Entra ID could not read the issuer's discovery document or keys at that moment.";
const READ_THEM =
  "Open the issuer's address with .well-known/openid-configuration behind it: if it answers, try again; if it does not, reconcile the cluster.";
const CONDITIONAL_ACCESS = "https://learn.microsoft.com/entra/identity/conditional-access/workload-identity";

export const SIGN_IN_CODES = {
  AADSTS70021: {
    meaning: "No federated credential of the identity matches issuer, subject and audience of the pod's token.",
    fix: "Compare the three with the credential, byte for byte; this older number does not say which of them differs.",
    help: FEDERATION,
  },
  AADSTS7002137: {
    meaning:
      "The subject of the pod's token is not the one that the federated credential has, in a form that Entra ID can suggest.",
    fix: "Write the subject as the message says that it must be.",
    help: FEDERATION,
  },
  AADSTS70023: {
    meaning: "The pod's token lives longer than Entra ID takes: a day and an hour.",
    fix: "Read the token from the file that AZURE_FEDERATED_TOKEN_FILE names, not the one for the Kubernetes API.",
    help: AKS_OVERVIEW,
  },
  AADSTS50005: {
    meaning: "A Conditional Access policy refuses the sign-in from this place.",
    fix: "Ask whoever administers the tenant to leave this identity out of the policy, or to allow the cluster's outbound addresses.",
    help: CONDITIONAL_ACCESS,
  },
  AADSTS53003: {
    meaning: "A Conditional Access policy blocks the sign-in.",
    fix: "Ask whoever administers the tenant to leave this identity out of the policy, or to allow the cluster's outbound addresses.",
    help: CONDITIONAL_ACCESS,
  },
  AADSTS90061: { meaning: UNREADABLE, fix: READ_THEM, help: TROUBLESHOOT },
  AADSTS501661: { meaning: UNREADABLE, fix: READ_THEM, help: TROUBLESHOOT },
  AADSTS700222: {
    meaning: "The token that was sent was issued by Entra ID itself, which does not take its own tokens there.",
    fix: "Send the pod's projected token: the issuer of a federated credential for a pod is the cluster's.",
    help: ENTRA_CODES,
  },
  AADSTS700236: {
    meaning: "The token that was sent was issued by Entra ID itself, for an identity that may not be trusted like that.",
    fix: "Send the pod's projected token: the issuer of a federated credential for a pod is the cluster's.",
    help: ENTRA_CODES,
  },
} as const satisfies Record<string, ErrorCode>;
