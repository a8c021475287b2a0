// The rules of a working chain. Each mistake has one rule; what it breaks at run time and how to mend it stand in codes.ts.
import { CODES, type Code } from "./codes";
import type { Finding } from "./model";

export interface Rule {
  /** What must hold, as a sentence. */
  readonly title: string;
  /** What a pod shows when it does not hold. */
  readonly code: Code;
  /** What to change, where it differs from the code's own advice. */
  readonly fix?: string;
  /** What a warning says, with what was found after it; a rule that only ever fails needs none. */
  readonly warning?: string;
  /** A warning never makes a report fail: the pod runs. Default: an error. */
  readonly severity?: Finding["severity"];
}

export const RULES = {
  WI001: { title: "The federated credential's issuer is the cluster's, byte for byte", code: "AADSTS700211" },
  WI002: { title: "The federated credential's audience is the token's", code: "AADSTS700212" },
  WI003: { title: "The federated credential's subject is the pod's ServiceAccount", code: "AADSTS700213" },
  WI004: { title: "The federated credential's subject has the ServiceAccount's upper and lower case", code: "AADSTS7002138" },
  WI005: {
    title: "The identity that the ServiceAccount names has a federated credential for it",
    code: "AADSTS70025",
    fix: "Give this identity a federated credential for the pod's ServiceAccount, or name the identity that has one.",
  },
  WI006: { title: "The pod template carries the label that makes the webhook act", code: "PodNotMutated" },
  WI007: {
    title: "Workload identity is on in the cluster",
    code: "PodNotMutated",
    fix: "Set securityProfile.workloadIdentity.enabled to true on the cluster and recreate the pods.",
  },
  WI008: {
    title: "The cluster's OIDC issuer is on",
    code: "AADSTS50166",
    fix: "Set oidcIssuerProfile.enabled to true on the cluster: it cannot be turned off again.",
  },
  WI009: {
    title: "The pod's ServiceAccount exists in the pod's namespace",
    code: "AdmissionRefused",
    fix: "Create the ServiceAccount before the pod, in the same namespace.",
  },
  WI010: { title: "The ServiceAccount is annotated with a client id", code: "ClientIdNotInjected" },
  WI011: { title: "The client id annotation is the clientId of an identity", code: "AADSTS700016" },
  WI012: {
    title: "The client id annotation names the identity that trusts this ServiceAccount",
    code: "AADSTS700213",
    fix: "Annotate the ServiceAccount with the clientId of the identity that holds the federated credential for it.",
  },
  WI013: {
    title: "The tenant annotation is the identity's tenant",
    code: "VaultTenantMismatch",
    fix: "Remove the tenant annotation or set it to the identity's tenantId.",
  },
  WI014: {
    title: "The token expiration lies between 3600 and 86400 seconds",
    code: "AdmissionRefused",
    fix: "Use a plain number of seconds from 3600 to 86400.",
  },
  WI015: {
    title: "The container is not among those that the webhook skips",
    code: "PodNotMutated",
    fix: "Take the container's name out of the annotation azure.workload.identity/skip-containers.",
  },
  WI016: {
    title: "A container that sets AZURE_CLIENT_ID itself sets the clientId of the identity that trusts the ServiceAccount",
    code: "AADSTS700016",
    fix: "Remove the variable and annotate the ServiceAccount, from which the webhook sets it: a value of the container's own wins.",
  },
  WI017: {
    title: "The pod names the ServiceAccount that is annotated",
    code: "ClientIdNotInjected",
    fix: "Set serviceAccountName on the pod template to the annotated ServiceAccount.",
  },
  WI018: { title: "The application has a service principal in the tenant", code: "AADSTS7000229" },
  WI020: { title: "The identity has a role on the vault", code: "ForbiddenByRbac" },
  WI021: {
    title: "The identity's role on the vault allows reading secrets",
    code: "ForbiddenByRbac",
    fix: "Use Key Vault Secrets User: readers see names, contributors and owners manage the vault, and none of them reads values.",
  },
  WI022: {
    title: "The identity's role is assigned at this vault or above it",
    code: "ForbiddenByRbac",
    fix: "Add an assignment with this vault's own id as scope; leave the other one if something uses it.",
  },
  WI023: {
    title: "The role is assigned to the identity's principalId",
    code: "ForbiddenByRbac",
    fix: "Use the identity's principalId: the clientId names the same identity only when signing in.",
  },
  WI024: { title: "The vault takes role assignments", code: "AccessDenied" },
  WI025: { title: "The vault belongs to the identity's tenant", code: "VaultTenantMismatch" },
  WI026: { title: "The vault has the secret that the pod asks for", code: "SecretNotFound" },
  WI027: { title: "The secret is enabled", code: "SecretDisabled" },
  WI028: { title: "The vault address that the pod was given is a vault's", code: "HostNotFound" },
  WI030: { title: "The image that the pod names is there", code: "ImagePullFailed" },
  WI031: {
    title: "The program declares a pod for workload identity",
    code: "Unexplained",
    fix: "Label a pod template, or annotate the ServiceAccount that it uses.",
  },
  WI032: {
    title: "A pod that is ready has read the secret that it was given",
    code: "Unexplained",
    fix: "Answer the readiness probe only once the secret has been read: a pod that is ready without it hides a broken chain.",
  },
  WI033: {
    title: "Every pod that the program declares for workload identity is rehearsed",
    code: "Unexplained",
    fix: "Nothing of your program need be wrong: the rehearsal cannot run this, and does not guess.",
  },
  WI034: {
    title: "The image is built on one that stays the same: a tag with a full version, or a digest",
    code: "Unexplained",
    fix: "Write the full version as the tag of FROM, or the image's digest: the same Dockerfile then builds on the same image tomorrow.",
    warning: "The base image may change",
    severity: "warning",
  },
  WI035: {
    title: "The image's USER is a number other than 0",
    code: "CreateContainerConfigError",
    warning: "The image's user is root, or may be",
    fix: "End the Dockerfile's last stage with a number as its USER, such as USER 65532:65532, or set runAsUser on the pod.",
  },
  WI036: {
    title: "The folder that is uploaded for a build holds no keys, no Git history and no installed packages",
    code: "Unexplained",
    fix: "Name it in .dockerignore: what is uploaded lies in a storage account of the registry, and COPY . . puts it into the image.",
    warning: "The uploaded folder holds what hardly belongs in an image",
    severity: "warning",
  },
  WI037: {
    title: "The application serves what its variables tell it to: the list of its identity's roles, and blobs through its route",
    code: "Unexplained",
    warning: "The application does not serve what its variables tell it to",
    fix: "Serve GET /api/status and GET /api/<account>/<container>/<blob> as this project's application does, or turn roleList or the route off.",
  },
  WI040: { title: "The identity has a role on the blob container", code: "AuthorizationPermissionMismatch" },
  WI041: {
    title: "The identity's role on the blob container allows reading blobs",
    code: "AuthorizationPermissionMismatch",
    fix: "Use Storage Blob Data Reader: owners and contributors manage the account, and none of them reads blobs with its identity.",
  },
  WI042: {
    title: "The identity's role is assigned at this blob container or above it",
    code: "AuthorizationPermissionMismatch",
    fix: "Add an assignment with this container's own id as scope; leave the other one if something uses it.",
  },
  WI043: { title: "The blob address that the pod was given is a storage account's", code: "HostNotFound" },
  WI044: { title: "The storage account has the container that the pod reads", code: "ContainerNotFound" },
  WI050: {
    title: "The identity may read role assignments and role definitions at the scope that the pod lists",
    code: "AuthorizationFailed",
  },
  WI051: {
    title: "The pod lists the roles of its own identity",
    code: "Unexplained",
    fix: "Give the pod its identity's principalId: of another principal it lists roles that it does not have.",
  },
  WI099: { title: "The pod becomes ready", code: "Unexplained" },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;

export interface Place {
  readonly resource: string;
  readonly property: string;
  readonly expected: string;
  readonly actual: string;
  /** The code that a pod shows, where it is not always the rule's. */
  readonly code?: Code;
  readonly fix?: string;
  /** Where it is not always the rule's. */
  readonly severity?: Finding["severity"];
}

/** The finding of one broken rule at one place. */
export function finding(rule: RuleId, { resource, property, expected, actual, code, fix, severity }: Place): Finding {
  const { title, code: usual, fix: ruleFix, warning, severity: ruleSeverity = "error" }: Rule = RULES[rule];
  const graded = severity ?? ruleSeverity;
  const broken = `Does not hold: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return {
    rule,
    severity: graded,
    // A pod that runs shows nothing.
    code: graded === "warning" ? null : (code ?? usual),
    message: graded === "warning" && warning !== undefined ? `${warning}: ${actual}` : broken,
    resource,
    property,
    expected,
    actual,
    fix: fix ?? ruleFix ?? CODES[code ?? usual].fix,
  };
}
