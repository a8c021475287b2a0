// Mistakes that resources show by themselves: one change to a chain that works, and what the rules say of it.
import { AUDIENCE, CLIENT_ID_ANNOTATION, type ObjectInModel, type RuleId, roleDefinitionId, USE_LABEL } from "../../chain";
import { type Additions, type Changes, CREDENTIAL, IDENTITY, ISSUER, POD, ROLE, SUBJECT, VAULT } from "../support/chainModel";

export interface DeclaredCase {
  readonly what: string;
  readonly changes?: Changes;
  readonly more?: Additions;
}
export interface DeclaredMistake extends DeclaredCase {
  readonly finds: readonly [rule: RuleId, severity: "error" | "warning", property: string, actual: string];
}

const credential = (index: number, change: object = {}) => ({
  ...CREDENTIAL,
  resource: `credential ${index}`,
  id: `${CREDENTIAL.id}-${index}`,
  name: `orders-${index}`,
  subject: `system:serviceaccount:web:orders-${index}`,
  ...change,
});
const credentials = (count: number) => Array.from({ length: count }, (_, index) => credential(index));
const container = (change: object) => ({ containers: POD.containers.map((each) => ({ ...each, ...change })) });
const object = (kind: string, metadata: Partial<ObjectInModel["metadata"][number]>): Additions => ({
  objects: [{ resource: kind, kind, metadata: [{ path: "metadata", labels: {}, annotations: {}, ...metadata }] }],
});
const REGISTRY = {
  resource: "registry",
  id: `${VAULT.id.slice(0, VAULT.id.indexOf("/Microsoft"))}/Microsoft.ContainerRegistry/registries/cr`,
  abac: true,
};
const PULL = { ...ROLE, resource: "pull", scope: REGISTRY.id, roleDefinitionId: roleDefinitionId("acrPull", REGISTRY.id) };
const READ = { ...PULL, resource: "read", roleDefinitionId: roleDefinitionId("containerRegistryRepositoryReader", REGISTRY.id) };
const OLD_PATH = "/var/run/secrets/azure/tokens/azure-identity-token";
const ENV = 'spec.template.spec.containers["app"]';
const AKS = "https://westeurope.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/99999999-9999-4999-8999-999999999999";

export const DECLARED_RIGHT: readonly DeclaredCase[] = [
  { what: "20 credentials", more: { federatedCredentials: credentials(19) } },
  {
    what: "a credential for GitHub",
    more: {
      federatedCredentials: [
        credential(1, { issuer: "https://token.actions.githubusercontent.com", subject: "repo:a/b:environment:prod" }),
      ],
    },
  },
  { what: "an issuer of a cluster elsewhere", more: { federatedCredentials: [credential(1, { issuer: `${AKS}/` })] } },
  {
    what: "a self-managed cluster's issuer",
    more: { federatedCredentials: [credential(1, { issuer: "https://stissuer.blob.core.windows.net/oidc", subject: SUBJECT })] },
  },
  {
    what: "credentials in a row",
    more: { federatedCredentials: [credential(1, { after: [] }), credential(2, { after: [`${CREDENTIAL.id}-1`] })] },
  },
  {
    what: "credentials of two identities at once",
    more: { federatedCredentials: [credential(1, { after: [] }), credential(2, { after: [], identityId: "other" })] },
  },
  {
    what: "credentials of an application, whose names are free",
    more: { federatedCredentials: [credential(1, { name: "web / orders", application: true })] },
  },
  {
    what: "what is not known of a credential",
    more: {
      federatedCredentials: [
        credential(1, { name: "<name>", nameIsKnown: false, issuer: undefined, subject: undefined, audiences: undefined }),
        credential(2, { identityId: undefined }),
      ],
    },
  },
  { what: "a label that is not known", more: object("Pod", { labels: { [USE_LABEL]: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } }) },
  {
    what: "further keys of the webhook",
    more: object("Pod", {
      annotations: {
        "azure.workload.identity/inject-proxy-sidecar": "true",
        "azure.workload.identity/use-identity-binding": "true",
      },
    }),
  },
  {
    what: "an annotated ServiceAccount",
    more: object("ServiceAccount", { annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.clientId } }),
  },
  {
    what: "a role for somebody who is there already",
    more: { roleAssignments: [{ ...ROLE, principalId: "99999999-9999-4999-8999-999999999999", principalType: "User" }] },
  },
  { what: "a role with its principal's type", changes: { role: { principalType: "ServicePrincipal" } } },
  {
    what: "AcrPull where registries look at it",
    more: {
      registries: [
        { ...REGISTRY, abac: false },
        { ...REGISTRY, abac: undefined },
      ],
      roleAssignments: [PULL],
    },
  },
  { what: "AcrPull beside the role that counts", more: { registries: [REGISTRY], roleAssignments: [PULL, READ] } },
  {
    what: "a token that the program mounts itself",
    changes: { pod: container({ commandLine: [`--token=${OLD_PATH}`], mountPaths: ["/var/run/secrets/azure/tokens"] }) },
  },
  {
    what: "a secret of a pod that is not for workload identity",
    changes: { pod: { ...container({ env: { AZURE_CLIENT_SECRET: undefined } }), labels: { [USE_LABEL]: undefined } } },
  },
];

