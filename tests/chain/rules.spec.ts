// Every rule that a check of a pod can give: one change to a chain that works, and exactly one finding that names it.
import { strict as assert } from "node:assert";
import {
  APP_ENVIRONMENT,
  AUDIENCE,
  CLIENT_ID_ANNOTATION,
  CODES,
  type Code,
  POD_ENVIRONMENT,
  ROLES,
  RULES,
  type RuleId,
  roleDefinitionId,
  SKIP_CONTAINERS_ANNOTATION,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  USE_LABEL,
} from "../../chain";
import {
  type Additions,
  type Changes,
  CREDENTIAL,
  chainModel,
  findingsIn,
  IDENTITY,
  ISSUER,
  KUBELET,
  POD,
  ROLE,
  SECRET,
  SERVICE_ACCOUNT,
  SUBJECT,
  TENANT_ID,
  VAULT,
} from "../support/chainModel";

interface Case {
  readonly mistake: string;
  readonly changes: Changes;
  readonly more?: Additions;
  readonly rule: RuleId;
  readonly code: Code;
  readonly resource: string;
  readonly property: string;
  readonly expected: string;
  readonly actual: string;
}

const OTHER_GUID = "99999999-9999-4999-8999-999999999999";
const CLUSTER_RESOURCE = chainModel().cluster.resource;
const annotation = (key: string) => `metadata.annotations["${key}"]`;
const variable = (name: string) => `spec.template.spec.containers["app"].env["${name}"]`;
const label = { property: `spec.template.metadata.labels["${USE_LABEL}"]`, expected: "true" };
const clientId = { resource: SERVICE_ACCOUNT.resource, property: annotation(CLIENT_ID_ANNOTATION) };
const pod = { resource: POD.resource };
const credential = { resource: CREDENTIAL.resource };
const role = { resource: ROLE.resource };
const container = (env: Readonly<Record<string, string>>) => [{ name: "app", image: "app", env }];
const app = { [APP_ENVIRONMENT.vaultUri]: VAULT.uri, [APP_ENVIRONMENT.secretName]: SECRET.name };

