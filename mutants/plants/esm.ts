// Mistakes in tests/programs/public/esm: an identity that a pipeline uses too, and roles in a file of their own.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";
import { KEY_VAULT_READER, OTHER_GUID, SECRETS_USER } from "./texts";

const POD = [resource("deployment", "payments")];
const ACCOUNT = [resource("serviceAccount", "payments")];
const CREDENTIAL = [resource("credential", "payments-in-cluster")];
const IDENTITY = [resource("identity", "payments")];
const ROLE = [resource("role", "payments-reads-secrets")];
const CLUSTER = [resource("cluster", "payments")];
const READS = "scope: vault.id,\n  principalId: identity.principalId,";

export const ESM: readonly Plant[] = [
  { mistake: "label-missing", edits: [edit('{ ...labels, "azure.workload.identity/use": "true" }', "labels")], at: POD },
  { mistake: "tenant-annotation", edits: [edit('tenant-id": tenantId,', `tenant-id": "${OTHER_GUID}",`)], at: ACCOUNT },
  {
    mistake: "resource-id-in-annotation",
    edits: [edit('client-id": identity.clientId,', 'client-id": identity.id,')],
    at: ACCOUNT,
  },
  { mistake: "default-service-account", edits: [edit("serviceAccountName: account.metadata.name,", "")], at: POD },
  {
    mistake: "issuer-without-slash",
    edits: [edit('profile?.issuerURL ?? "");', 'profile?.issuerURL?.replace(/\\/$/, "") ?? "");')],
    at: CREDENTIAL,
  },
  { mistake: "oidc-off", edits: [edit("  oidcIssuerProfile: { enabled: true },\n", "")], at: [...CLUSTER, ...CREDENTIAL] },
  { mistake: "webhook-off", edits: [edit("  securityProfile: { workloadIdentity: { enabled: true } },\n", "")], at: CLUSTER },
  {
    mistake: "wrong-namespace",
    edits: [edit("serviceaccount:${account.metadata.namespace}:", "serviceaccount:${cluster.name}:")],
    at: CREDENTIAL,
  },
  {
    mistake: "subject-case",
    edits: [edit("serviceaccount:${account.metadata.namespace}:", "serviceaccount:Payments:")],
    at: CREDENTIAL,
  },
  {
    mistake: "wrong-audience",
    edits: [
      edit(
        'account.metadata.name}`,\n  audiences: ["api://AzureADTokenExchange"]',
        'account.metadata.name}`,\n  audiences: ["api://AzureADTokenExchange/"]',
      ),
    ],
    at: CREDENTIAL,
  },
  {
    mistake: "no-federated-credential",
    edits: [
      edit(
        "  issuer,\n  subject: pulumi.interpolate`system:serviceaccount:${account.metadata.namespace}:${account.metadata.name}`,",
        '  issuer: "https://token.actions.githubusercontent.com",\n  subject: `repo:${repository}:pull_request`,',
      ),
    ],
    at: [...IDENTITY, ...CREDENTIAL],
    rules: ["WI005", "WI001"],
  },
  {
    mistake: "parallel-writes",
    edits: [edit("  },\n  { dependsOn: inCluster },\n);", "  },\n);")],
    at: [...CREDENTIAL, ...IDENTITY, resource("credential", "payments-in-pipeline")],
  },
  { mistake: "key-vault-reader", edits: [edit(SECRETS_USER, KEY_VAULT_READER, "roles.ts")], at: ROLE },
  { mistake: "role-for-client-id", edits: [edit(READS, READS.replace("principalId,", "clientId,"))], at: ROLE },
  { mistake: "wrong-scope", edits: [edit(READS, READS.replace("vault.id", "cluster.id"))], at: ROLE },
  {
    mistake: "vault-address",
    edits: [edit("value: vault.properties.vaultUri", "value: pulumi.interpolate`https://${vault.name}1.vault.azure.net`")],
    at: POD,
  },
  { mistake: "secret-name", edits: [edit("value: apiKey.name", 'value: "apikey"')], at: POD },
  {
    mistake: "secret-disabled",
    edits: [edit("attributes: { enabled: true }", "attributes: { enabled: false }")],
    at: [resource("secret", "api-key")],
  },
  { mistake: "property-misspelt", edits: [edit("serviceAccountName: account", "serviceAccountname: account")], at: POD },
];