export const DECLARED_MISTAKES: readonly DeclaredMistake[] = [
  {
    what: "two audiences",
    more: { federatedCredentials: [credential(1, { audiences: [AUDIENCE, "api://other"] })] },
    finds: ["WI070", "error", "audiences", `${AUDIENCE}, api://other`],
  },
  {
    what: "no audience",
    more: { federatedCredentials: [credential(1, { audiences: [] })] },
    finds: ["WI070", "error", "audiences", "none"],
  },
  {
    what: "a slash in a name",
    more: { federatedCredentials: [credential(1, { name: "web/orders" })] },
    finds: ["WI071", "error", "name", "web/orders"],
  },
  ...[
    "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
    "https://sts.windows.net/11111111-1111-4111-8111-111111111111/",
    ISSUER.replace("https", "http"),
    "https://kubernetes.default.svc.cluster.local",
    "https://10.0.0.1/",
  ].map(
    (issuer): DeclaredMistake => ({
      what: `the issuer ${issuer}`,
      more: { federatedCredentials: [credential(1, { issuer })] },
      finds: ["WI072", "error", "issuer", issuer],
    }),
  ),
  {
    what: "an empty issuer",
    more: { federatedCredentials: [credential(1, { issuer: "" })] },
    finds: ["WI072", "error", "issuer", "an empty text"],
  },
  {
    what: "an issuer without its slash",
    more: { federatedCredentials: [credential(1, { issuer: AKS })] },
    finds: ["WI073", "error", "issuer", AKS],
  },
  ...["system:serviceaccount:web", "web:orders", "system:serviceaccount:web:*", "system:serviceaccount:web:a:b"].map(
    (subject): DeclaredMistake => ({
      what: `the subject ${subject}`,
      more: { federatedCredentials: [credential(1, { subject })] },
      finds: ["WI074", "error", "subject", subject],
    }),
  ),
  ...["client_id", "clientid", "clientId", "Client-ID"].map(
    (key): DeclaredMistake => ({
      what: `the annotation ${key}`,
      more: object("ServiceAccount", { annotations: { [`azure.workload.identity/${key}`]: "x" } }),
      finds: ["WI075", "error", "metadata.annotations", `azure.workload.identity/${key}`],
    }),
  ),
  {
    what: "capitals in the label",
    more: object("Pod", { labels: { "azure.workload.identity/Use": "true" } }),
    finds: ["WI075", "error", "metadata.labels", "azure.workload.identity/Use"],
  },
  {
    what: "the annotation on a Service",
    more: object("Service", { annotations: { [CLIENT_ID_ANNOTATION]: "x" } }),
    finds: ["WI076", "warning", `metadata.annotations["${CLIENT_ID_ANNOTATION}"]`, "on Service"],
  },
  {
    what: "a flag for the label",
    more: object("Pod", { labels: { [USE_LABEL]: true } }),
    finds: ["WI077", "error", `metadata.labels["${USE_LABEL}"]`, "true, which is no text"],
  },
  { what: "a person's type", changes: { role: { principalType: "User" } }, finds: ["WI078", "error", "principalType", "User"] },
  {
    what: "AcrPull where it does not count",
    more: { registries: [REGISTRY], roleAssignments: [PULL] },
    finds: ["WI080", "error", "roleDefinitionId", "AcrPull"],
  },
  {
    what: "a typed path in the arguments",
    changes: { pod: container({ commandLine: [`--token=${OLD_PATH}`] }) },
    finds: ["WI081", "error", `${ENV}.args`, `--token=${OLD_PATH}`],
  },
  {
    what: "a typed path in a variable",
    changes: { pod: container({ env: { ...POD.containers[0]?.env, TOKEN: OLD_PATH } }) },
    finds: ["WI081", "error", `${ENV}.env["TOKEN"]`, OLD_PATH],
  },
  {
    what: "a client secret",
    changes: { pod: container({ env: { ...POD.containers[0]?.env, AZURE_CLIENT_SECRET: undefined } }) },
    finds: ["WI082", "warning", `${ENV}.env["AZURE_CLIENT_SECRET"]`, "AZURE_CLIENT_SECRET"],
  },
  {
    what: "21 credentials",
    more: { federatedCredentials: credentials(20) },
    finds: ["WI083", "error", "federatedIdentityCredentials", "21"],
  },
  {
    what: "the same trust twice",
    more: { federatedCredentials: [credential(1, { subject: SUBJECT })] },
    finds: ["WI084", "error", "subject", `${SUBJECT} of ${ISSUER}, as orders`],
  },
  {
    what: "credentials at once",
    more: { federatedCredentials: [credential(1, { after: [] }), credential(2, { after: [] })] },
    finds: ["WI085", "warning", "dependsOn", "beside orders-1"],
  },
];
