// Mistakes in tests/programs/public/entra-app: an application has more ids than a managed identity, and only one is right in each place.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";
import { ISSUER_OF_ANOTHER } from "./texts";

const POD = [resource("deployment", "reports")];
const ACCOUNT = [resource("serviceAccount", "reports-sa")];
const APPLICATION = [resource("application", "reports")];
const CREDENTIAL = [resource("applicationCredential", "reports-federated")];
const ROLE = [resource("role", "reports-can-read")];
const CLIENT_ID = '"azure.workload.identity/client-id": app.clientId';
const ISSUER = 'issuer: aks.oidcIssuerProfile.apply((x) => x?.issuerURL ?? ""),';
const PRINCIPAL = "principalId: servicePrincipal.objectId,";

export const ENTRA_APP: readonly Plant[] = [
  { mistake: "label-missing", edits: [edit(', "azure.workload.identity/use": "true"', "")], at: POD },
  { mistake: "object-id-in-annotation", edits: [edit(CLIENT_ID, CLIENT_ID.replace("clientId", "objectId"))], at: ACCOUNT },
  {
    mistake: "principal-id-in-annotation",
    edits: [edit(CLIENT_ID, CLIENT_ID.replace("app.clientId", "servicePrincipal.objectId"))],
    at: ACCOUNT,
  },
  {
    mistake: "role-for-object-id",
    edits: [edit(PRINCIPAL, "principalId: app.objectId,")],
    at: ROLE,
    refusal: /PrincipalTypeNotSupported/,
  },
  { mistake: "role-for-client-id", edits: [edit(PRINCIPAL, "principalId: servicePrincipal.clientId,")], at: ROLE },
  {
    mistake: "no-service-principal",
    edits: [
      edit('const servicePrincipal = new azuread.ServicePrincipal("reports", { clientId: app.clientId });\n', ""),
      edit(PRINCIPAL, "principalId: app.objectId,"),
    ],
    at: APPLICATION,
  },
  { mistake: "issuer-hard-coded", edits: [edit(ISSUER, `issuer: "${ISSUER_OF_ANOTHER}",`)], at: CREDENTIAL },
  {
    mistake: "issuer-without-slash",
    edits: [edit(ISSUER, ISSUER.replace("issuerURL", 'issuerURL?.replace(/\\/$/, "")'))],
    at: CREDENTIAL,
  },
  {
    mistake: "oidc-off",
    edits: [edit("  oidcIssuerProfile: { enabled: true },\n", "")],
    refusal: /InvalidRequestContent: issuer/,
    at: [resource("cluster", "reports-aks"), ...CREDENTIAL],
  },
  {
    mistake: "wrong-service-account",
    edits: [
      edit(
        "subject: `system:serviceaccount:${namespace}:${saName}`",
        "subject: `system:serviceaccount:${namespace}:${namespace}`",
      ),
    ],
    at: CREDENTIAL,
  },
  {
    mistake: "subject-case",
    edits: [
      edit('const saName = "reports-runner";', 'const saName = "reports-runner";\nconst trusted = "Reports-Runner";'),
      edit("${namespace}:${saName}`", "${namespace}:${trusted}`"),
    ],
    at: CREDENTIAL,
  },
  {
    mistake: "wrong-audience",
    edits: [
      edit(
        'pods of the reports service",\n  audiences: ["api://AzureADTokenExchange"]'.replace("pods", "Pods"),
        'Pods of the reports service",\n  audiences: [app.clientId]',
      ),
    ],
    at: CREDENTIAL,
  },
  {
    mistake: "missing-role",
    edits: [edit("scope: vault.id,", "scope: aks.id,")],
    at: [...ROLE, ...APPLICATION],
    rules: ["WI020", "WI022"],
  },
  { mistake: "secret-name", edits: [edit("value: token.name", 'value: "warehouse"')], at: POD },
];
