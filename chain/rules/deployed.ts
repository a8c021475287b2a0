// What only a cluster that runs can show: it is read after the deployment, and no program contains it.
import { AKS_OVERVIEW } from "../codes/errorCode";
import type { Rule } from "./rule";

const OIDC = "https://learn.microsoft.com/azure/aks/use-oidc-issuer";

export const DEPLOYED_RULES = {
  WI190: {
    title: "The issuer's discovery document can be read, and names the issuer byte for byte",
    code: "AADSTS50166",
    cause: "The cluster was made anew and its issuer went with it, or what answers at the address is not the issuer.",
    source: OIDC,
  },
  WI191: {
    title: "The issuer publishes the keys that its tokens are signed with",
    code: "AADSTS50166",
    cause: "The document of keys is not there, is empty, or cannot be reached from outside.",
    source: OIDC,
  },
  WI192: {
    title: "The webhook runs in the cluster",
    code: "PodNotMutated",
    cause: "Its pods have no node to run on, or were scaled down; pods that are created meanwhile get no token.",
    fix: "Look at its pods with kubectl get pods --namespace kube-system, mend what they wait for, then recreate the application's pods.",
    source: "https://azure.github.io/azure-workload-identity/docs/troubleshooting.html",
  },
  WI193: {
    title: "Running pods have what the webhook injects for their ServiceAccount as it is now",
    code: "PodNotMutated",
    cause: "The webhook looks at a pod only when it is created: these are older than the label, the annotation or the webhook.",
    fix: "Recreate the pods: kubectl rollout restart.",
    source: AKS_OVERVIEW,
  },
  WI194: {
    title: "Running pods have the projected token that their variable names",
    code: "TokenFileMissing",
    cause: "Something after the webhook took the volume away, or set another path or audience.",
    source: AKS_OVERVIEW,
  },
  WI195: {
    title: "The application says itself that each link works",
    code: "Unexplained",
    cause: "A link that looks right from outside is refused when the pod uses it.",
    source: "https://azure.github.io/azure-workload-identity/docs/troubleshooting.html",
  },
  WI196: {
    title: "A pod with another ServiceAccount, and one without the label, are refused",
    code: "Unexplained",
    cause: "A federated credential trusts more than the workload's own ServiceAccount, or a pod gets in by another identity.",
    fix: "Remove the federated credential, the node's role or the token that lets it in.",
    source: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
  },
  WI197: {
    title: "The vault lets the cluster's network in",
    code: "ForbiddenByFirewall",
    cause: "The vault's firewall denies what it does not list, which roles do not change.",
    fix: "Let the cluster's subnet or its outbound address in, or give the vault a private endpoint in the cluster's network.",
    warning: "The vault's firewall may keep the pod out",
    severity: "warning",
    source: "https://learn.microsoft.com/azure/key-vault/general/network-security",
  },
} as const satisfies Record<string, Rule>;
