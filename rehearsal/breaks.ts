// Named misconfigurations, each from a real thread: applied where a program registers a resource, before anything follows from it.
// One table that is read as a whole, which is why the file is long.
import {
  APP_ENVIRONMENT,
  CLIENT_ID_ANNOTATION,
  type Code,
  POD_ENVIRONMENT,
  ROLE_LIST_ACTIONS,
  ROLES,
  RULES,
  type RuleId,
  SKIP_CONTAINERS_ANNOTATION,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  USE_LABEL,
  USE_LABEL_VALUE,
} from "../chain";
import {
  change,
  changeRole,
  changeVariable,
  drop,
  dropRole,
  firstContainer,
  identityOf,
  type Step,
  set,
  untrusting,
} from "./breakSteps";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import { UsageError } from "./usageError";

export interface Break {
  readonly name: string;
  readonly description: string;
  /** What the pod shows, or `AdmissionRefused` where there is no pod. */
  readonly code: Code;
  /** The rule that names it. */
  readonly rule: RuleId;
  /** Issue or documentation that it comes from. */
  readonly source: string;
  readonly steps: readonly Step[];
  /** What somebody does by hand once the program has run. Tells whether there was anything to do it to. Default: nothing. */
  readonly afterwards?: (cloud: EmulatedCloud) => boolean;
  /** What the repository's own program must be given, as for `--set`, to have what is broken. Default: nothing. */
  readonly needs?: readonly string[];
}

const AWI = "https://github.com/Azure/azure-workload-identity/issues";
const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const CREDENTIAL = [
  "azure-native:managedidentity:FederatedIdentityCredential",
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
];
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const VAULT = "azure-native:keyvault:Vault";
const CLIENT_ID = ["metadata", "annotations", CLIENT_ID_ANNOTATION] as const;
const TEMPLATE = ["spec", "template", "metadata"] as const;
const OTHER_GUID = "0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10";

const APPLICATION = ["identityKind=application"];
const STORAGE = ["storage.enabled=true"];
const ROLE_LIST = ["roleList=true"];

/** `source` stands here only where it is not the rule's own. */
type Entry = Omit<Break, "name" | "source"> & Partial<Pick<Break, "source">>;

