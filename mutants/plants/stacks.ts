// Mistakes in tests/programs/public/stacks/workload: what one stack takes from another.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";

const FILE = "workload/index.ts";
const POD = [resource("deployment", "tickets")];
const CREDENTIAL = [resource("credential", "tickets")];

export const STACKS: readonly Plant[] = [
  {
    mistake: "output-missing",
    edits: [edit('requireOutput("oidcIssuerUrl")', 'requireOutput("issuerUrl")', FILE)],
    at: ["platform"],
  },
  {
    mistake: "issuer-empty",
    edits: [edit('platform.requireOutput("oidcIssuerUrl")', 'platform.getOutput("issuerUrl").apply((url) => url ?? "")', FILE)],
    at: CREDENTIAL,
  },
  {
    mistake: "issuer-without-slash",
    edits: [edit("  issuer,\n", '  issuer: issuer.apply((url) => String(url).replace(/\\/$/, "")),\n', FILE)],
    at: CREDENTIAL,
  },
  {
    mistake: "vault-address",
    edits: [
      edit(
        'platform.requireOutput("vaultUri")',
        'pulumi.interpolate`https://${platform.requireOutput("resourceGroupName")}.vault.azure.net/`',
        FILE,
      ),
    ],
    at: POD,
  },
  { mistake: "label-missing", edits: [edit(', "azure.workload.identity/use": "true"', "", FILE)], at: POD },
  {
    mistake: "wrong-namespace",
    edits: [edit("serviceaccount:tickets:tickets", "serviceaccount:default:tickets", FILE)],
    at: CREDENTIAL,
  },
  {
    mistake: "role-for-client-id",
    edits: [edit("principalId: identity.principalId", "principalId: identity.clientId", FILE)],
    at: [resource("role", "tickets")],
  },
  {
    mistake: "annotation-misspelt",
    edits: [edit("azure.workload.identity/client-id", "azure.workload.identity/client-Id", FILE)],
    at: [resource("serviceAccount", "tickets")],
  },
  { mistake: "secret-name", edits: [edit("value: secret.name", 'value: "ticket-key"', FILE)], at: POD },
];