const CASES: readonly Case[] = [
  {
    mistake: "the credential's issuer has lost its trailing slash",
    changes: { credential: { issuer: ISSUER.slice(0, -1) } },
    ...{ rule: "WI001", code: "AADSTS700211", ...credential, property: "issuer" },
    ...{ expected: ISSUER, actual: ISSUER.slice(0, -1) },
  },
  {
    mistake: "the credential's issuer differs by case",
    changes: { credential: { issuer: ISSUER.toUpperCase() } },
    ...{ rule: "WI001", code: "AADSTS700211", ...credential, property: "issuer" },
    ...{ expected: ISSUER, actual: ISSUER.toUpperCase() },
  },
  {
    mistake: "the credential for this ServiceAccount has an old issuer, beside one for another ServiceAccount with the right one",
    changes: { credential: { issuer: "https://old.example/" } },
    more: { federatedCredentials: [{ ...CREDENTIAL, subject: "system:serviceaccount:web:billing" }] },
    ...{
      rule: "WI001",
      code: "AADSTS700213",
      ...credential,
      property: "issuer",
      expected: ISSUER,
      actual: "https://old.example/",
    },
  },
  {
    mistake: "the credential has another audience",
    changes: { credential: { audiences: ["api://AKSIdentityBinding"] } },
    ...{ rule: "WI002", code: "AADSTS700212", ...credential, property: "audiences" },
    ...{ expected: AUDIENCE, actual: "api://AKSIdentityBinding" },
  },
  {
    mistake: "the credential's subject is in another namespace",
    changes: { credential: { subject: "system:serviceaccount:default:orders" } },
    ...{ rule: "WI003", code: "AADSTS700213", ...credential, property: "subject" },
    ...{ expected: SUBJECT, actual: "system:serviceaccount:default:orders" },
  },
  {
    mistake: "the credential's subject differs by case",
    changes: { credential: { subject: "system:serviceaccount:web:Orders" } },
    ...{ rule: "WI004", code: "AADSTS7002138", ...credential, property: "subject" },
    ...{ expected: SUBJECT, actual: "system:serviceaccount:web:Orders" },
  },
  {
    mistake: "the identity has no federated credential",
    changes: { credential: null },
    ...{ rule: "WI005", code: "AADSTS70025", resource: IDENTITY.resource, property: "federatedIdentityCredentials" },
    ...{ expected: `one for ${SUBJECT}`, actual: "none" },
  },
  {
    mistake: "the pod template has no label",
    changes: { pod: { labels: {} } },
    ...{ rule: "WI006", code: "PodNotMutated", ...pod, ...label, actual: "no such label" },
  },
  {
    mistake: "the label stands on the ServiceAccount only",
    changes: { pod: { labels: {} }, serviceAccount: { labels: { [USE_LABEL]: "true" } } },
    ...{ rule: "WI006", code: "PodNotMutated", ...pod, ...label, actual: "only on the ServiceAccount" },
  },
  {
    mistake: "the label stands on the Deployment only",
    changes: { pod: { labels: {}, ownerLabels: { [USE_LABEL]: "true" } } },
    ...{ rule: "WI006", code: "PodNotMutated", ...pod, ...label, actual: "only on the object that holds the pod template" },
  },
  {
    mistake: "the label's value is written True",
    changes: { pod: { labels: { [USE_LABEL]: "True" } } },
    ...{ rule: "WI006", code: "PodNotMutated", ...pod, ...label, actual: `${USE_LABEL}=True` },
  },
  {
    mistake: "workload identity is off in the cluster",
    changes: { cluster: { workloadIdentityEnabled: false } },
    ...{ rule: "WI007", code: "PodNotMutated", resource: CLUSTER_RESOURCE, property: "securityProfile.workloadIdentity.enabled" },
    ...{ expected: "true", actual: "false" },
  },
  {
    mistake: "the cluster's OIDC issuer is off",
    changes: { cluster: { issuer: undefined, oidcIssuerEnabled: false } },
    ...{ rule: "WI008", code: "AADSTS50166", resource: CLUSTER_RESOURCE, property: "oidcIssuerProfile.enabled" },
    ...{ expected: "true", actual: "false" },
  },
  {
    mistake: "the pod's ServiceAccount does not exist",
    changes: { serviceAccount: null },
    ...{ rule: "WI009", code: "AdmissionRefused", ...pod, property: "spec.template.spec.serviceAccountName" },
    ...{ expected: "a ServiceAccount that exists", actual: "web/orders" },
  },
  {
    mistake: "the pod's ServiceAccount is in another namespace",
    changes: { serviceAccount: { namespace: "default" } },
    ...{ rule: "WI009", code: "AdmissionRefused", ...pod, property: "spec.template.spec.serviceAccountName" },
    ...{ expected: "a ServiceAccount that exists", actual: "web/orders" },
  },
  {
    mistake: "the ServiceAccount is not annotated",
    changes: { serviceAccount: { annotations: {} } },
    ...{ rule: "WI010", code: "ClientIdNotInjected", ...clientId, expected: IDENTITY.clientId, actual: "none" },
  },
  {
    mistake: "the annotation is written client_id",
    changes: { serviceAccount: { annotations: { "azure.workload.identity/client_id": IDENTITY.clientId } } },
    ...{ rule: "WI010", code: "ClientIdNotInjected", ...clientId, expected: IDENTITY.clientId },
    actual: 'none, but there is "azure.workload.identity/client_id"',
  },
  {
    mistake: "the annotation is empty",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: "" } } },
    ...{ rule: "WI010", code: "ClientIdNotInjected", ...clientId, expected: IDENTITY.clientId, actual: "an empty text" },
  },
  {
    mistake: "the annotation is an application that does not exist",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: OTHER_GUID } } },
    ...{ rule: "WI011", code: "AADSTS700016", ...clientId, expected: IDENTITY.clientId, actual: OTHER_GUID },
  },
  {
    mistake: "the annotation is the identity's principalId",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.principalId } } },
    ...{ rule: "WI011", code: "AADSTS700016", ...clientId, expected: IDENTITY.clientId },
    actual: `${IDENTITY.principalId} (the principalId of id-orders)`,
  },
  {
    mistake: "the annotation is the identity's resource id",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.id } } },
    ...{ rule: "WI011", code: "AADSTS700016", ...clientId, expected: IDENTITY.clientId },
    actual: `${IDENTITY.id} (the resource id of id-orders)`,
  },
  {
    mistake: "the annotation names an identity that trusts nobody",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } } },
    more: { roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }] },
    ...{
      rule: "WI012",
      code: "AADSTS70025",
      ...clientId,
      expected: IDENTITY.clientId,
      actual: `${KUBELET.clientId} (id-kubelet)`,
    },
  },
  {
    mistake: "the annotation names an identity that trusts another ServiceAccount of the cluster",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } } },
    more: {
      federatedCredentials: [{ ...CREDENTIAL, identityId: KUBELET.id, subject: "system:serviceaccount:web:billing" }],
      roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }],
    },
    ...{
      rule: "WI012",
      code: "AADSTS700213",
      ...clientId,
      expected: IDENTITY.clientId,
      actual: `${KUBELET.clientId} (id-kubelet)`,
    },
  },
  {
    mistake: "the annotation names an identity that trusts another cluster",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } } },
    more: {
      federatedCredentials: [{ ...CREDENTIAL, identityId: KUBELET.id, issuer: "https://other.example/" }],
      roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }],
    },
    ...{
      rule: "WI012",
      code: "AADSTS700211",
      ...clientId,
      expected: IDENTITY.clientId,
      actual: `${KUBELET.clientId} (id-kubelet)`,
    },
  },
  {
    mistake: "the tenant annotation is another tenant",
    changes: {
      serviceAccount: { annotations: { ...SERVICE_ACCOUNT.annotations, [TENANT_ID_ANNOTATION]: OTHER_GUID } },
    },
    ...{ rule: "WI013", code: "VaultTenantMismatch", resource: SERVICE_ACCOUNT.resource },
    ...{ property: annotation(TENANT_ID_ANNOTATION), expected: TENANT_ID, actual: OTHER_GUID },
  },
  {
    mistake: "the token expiration on the ServiceAccount is below an hour",
    changes: {
      serviceAccount: { annotations: { ...SERVICE_ACCOUNT.annotations, [TOKEN_EXPIRATION_ANNOTATION]: "3599" } },
    },
    ...{ rule: "WI014", code: "AdmissionRefused", resource: SERVICE_ACCOUNT.resource },
    ...{ property: annotation(TOKEN_EXPIRATION_ANNOTATION), expected: "3600 to 86400 seconds", actual: "3599" },
  },
  {
    mistake: "the token expiration on the pod template is above a day",
    changes: { pod: { annotations: { [TOKEN_EXPIRATION_ANNOTATION]: "86401" } } },
    ...{ rule: "WI014", code: "AdmissionRefused", ...pod },
    property: `spec.template.${annotation(TOKEN_EXPIRATION_ANNOTATION)}`,
    ...{ expected: "3600 to 86400 seconds", actual: "86401" },
  },
  {
    mistake: "the token expiration has a unit",
    changes: { pod: { annotations: { [TOKEN_EXPIRATION_ANNOTATION]: "2h" } } },
    ...{ rule: "WI014", code: "AdmissionRefused", ...pod },
    property: `spec.template.${annotation(TOKEN_EXPIRATION_ANNOTATION)}`,
    ...{ expected: "3600 to 86400 seconds", actual: "2h" },
  },
  {
    mistake: "the pod skips its container",
    changes: { pod: { annotations: { [SKIP_CONTAINERS_ANNOTATION]: "sidecar; app" } } },
    ...{ rule: "WI015", code: "PodNotMutated", ...pod },
    property: `spec.template.${annotation(SKIP_CONTAINERS_ANNOTATION)}`,
    ...{ expected: "not app", actual: "sidecar;app" },
  },
  {
    mistake: "the container sets the client id itself",
    changes: { pod: { containers: container({ ...app, [POD_ENVIRONMENT.clientId]: OTHER_GUID }) } },
    ...{ rule: "WI016", code: "AADSTS700016", ...pod, property: variable(POD_ENVIRONMENT.clientId) },
    ...{ expected: `the value of ${CLIENT_ID_ANNOTATION}`, actual: OTHER_GUID },
  },
  {
    mistake: "the pod runs as the default ServiceAccount",
    changes: { pod: { serviceAccountName: "default" } },
    ...{ rule: "WI017", code: "ClientIdNotInjected", ...pod, property: "spec.template.spec.serviceAccountName" },
    ...{ expected: "orders", actual: "default" },
  },
  {
    mistake: "the identity has no role",
    changes: { role: null },
    ...{ rule: "WI020", code: "ForbiddenByRbac", resource: IDENTITY.resource, property: "role assignments" },
    ...{ expected: `Key Vault Secrets User on ${VAULT.id}`, actual: "none" },
  },
  {
    mistake: "the identity has Key Vault Reader",
    changes: { role: { roleDefinitionId: roleDefinitionId("keyVaultReader", VAULT.id) } },
    ...{ rule: "WI021", code: "ForbiddenByRbac", ...role, property: "roleDefinitionId" },
    ...{ expected: ROLES.keyVaultSecretsUser.name, actual: ROLES.keyVaultReader.name },
  },
  {
    mistake: "the identity has a role of which nothing is known",
    changes: { role: { roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${OTHER_GUID}` } },
    ...{
      rule: "WI021",
      code: "ForbiddenByRbac",
      ...role,
      property: "roleDefinitionId",
      expected: ROLES.keyVaultSecretsUser.name,
    },
    actual: `/providers/Microsoft.Authorization/roleDefinitions/${OTHER_GUID}`,
  },
  {
    mistake: "the role is on a vault whose name starts alike",
    changes: { role: { scope: `${VAULT.id}2` } },
    ...{ rule: "WI022", code: "ForbiddenByRbac", ...role, property: "scope", expected: VAULT.id, actual: `${VAULT.id}2` },
  },
  {
    mistake: "the role is on another secret of the vault",
    changes: { role: { scope: `${VAULT.id}/secrets/other` } },
    ...{
      rule: "WI022",
      code: "ForbiddenByRbac",
      ...role,
      property: "scope",
      expected: VAULT.id,
      actual: `${VAULT.id}/secrets/other`,
    },
  },
  {
    mistake: "the role is assigned to the clientId",
    changes: { role: { principalId: IDENTITY.clientId } },
    ...{ rule: "WI023", code: "ForbiddenByRbac", ...role, property: "principalId", expected: IDENTITY.principalId },
    actual: `${IDENTITY.clientId} (the clientId)`,
  },
  {
    mistake: "the vault uses access policies",
    changes: { vault: { rbac: false } },
    ...{ rule: "WI024", code: "AccessDenied", resource: VAULT.resource, property: "properties.enableRbacAuthorization" },
    ...{ expected: "true", actual: "false" },
  },
  {
    mistake: "the vault belongs to another tenant",
    changes: { vault: { tenantId: OTHER_GUID } },
    ...{ rule: "WI025", code: "VaultTenantMismatch", resource: VAULT.resource, property: "properties.tenantId" },
    ...{ expected: TENANT_ID, actual: OTHER_GUID },
  },
  {
    mistake: "the vault has no secret of the name",
    changes: { pod: { containers: container({ ...app, [APP_ENVIRONMENT.secretName]: "greetings" }) } },
    ...{ rule: "WI026", code: "SecretNotFound", ...pod, property: variable(APP_ENVIRONMENT.secretName) },
    ...{ expected: "greeting", actual: "greetings" },
  },
  {
    mistake: "the secret is in another vault",
    changes: { secret: { vaultId: `${VAULT.id}2` } },
    ...{ rule: "WI026", code: "SecretNotFound", ...pod, property: variable(APP_ENVIRONMENT.secretName) },
    ...{ expected: "a secret of this name", actual: "greeting" },
  },
  {
    mistake: "the secret is disabled",
    changes: { secret: { enabled: false } },
    ...{ rule: "WI027", code: "SecretDisabled", resource: SECRET.resource, property: "properties.attributes.enabled" },
    ...{ expected: "true", actual: "false" },
  },
  {
    mistake: "the vault address is no vault's",
    changes: { pod: { containers: container({ ...app, [APP_ENVIRONMENT.vaultUri]: "https://kv-oders.vault.azure.net/" }) } },
    ...{ rule: "WI028", code: "HostNotFound", ...pod, property: variable(APP_ENVIRONMENT.vaultUri) },
    ...{ expected: VAULT.uri, actual: "https://kv-oders.vault.azure.net/" },
  },
];

/** Given by the rehearsal, which runs pods; no check of declared links can give them. */
const NOT_FROM_LINKS: readonly RuleId[] = ["WI030", "WI031", "WI099"];

describe("the rules of the chain", () => {
  it("say nothing about a chain that works", () => {
    assert.deepEqual(findingsIn(chainModel()), []);
  });

  for (const { mistake, changes, more, rule, code, resource, property, expected, actual } of CASES) {
    it(`${rule}: ${mistake}`, () => {
      const { title, fix }: { title: string; fix?: string } = RULES[rule];
      assert.deepEqual(findingsIn(chainModel(changes, more)), [
        {
          rule,
          severity: "error",
          code,
          message: `Not so: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
          resource,
          property,
          expected,
          actual,
          fix: fix ?? CODES[code].fix,
        },
      ]);
    });
  }

  it("are all covered by the cases above", () => {
    const covered = new Set(CASES.map(({ rule }) => rule));
    assert.deepEqual(
      Object.keys(RULES).filter((rule) => !covered.has(rule as RuleId)),
      NOT_FROM_LINKS,
    );
  });
});