const TABLE: Readonly<Record<string, Entry>> = {
  "label-on-service-account-only": {
    description: "The label azure.workload.identity/use stands on the ServiceAccount instead of the pod template",
    code: "PodNotMutated",
    rule: "WI006",
    steps: [
      set(DEPLOYMENT, [...TEMPLATE, "labels", USE_LABEL], undefined),
      set(SERVICE_ACCOUNT, ["metadata", "labels", USE_LABEL], USE_LABEL_VALUE),
    ],
  },
  "label-on-deployment-only": {
    description: "The label stands on the Deployment, not on its pod template",
    code: "PodNotMutated",
    rule: "WI006",
    source: `${AWI}/932`,
    steps: [
      set(DEPLOYMENT, [...TEMPLATE, "labels", USE_LABEL], undefined),
      set(DEPLOYMENT, ["metadata", "labels", USE_LABEL], USE_LABEL_VALUE),
    ],
  },
  "label-value": {
    description: 'The label\'s value is "True" instead of "true"',
    code: "PodNotMutated",
    rule: "WI006",
    source: "https://github.com/Azure/AKS/issues/3286",
    steps: [set(DEPLOYMENT, [...TEMPLATE, "labels", USE_LABEL], "True")],
  },
  "webhook-off": {
    description: "Workload identity is not enabled on the cluster",
    code: "PodNotMutated",
    rule: "WI007",
    steps: [set(CLUSTER, ["securityProfile", "workloadIdentity", "enabled"], false)],
  },
  "container-skipped": {
    description: "The pod's annotation skip-containers names the application's container",
    code: "PodNotMutated",
    rule: "WI015",
    steps: [
      change(
        DEPLOYMENT,
        [...TEMPLATE, "annotations", SKIP_CONTAINERS_ANNOTATION],
        (_, __, inputs) => firstContainer(inputs).name,
      ),
    ],
  },
  "annotation-missing": {
    description: "The ServiceAccount has no client id annotation",
    code: "ClientIdNotInjected",
    rule: "WI010",
    steps: [set(SERVICE_ACCOUNT, CLIENT_ID, undefined)],
  },
  "annotation-misspelt": {
    description: "The annotation is written client_id instead of client-id",
    code: "ClientIdNotInjected",
    rule: "WI010",
    source: `${AWI}/1357`,
    steps: [
      set(SERVICE_ACCOUNT, ["metadata", "annotations", "azure.workload.identity/client_id"], OTHER_GUID),
      set(SERVICE_ACCOUNT, CLIENT_ID, undefined),
    ],
  },
  "default-service-account": {
    description: "The pod names no ServiceAccount and gets the namespace's default one",
    code: "ClientIdNotInjected",
    rule: "WI017",
    steps: [set(DEPLOYMENT, ["spec", "template", "spec", "serviceAccountName"], undefined)],
  },
  "service-account-missing": {
    description: "The ServiceAccount that the pod names does not exist",
    code: "AdmissionRefused",
    rule: "WI009",
    steps: [drop(SERVICE_ACCOUNT)],
  },
  "token-expiration": {
    description: "The token expiration annotation is below 3600 seconds",
    code: "AdmissionRefused",
    rule: "WI014",
    steps: [set(SERVICE_ACCOUNT, ["metadata", "annotations", TOKEN_EXPIRATION_ANNOTATION], "600")],
  },
  "client-id-of-another-identity": {
    description: "The annotation has the client id of the cluster's own identity, which trusts no ServiceAccount",
    code: "AADSTS70025",
    rule: "WI012",
    steps: [change(SERVICE_ACCOUNT, CLIENT_ID, (_, cloud) => untrusting(cloud)?.clientId ?? OTHER_GUID)],
  },
  "principal-id-in-annotation": {
    description: "The annotation has the identity's principalId instead of its clientId",
    code: "AADSTS700016",
    rule: "WI011",
    steps: [change(SERVICE_ACCOUNT, CLIENT_ID, (clientId, cloud) => identityOf(clientId, cloud)?.principalId)],
  },
  "resource-id-in-annotation": {
    description: "The annotation has the identity's resource id instead of its clientId",
    code: "AADSTS700016",
    rule: "WI011",
    steps: [change(SERVICE_ACCOUNT, CLIENT_ID, (clientId, cloud) => identityOf(clientId, cloud)?.id)],
  },
  "client-id-by-hand": {
    description: "The container sets AZURE_CLIENT_ID itself, to an application that does not exist",
    code: "AADSTS700016",
    rule: "WI016",
    steps: [changeVariable(POD_ENVIRONMENT.clientId, () => OTHER_GUID)],
  },
  "tenant-annotation": {
    description: "The ServiceAccount's tenant annotation names another tenant",
    code: "VaultTenantMismatch",
    rule: "WI013",
    steps: [set(SERVICE_ACCOUNT, ["metadata", "annotations", TENANT_ID_ANNOTATION], OTHER_GUID)],
  },
  "issuer-without-slash": {
    description: "The federated credential's issuer has lost its trailing slash",
    code: "AADSTS700211",
    rule: "WI001",
    steps: [change(CREDENTIAL, ["issuer"], (issuer) => String(issuer).replace(/\/$/, ""))],
  },
  "issuer-of-another-cluster": {
    description: "The federated credential still has the issuer of a cluster that was deleted and made again",
    code: "AADSTS700211",
    rule: "WI001",
    source: "https://github.com/Azure/AKS/issues/3982",
    steps: [change(CREDENTIAL, ["issuer"], (issuer) => String(issuer).replace(/[^/]+\/$/, `${OTHER_GUID}/`))],
  },
  "issuer-inside-cluster": {
    description: "The federated credential has the cluster-internal issuer",
    code: "AADSTS700211",
    rule: "WI001",
    source: `${AWI}/977`,
    steps: [set(CREDENTIAL, ["issuer"], "https://kubernetes.default.svc.cluster.local")],
  },
  "wrong-namespace": {
    description: "The federated credential's subject is in the namespace default",
    code: "AADSTS700213",
    rule: "WI003",
    steps: [
      change(CREDENTIAL, ["subject"], (subject) => String(subject).replace(/^(system:serviceaccount):[^:]+/, "$1:default")),
    ],
  },
  "wrong-service-account": {
    description: "The federated credential's subject names another ServiceAccount",
    code: "AADSTS700213",
    rule: "WI003",
    source: "https://github.com/Azure/login/issues/482",
    steps: [change(CREDENTIAL, ["subject"], (subject) => `${subject}-sa`)],
  },
  "subject-case": {
    description: "The federated credential's subject differs by upper and lower case",
    code: "AADSTS7002138",
    rule: "WI004",
    steps: [change(CREDENTIAL, ["subject"], (subject) => String(subject).replace(/[^:]+$/, (name) => name.toUpperCase()))],
  },
  "wrong-audience": {
    description: "The federated credential's audience is not the one of the token",
    code: "AADSTS700212",
    rule: "WI002",
    steps: [set(CREDENTIAL, ["audiences"], ["api://AKSIdentityBinding"])],
  },
  "no-federated-credential": {
    description: "The identity has no federated credential",
    code: "AADSTS70025",
    rule: "WI005",
    steps: [drop(CREDENTIAL)],
  },
  "missing-role": {
    description: "The identity has no role on the vault",
    code: "ForbiddenByRbac",
    rule: "WI020",
    steps: [dropRole()],
  },
  "key-vault-reader": {
    description: "The identity has Key Vault Reader, which shows names and not values",
    code: "ForbiddenByRbac",
    rule: "WI021",
    steps: [
      changeRole(["roleDefinitionId"], (role) => String(role).replace(ROLES.keyVaultSecretsUser.id, ROLES.keyVaultReader.id)),
    ],
  },
  "wrong-scope": {
    description: "The role is assigned on another vault",
    code: "ForbiddenByRbac",
    rule: "WI022",
    steps: [changeRole(["scope"], (scope) => `${scope}-old`)],
  },
  "role-for-client-id": {
    description: "The role is assigned to the identity's clientId instead of its principalId",
    code: "ForbiddenByRbac",
    rule: "WI023",
    steps: [
      changeRole(
        ["principalId"],
        (principal, cloud) => cloud.identities().find(({ principalId }) => principalId === principal)?.clientId,
      ),
    ],
  },
  "access-policies": {
    description: "The vault still uses access policies, so role assignments do not count",
    code: "AccessDenied",
    rule: "WI024",
    steps: [set(VAULT, ["properties", "enableRbacAuthorization"], false)],
  },
  "vault-of-another-tenant": {
    description: "The vault belongs to another tenant than the identity",
    code: "VaultTenantMismatch",
    rule: "WI025",
    steps: [set(VAULT, ["properties", "tenantId"], OTHER_GUID)],
  },
  "vault-address": {
    description: "The pod's vault address has a typing mistake",
    code: "HostNotFound",
    rule: "WI028",
    steps: [changeVariable(APP_ENVIRONMENT.vaultUri, (uri) => uri.replace(".vault.", "0.vault."))],
  },
  "secret-name": {
    description: "The pod asks for a secret that the vault does not have",
    code: "SecretNotFound",
    rule: "WI026",
    steps: [changeVariable(APP_ENVIRONMENT.secretName, (name) => `${name}-2`)],
  },
  "secret-disabled": {
    description: "The secret is disabled",
    code: "SecretDisabled",
    rule: "WI027",
    steps: [set("azure-native:keyvault:Secret", ["properties", "attributes", "enabled"], false)],
  },
  "service-principal-deleted": {
    description: "The application's service principal is gone; the application itself is still there",
    code: "AADSTS7000229",
    rule: "WI018",
    needs: APPLICATION,
    steps: [],
    afterwards: ({ directory }) => directory.deleteServicePrincipals() > 0,
  },
  "missing-blob-role": {
    description: "The identity has no role on the container of blobs",
    code: "AuthorizationPermissionMismatch",
    rule: "WI040",
    needs: STORAGE,
    steps: [dropRole("storageBlobDataReader")],
  },
  "storage-account-contributor": {
    description: "The identity has Storage Account Contributor, which manages the account and reads no blob",
    code: "AuthorizationPermissionMismatch",
    rule: "WI041",
    needs: STORAGE,
    steps: [
      changeRole(
        ["roleDefinitionId"],
        (role) => String(role).replace(ROLES.storageBlobDataReader.id, ROLES.storageAccountContributor.id),
        "storageBlobDataReader",
      ),
    ],
  },
  "blob-role-on-another-container": {
    description: "The role is assigned on another container of the same account",
    code: "AuthorizationPermissionMismatch",
    rule: "WI042",
    needs: STORAGE,
    steps: [changeRole(["scope"], (scope) => `${scope}-old`, "storageBlobDataReader")],
  },
  "blob-address": {
    description: "The pod's blob address has a typing mistake",
    code: "HostNotFound",
    rule: "WI043",
    needs: STORAGE,
    steps: [changeVariable(APP_ENVIRONMENT.blobEndpoint, (endpoint) => endpoint.replace(".blob.", "0.blob."), { orAdd: false })],
  },
  "container-name": {
    description: "The pod asks for a container that the account does not have",
    code: "AuthorizationPermissionMismatch",
    rule: "WI044",
    needs: STORAGE,
    steps: [changeVariable(APP_ENVIRONMENT.blobContainer, (name) => `${name}-2`, { orAdd: false })],
  },
  "missing-role-list-role": {
    description: "The identity may not read which roles it has",
    code: "AuthorizationFailed",
    rule: "WI050",
    needs: ROLE_LIST,
    steps: [dropRole("custom")],
  },
  "role-list-without-names": {
    description: "The stack's role lets the identity list assignments, and not look up what the roles are called",
    code: "AuthorizationFailed",
    rule: "WI050",
    source: "https://learn.microsoft.com/azure/role-based-access-control/role-definitions-list",
    needs: ROLE_LIST,
    steps: [
      set("azure-native:authorization:RoleDefinition", ["permissions"], [{ actions: [ROLE_LIST_ACTIONS[0]], notActions: [] }]),
    ],
  },
  "role-list-at-vault": {
    description: "The role that lists is assigned at the vault, and the pod lists the resource group",
    code: "AuthorizationFailed",
    rule: "WI050",
    source: "https://learn.microsoft.com/azure/role-based-access-control/scope-overview",
    needs: ROLE_LIST,
    steps: [changeRole(["scope"], (scope, cloud) => cloud.vaults()[0]?.id ?? scope, "custom")],
  },
};

export const BREAKS: readonly Break[] = Object.entries(TABLE).map(([name, rest]) => ({
  name,
  source: RULES[rest.rule].source,
  ...rest,
}));

/** The break of this name, or a usage error that names the nearest ones. */
export function findBreak(name: string): Break {
  const found = BREAKS.find((candidate) => candidate.name === name);
  if (found === undefined)
    throw new UsageError(`there is no break "${name}"`, `use one of: ${BREAKS.map((candidate) => candidate.name).join(", ")}`);
  return found;
}
