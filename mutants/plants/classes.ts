// Mistakes in tests/programs/public/classes: one mistake in a class is one in everything that is made of it.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";
import { KEY_VAULT_READER, SECRETS_USER } from "./texts";

const SERVICE = "service.ts";
const PLATFORM = "platform.ts";
const of = (kind: Parameters<typeof resource>[0], suffix: string) =>
  ["catalog", "basket"].map((name) => resource(kind, `${name}-${suffix}`));
const PODS = of("deployment", "deployment");
const ACCOUNTS = of("serviceAccount", "sa");
const CREDENTIALS = of("oldCredential", "fic");
const ROLES = of("role", "role");

export const CLASSES: readonly Plant[] = [
  {
    mistake: "label-missing",
    edits: [edit('{ ...labels, "azure.workload.identity/use": "true" }', "labels", SERVICE)],
    at: PODS,
  },
  {
    mistake: "principal-id-in-annotation",
    edits: [edit('client-id": this.identity.clientId', 'client-id": this.identity.principalId', SERVICE)],
    at: ACCOUNTS,
  },
  {
    mistake: "wrong-service-account",
    edits: [edit("${ns.metadata.name}:${account.metadata.name}`", "${ns.metadata.name}:${name}`", SERVICE)],
    at: CREDENTIALS,
  },
  {
    mistake: "wrong-namespace",
    edits: [edit("${ns.metadata.name}:${account.metadata.name}`", "default:${account.metadata.name}`", SERVICE)],
    at: CREDENTIALS,
  },
  {
    mistake: "issuer-without-slash",
    edits: [edit("profile!.issuerURL)", 'profile!.issuerURL!.replace(/\\/$/, ""))', PLATFORM)],
    at: CREDENTIALS,
  },
  {
    mistake: "wrong-audience",
    edits: [edit("api://AzureADTokenExchange", "api://AzureADTokenexchange", SERVICE)],
    at: CREDENTIALS,
  },
  {
    mistake: "webhook-off",
    edits: [edit("        securityProfile: { workloadIdentity: { enabled: true } },\n", "", PLATFORM)],
    at: [resource("cluster", "shop-aks")],
  },
  {
    mistake: "wrong-scope",
    edits: [edit("scope: stored.id,", "scope: platform.provider.id,", SERVICE)],
    at: [...ROLES, ...of("identity", "id")],
    rules: ["WI022", "WI020"],
  },
  {
    mistake: "role-for-client-id",
    edits: [edit("principalId: this.identity.principalId", "principalId: this.identity.clientId", SERVICE)],
    at: ROLES,
  },
  { mistake: "key-vault-reader", edits: [edit(SECRETS_USER, KEY_VAULT_READER, SERVICE)], at: ROLES },
  {
    mistake: "secret-of-another",
    edits: [edit("value: stored.name", 'value: "basket-db"', SERVICE)],
    at: [resource("deployment", "catalog-deployment"), resource("role", "catalog-role")],
  },
  {
    mistake: "property-misspelt",
    edits: [edit("serviceAccountName: account", "serviceAccount_Name: account", SERVICE)],
    at: PODS,
  },
];
