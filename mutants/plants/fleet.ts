// Mistakes in tests/programs/public/fleet: what goes wrong once there are several clusters and identities.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";
import { CONTRIBUTOR, SECRETS_USER } from "./texts";

const REGIONS = ["westeurope", "northeurope"];
const SERVICES = ["orders", "billing"];
const IN_CLUSTERS = REGIONS.flatMap((region) => SERVICES.map((service) => `${region}-${service}`));
const PODS = IN_CLUSTERS.map((name) => resource("deployment", name));
const ACCOUNTS = IN_CLUSTERS.map((name) => resource("serviceAccount", name));
const CREDENTIALS = SERVICES.flatMap((service) => REGIONS.map((region) => resource("credential", `${service}-${region}`)));
const IDENTITIES = SERVICES.map((service) => resource("identity", `id-${service}`));
const ROLES = SERVICES.map((service) => resource("role", `${service}-reads`));
const SUBJECT = "subject: `system:serviceaccount:${namespace}:${name}`,";

export const FLEET: readonly Plant[] = [
  { mistake: "label-missing", edits: [edit('{ ...labels, "azure.workload.identity/use": "true" }', "{ ...labels }")], at: PODS },
  {
    mistake: "annotation-missing",
    edits: [edit('{ ...metadata, annotations: { "azure.workload.identity/client-id": identity.clientId } }', "metadata")],
    at: ACCOUNTS,
  },
  {
    mistake: "client-id-of-another-identity",
    edits: [
      edit('client-id": identity.clientId', 'client-id": shared.clientId'),
      edit(
        "for (const { name, namespace, secretName }",
        'const shared = new azure.managedidentity.UserAssignedIdentity("id-shared", { resourceGroupName: group.name });\n\nfor (const { name, namespace, secretName }',
      ),
    ],
    at: ACCOUNTS,
  },
  {
    mistake: "issuer-of-the-other-cluster",
    edits: [edit("        issuer,\n", "        issuer: clusters[0]!.issuer,\n")],
    at: CREDENTIALS,
    rules: ["WI084"],
    refusal: /Issuer and subject combination already exists/,
  },
  {
    mistake: "credential-name-shared",
    edits: [
      edit("federatedIdentityCredentialResourceName: `${name}-${region}`", "federatedIdentityCredentialResourceName: name"),
    ],
    at: CREDENTIALS,
  },
  { mistake: "parallel-writes", edits: [edit("{ dependsOn: [...written] }", "{}")], at: [...CREDENTIALS, ...IDENTITIES] },
  { mistake: "wrong-namespace", edits: [edit(SUBJECT, "subject: `system:serviceaccount:default:${name}`,")], at: CREDENTIALS },
  {
    mistake: "subject-swapped",
    edits: [edit(SUBJECT, "subject: `system:serviceaccount:${name}:${namespace}`,")],
    at: CREDENTIALS,
  },
  { mistake: "service-account-name", edits: [edit("serviceAccountName: name,", "serviceAccountName: `${name}-sa`,")], at: PODS },
  {
    mistake: "role-for-client-id",
    edits: [edit("principalId: identity.principalId", "principalId: identity.clientId")],
    at: ROLES,
  },
  { mistake: "contributor", edits: [edit(SECRETS_USER, CONTRIBUTOR)], at: ROLES },
  {
    mistake: "missing-role",
    edits: [edit("principalId: identity.principalId", "principalId: clientConfig.objectId")],
    at: IDENTITIES,
  },
  { mistake: "secret-name", edits: [edit("value: secret.name }", "value: `${name}-connection-string` }")], at: PODS },
  {
    mistake: "webhook-off",
    edits: [edit("workloadIdentity: { enabled: true }", "workloadIdentity: { enabled: region === regions[0] }")],
    at: [resource("cluster", "aks-northeurope")],
  },
];
