// Mistakes in tests/programs/public/batch: in jobs, in init containers, and beside sidecars.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";

const NIGHTLY = [resource("cronJob", "nightly")];
const BACKFILL = [resource("job", "backfill")];
const STATE = [resource("statefulSet", "state")];
const ACCOUNT = [resource("serviceAccount", "etl")];
const CREDENTIAL = [resource("credential", "etl")];
const LABEL = ', "azure.workload.identity/use": "true"';

export const BATCH: readonly Plant[] = [
  {
    mistake: "label-on-cron-job-only",
    edits: [
      edit(`{ job: "nightly"${LABEL} }`, '{ job: "nightly" }'),
      edit('labels: { schedule: "nightly" }', `labels: { schedule: "nightly"${LABEL} }`),
    ],
    at: NIGHTLY,
  },
  { mistake: "label-missing", edits: [edit(`{ job: "backfill"${LABEL} }`, '{ job: "backfill" }')], at: BACKFILL },
  {
    mistake: "label-value",
    edits: [edit(`{ app: "state"${LABEL} }`, '{ app: "state", "azure.workload.identity/use": "1" }')],
    at: STATE,
  },
  {
    mistake: "default-service-account",
    edits: [
      edit(
        '          serviceAccountName: account.metadata.name,\n          restartPolicy: "Never",',
        '          restartPolicy: "Never",',
      ),
    ],
    at: BACKFILL,
  },
  {
    mistake: "service-account-name",
    edits: [
      edit(
        'serviceAccountName: account.metadata.name,\n              restartPolicy: "OnFailure",',
        'serviceAccountName: "nightly",\n              restartPolicy: "OnFailure",',
      ),
    ],
    at: NIGHTLY,
  },
  {
    mistake: "container-skipped",
    edits: [
      edit(
        `metadata: { labels: { app: "state"${LABEL} } },`,
        `metadata: { labels: { app: "state"${LABEL} }, annotations: { "azure.workload.identity/skip-containers": "schema;logs" } },`,
      ),
    ],
    at: STATE,
  },
  {
    mistake: "client-id-by-hand",
    edits: [
      edit(
        'image: "ghcr.io/example/state:4.1.0", env }',
        'image: "ghcr.io/example/state:4.1.0", env: [...env, { name: "AZURE_CLIENT_ID", value: identity.principalId }] }',
      ),
    ],
    at: STATE,
  },
  {
    mistake: "secret-name",
    edits: [
      edit(
        'image: "ghcr.io/example/schema:1.0.0", env }',
        'image: "ghcr.io/example/schema:1.0.0", env: [env[0]!, { name: "SECRET_NAME", value: "lakekey" }] }',
      ),
    ],
    at: STATE,
  },
  {
    mistake: "vault-address",
    edits: [
      edit(
        'image: "ghcr.io/example/etl:5.0.0", env }',
        'image: "ghcr.io/example/etl:5.0.0", env: [{ name: "KEY_VAULT_URI", value: "https://data.vault.azure.net" }, env[1]!] }',
      ),
    ],
    at: NIGHTLY,
  },
  {
    mistake: "annotation-misspelt",
    edits: [edit("azure.workload.identity/client-id", "azure.workload.identity/clientId")],
    at: ACCOUNT,
  },
  {
    mistake: "wrong-namespace",
    edits: [edit("system:serviceaccount:etl:etl", "system:serviceaccount:data:etl")],
    at: CREDENTIAL,
  },
  {
    mistake: "issuer-entra",
    edits: [
      edit(
        "issuer: cluster.oidcIssuerProfile.apply((profile) => profile!.issuerURL),",
        "issuer: pulumi.interpolate`https://sts.windows.net/${current.tenantId}/`,",
      ),
    ],
    at: CREDENTIAL,
  },
  {
    mistake: "missing-role",
    edits: [edit("principalId: identity.principalId", "principalId: current.objectId")],
    at: [resource("identity", "etl")],
  },
];
