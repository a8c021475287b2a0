// Mistakes in tests/programs/public/string-ids: text that has to agree in several places.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";

const POD = [resource("deployment", "search")];
const CREDENTIAL = [resource("credential", "credential")];
const ROLE = [resource("role", "reads")];
const IDENTITY = [resource("identity", "identity")];
const SUBJECT = '["system", "serviceaccount", "search", "search"]';

export const STRING_IDS: readonly Plant[] = [
  {
    mistake: "wrong-scope",
    edits: [edit("Microsoft.KeyVault/vaults/${vaultName}`", "Microsoft.KeyVault/vaults/${vaultName}-old`")],
    at: ROLE,
  },
  {
    mistake: "role-without-action",
    edits: [edit("secrets/getSecret/action", "secrets/readMetadata/action")],
    at: [...ROLE, resource("roleDefinition", "read-secrets")],
  },
  {
    mistake: "role-as-action",
    edits: [edit("[{ dataActions:", "[{ actions:")],
    at: [...ROLE, resource("roleDefinition", "read-secrets")],
  },
  {
    mistake: "role-for-client-id",
    edits: [edit("principalId: identity.principalId", "principalId: identity.clientId")],
    at: ROLE,
  },
  {
    mistake: "resource-id-in-annotation",
    edits: [edit('client-id": identity.clientId', 'client-id": identityName')],
    at: [resource("serviceAccount", "search")],
  },
  { mistake: "subject-typo", edits: [edit(SUBJECT, SUBJECT.replace("serviceaccount", "serviceaccounts"))], at: CREDENTIAL },
  { mistake: "subject-separator", edits: [edit(`${SUBJECT}.join(":")`, `${SUBJECT}.join("/")`)], at: CREDENTIAL },
  { mistake: "subject-case", edits: [edit(SUBJECT, SUBJECT.replace('"search"]', '"Search"]'))], at: CREDENTIAL },
  {
    mistake: "issuer-of-another-cluster",
    edits: [edit('(profile) => profile?.issuerURL ?? ""', "() => `https://westeurope.oic.prod-aks.azure.com/${sub}/${sub}/`")],
    at: CREDENTIAL,
  },
  {
    mistake: "credential-of-another-identity",
    edits: [
      edit(
        "    ...inGroup,\n    resourceName: identityName,\n    federatedIdentity",
        "    ...inGroup,\n    resourceName: `id-search`,\n    federatedIdentity",
      ),
    ],
    at: [...IDENTITY, ...CREDENTIAL],
  },
  { mistake: "service-account-name", edits: [edit('serviceAccountName: "search"', 'serviceAccountName: "serach"')], at: POD },
  {
    mistake: "vault-address",
    edits: [edit("https://${vaultName}.vault.azure.net/", "https://${vaultName}.vaults.azure.net/")],
    at: POD,
  },
  {
    mistake: "secret-name",
    edits: [edit('{ name: "SECRET_NAME", value: "index-key" }', '{ name: "SECRET_NAME", value: "index_key" }')],
    at: POD,
  },
];
