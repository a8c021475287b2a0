// Mistakes in tests/programs/public/access-policies: of a vault where roles do not count.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";

const POD = [resource("deployment", "worker")];
const ACCOUNT = [resource("serviceAccount", "worker")];
const VAULT = [resource("vault", "legacy-kv")];
const CREDENTIAL = [resource("credential", "worker-federation")];
const POLICY = "objectId: worker.principalId,";

export const ACCESS_POLICIES: readonly Plant[] = [
  { mistake: "policy-for-client-id", edits: [edit(POLICY, "objectId: worker.clientId,")], at: VAULT },
  { mistake: "policy-for-another", edits: [edit(POLICY, "objectId: me.objectId,")], at: VAULT },
  { mistake: "policy-without-get", edits: [edit('secrets: ["get", "list"]', 'secrets: ["list"]')], at: VAULT },
  {
    mistake: "policy-for-keys",
    edits: [edit('permissions: { secrets: ["get", "list"] }', 'permissions: { keys: ["get", "list"] }')],
    at: VAULT,
  },
  {
    mistake: "access-policies",
    edits: [
      edit(
        '      {\n        tenantId: me.tenantId,\n        objectId: worker.principalId,\n        permissions: { secrets: ["get", "list"] },\n      },\n',
        "",
      ),
      edit(
        "// The auditor reads",
        `new azure.authorization.RoleAssignment("worker-reads", {
  scope: vault.id,
  principalId: worker.principalId,
  principalType: "ServicePrincipal",
  roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
});
// The auditor reads`,
      ),
    ],
    at: VAULT,
  },
  {
    mistake: "client-id-of-another-identity",
    edits: [edit('client-id": worker.clientId', 'client-id": auditor.clientId')],
    at: ACCOUNT,
  },
  {
    mistake: "label-on-service-account-only",
    edits: [
      edit(', "azure.workload.identity/use": "true"', ""),
      edit(
        '"app.kubernetes.io/managed-by": "pulumi"',
        '"app.kubernetes.io/managed-by": "pulumi", "azure.workload.identity/use": "true"',
      ),
    ],
    at: POD,
  },
  {
    mistake: "issuer-inside-cluster",
    edits: [edit("issuer: aks.oidcIssuerProfile.apply((p) => p!.issuerURL!),", 'issuer: "https://kubernetes.default.svc",')],
    at: CREDENTIAL,
  },
  {
    mistake: "wrong-service-account",
    edits: [edit("serviceaccount:jobs:worker", "serviceaccount:jobs:workers")],
    at: CREDENTIAL,
  },
  {
    mistake: "vault-address",
    edits: [
      edit(
        '{ name: "KEYVAULT_URI", value: vault.properties.vaultUri }',
        '{ name: "KEYVAULT_URI", value: "https://kv-legacy-prod.vault.azure.net/" }',
      ),
    ],
    at: POD,
  },
  { mistake: "secret-name", edits: [edit("value: secret.name", 'value: "queue"')], at: POD },
];
