// Mistakes in tests/programs/public/minimal: what people get wrong who write the chain down for the first time.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";

const POD = [resource("deployment", "quotes")];
const ACCOUNT = [resource("serviceAccount", "sa")];
const CREDENTIAL = [resource("credential", "app-federation")];
const IDENTITY = [resource("identity", "app-identity")];
const ROLE = [resource("role", "app-secrets-user")];
const VAULT = [resource("vault", "vault")];
const CLUSTER = [resource("cluster", "aks")];

const LABEL = ', "azure.workload.identity/use": "true"';
const TEMPLATE_LABELS = `metadata: { labels: { ...appLabels, tier: "backend"${LABEL} } },`;
const ANNOTATIONS = 'annotations: { "azure.workload.identity/client-id": identity.clientId },';
const ISSUER = "issuer: cluster.oidcIssuerProfile.apply((profile) => profile!.issuerURL),";
const SUBJECT = "subject: `system:serviceaccount:${serviceAccountNamespace}:${serviceAccountName}`,";
const AUDIENCES = 'audiences: ["api://AzureADTokenExchange"],';
const USES_ACCOUNT = "serviceAccountName: serviceAccount.metadata.name,";
const ROLE_ID = "roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`";
const VAULT_URI = '{ name: "KEY_VAULT_URI", value: vault.properties.vaultUri },';
const OTHER_ISSUER =
  "https://westeurope.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10/";

export const MINIMAL: readonly Plant[] = [
  { mistake: "label-missing", edits: [edit(LABEL, "")], at: POD },
  { mistake: "label-misspelt", edits: [edit("azure.workload.identity/use", "azure.workload.identity/used")], at: POD },
  { mistake: "label-value", edits: [edit('identity/use": "true"', 'identity/use": "True"')], at: POD },
  {
    mistake: "label-on-deployment-only",
    edits: [edit(LABEL, ""), edit("labels: appLabels },\n    spec", `labels: { ...appLabels${LABEL} } },\n    spec`)],
    at: POD,
  },
  {
    mistake: "label-on-service-account-only",
    edits: [edit(LABEL, ""), edit(ANNOTATIONS, `${ANNOTATIONS}\n      labels: {${LABEL.slice(1)} },`)],
    at: POD,
  },
  { mistake: "annotation-missing", edits: [edit(ANNOTATIONS, "")], at: ACCOUNT },
  {
    mistake: "annotation-misspelt",
    edits: [edit("azure.workload.identity/client-id", "azure.workload.identity/client_id")],
    at: ACCOUNT,
  },
  {
    mistake: "annotation-on-service",
    edits: [
      edit(ANNOTATIONS, ""),
      edit('{ metadata: { name: "quotes" }, spec', `{ metadata: { name: "quotes", ${ANNOTATIONS.slice(0, -1)} }, spec`),
    ],
    at: [...ACCOUNT, resource("service", "quotes")],
  },
  {
    mistake: "principal-id-in-annotation",
    edits: [edit('client-id": identity.clientId', 'client-id": identity.principalId')],
    at: ACCOUNT,
  },
  {
    mistake: "resource-id-in-annotation",
    edits: [edit('client-id": identity.clientId', 'client-id": identity.id')],
    at: ACCOUNT,
  },
  { mistake: "default-service-account", edits: [edit(USES_ACCOUNT, "")], at: POD },
  { mistake: "service-account-name", edits: [edit(USES_ACCOUNT, 'serviceAccountName: "workload-identity",')], at: POD },
  {
    mistake: "service-account-elsewhere",
    edits: [edit("namespace: serviceAccountNamespace,\n      annotations", 'namespace: "kube-public",\n      annotations')],
    at: POD,
  },
  {
    mistake: "token-expiration",
    edits: [
      edit(ANNOTATIONS, `${ANNOTATIONS.slice(0, -3)}, "azure.workload.identity/service-account-token-expiration": "600" },`),
    ],
    at: ACCOUNT,
  },
  {
    mistake: "tenant-annotation",
    edits: [
      edit(
        ANNOTATIONS,
        `${ANNOTATIONS.slice(0, -3)}, "azure.workload.identity/tenant-id": "0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10" },`,
      ),
    ],
    at: ACCOUNT,
  },
  {
    mistake: "container-skipped",
    edits: [
      edit(
        TEMPLATE_LABELS,
        `${TEMPLATE_LABELS.slice(0, -3)}, annotations: { "azure.workload.identity/skip-containers": "quotes" } },`,
      ),
    ],
    at: POD,
  },
  {
    mistake: "client-id-by-hand",
    edits: [edit(VAULT_URI, `{ name: "AZURE_CLIENT_ID", value: identity.principalId },\n${VAULT_URI}`)],
    at: POD,
  },
  {
    mistake: "token-path-by-hand",
    edits: [
      edit(
        VAULT_URI,
        `{ name: "AZURE_FEDERATED_TOKEN_FILE", value: "/var/run/secrets/azure/tokens/azure-identity-token" },\n${VAULT_URI}`,
      ),
    ],
    at: POD,
  },
  {
    mistake: "issuer-without-slash",
    edits: [edit(ISSUER, ISSUER.replace("issuerURL", 'issuerURL!.replace(/\\/$/, "")'))],
    at: CREDENTIAL,
  },
  { mistake: "issuer-hard-coded", edits: [edit(ISSUER, `issuer: "${OTHER_ISSUER}",`)], at: CREDENTIAL },
  {
    mistake: "issuer-inside-cluster",
    edits: [edit(ISSUER, 'issuer: "https://kubernetes.default.svc.cluster.local",')],
    at: CREDENTIAL,
  },
  { mistake: "issuer-empty", edits: [edit(ISSUER, 'issuer: "",')], at: CREDENTIAL },
  {
    mistake: "issuer-entra",
    edits: [edit(ISSUER, "issuer: pulumi.interpolate`https://login.microsoftonline.com/${current.tenantId}/v2.0`,")],
    at: CREDENTIAL,
  },
  {
    mistake: "wrong-namespace",
    edits: [edit(SUBJECT, "subject: `system:serviceaccount:quotes:${serviceAccountName}`,")],
    at: CREDENTIAL,
  },
  {
    mistake: "wrong-service-account",
    edits: [edit(SUBJECT, "subject: `system:serviceaccount:${serviceAccountNamespace}:quotes`,")],
    at: CREDENTIAL,
  },
  {
    mistake: "subject-case",
    edits: [edit(SUBJECT, SUBJECT.replace("${serviceAccountName}", "Workload-Identity-SA"))],
    at: CREDENTIAL,
  },
  { mistake: "subject-typo", edits: [edit("system:serviceaccount", "system:serviceacount")], at: CREDENTIAL },
  { mistake: "wrong-audience", edits: [edit(AUDIENCES, 'audiences: ["https://vault.azure.net"],')], at: CREDENTIAL },
  { mistake: "audience-missing", edits: [edit(AUDIENCES, "audiences: [],")], at: CREDENTIAL },
  {
    mistake: "credential-twice",
    edits: [
      edit(
        "const credentials =",
        `new azure_native.managedidentity.FederatedIdentityCredential("again", {
  resourceGroupName: resourceGroup.name,
  resourceName: identity.name,
  ${ISSUER}
  ${SUBJECT}
  ${AUDIENCES}
}, { dependsOn: federatedCredential });

const credentials =`,
      ),
    ],
    at: [resource("credential", "again"), ...CREDENTIAL],
  },
  {
    mistake: "parallel-writes",
    edits: [
      edit(
        "const credentials =",
        `new azure_native.managedidentity.FederatedIdentityCredential("pipeline", {
  resourceGroupName: resourceGroup.name,
  resourceName: identity.name,
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:example/quotes:ref:refs/heads/main",
  ${AUDIENCES}
});

const credentials =`,
      ),
    ],
    at: [resource("credential", "pipeline"), ...CREDENTIAL, ...IDENTITY],
  },
  {
    mistake: "too-many-credentials",
    edits: [
      edit(
        "const credentials =",
        `let last = federatedCredential;
for (let index = 0; index < 20; index += 1) {
  last = new azure_native.managedidentity.FederatedIdentityCredential(\`more-\${index}\`, {
    resourceGroupName: resourceGroup.name,
    resourceName: identity.name,
    issuer: "https://token.actions.githubusercontent.com",
    subject: \`repo:example/quotes:environment:\${index}\`,
    ${AUDIENCES}
  }, { dependsOn: last });
}

const credentials =`,
      ),
    ],
    at: [resource("credential", "more-19"), ...IDENTITY],
  },
  {
    mistake: "missing-role",
    edits: [edit("principalId: identity.principalId,\n  principalType", "principalId: current.objectId,\n  principalType")],
    at: IDENTITY,
  },
  { mistake: "key-vault-reader", edits: [edit(ROLE_ID, "roleDefinitions/21090545-7ca7-4776-b22c-e363652d74d2`")], at: ROLE },
  { mistake: "contributor", edits: [edit(ROLE_ID, "roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`")], at: ROLE },
  {
    mistake: "role-for-client-id",
    edits: [edit("principalId: identity.principalId,\n  principalType", "principalId: identity.clientId,\n  principalType")],
    at: ROLE,
  },
  {
    mistake: "wrong-scope",
    edits: [edit("scope: vault.id,", "scope: cluster.id,")],
    at: [...ROLE, ...IDENTITY],
    rules: ["WI022", "WI020"],
  },
  {
    mistake: "access-policies",
    edits: [edit("enableRbacAuthorization: true", "enableRbacAuthorization: false, accessPolicies: []")],
    at: VAULT,
  },
  {
    mistake: "vault-of-another-tenant",
    edits: [edit("tenantId: current.tenantId,", 'tenantId: "0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10",')],
    at: VAULT,
  },
  {
    mistake: "vault-address",
    edits: [edit("value: vault.properties.vaultUri }", "value: pulumi.interpolate`https://${vault.name}s.vault.azure.net/` }")],
    at: POD,
  },
  { mistake: "secret-name", edits: [edit("value: secret.name }", 'value: "db-pasword" }')], at: POD },
  {
    mistake: "secret-disabled",
    edits: [edit('?? "not-a-real-password" },', '?? "not-a-real-password", attributes: { enabled: false } },')],
    at: [resource("secret", "db-password")],
  },
  {
    mistake: "webhook-off",
    edits: [edit("workloadIdentity: { enabled: true }", "workloadIdentity: { enabled: false }")],
    at: CLUSTER,
  },
  {
    mistake: "oidc-off",
    edits: [edit("oidcIssuerProfile: { enabled: true }", "oidcIssuerProfile: { enabled: false }")],
    at: [...CLUSTER, ...CREDENTIAL],
  },
  {
    mistake: "credential-name",
    edits: [edit(SUBJECT, `federatedIdentityCredentialResourceName: "quotes.default",\n  ${SUBJECT}`)],
    at: CREDENTIAL,
  },
  { mistake: "principal-type-missing", edits: [edit('  principalType: "ServicePrincipal",\n', "")], at: ROLE },
  {
    mistake: "client-secret-left",
    edits: [edit(VAULT_URI, `{ name: "AZURE_CLIENT_SECRET", value: "not-a-real-secret" },\n${VAULT_URI}`)],
    at: POD,
  },
  {
    mistake: "undefined-in-text",
    edits: [
      edit("value: vault.properties.vaultUri }", "value: vault.properties.apply((properties: any) => `${properties.uri}`) }"),
    ],
    at: POD,
  },
];
