// Mistakes in tests/programs/public/manifests: those that stand in YAML.
import { edit, type Plant } from "../plant";
import { resource } from "./resources";

const MAILER = "k8s/mailer.yaml";
const ACCOUNTS = "k8s/account.yaml";
/** As the rehearsal and as the engine name what comes from a file. */
const POD = [`k8s/mailer.yaml:1 (${resource("deployment", "mailer")})`, resource("deployment", "mail/mailer")];
const ACCOUNT = [`k8s/account.yaml:6 (${resource("serviceAccount", "mailer")})`, resource("serviceAccount", "mail/mailer")];
const CREDENTIAL = [resource("credential", "mailer")];
const LABEL = '        azure.workload.identity/use: "true"\n';

export const MANIFESTS: readonly Plant[] = [
  { mistake: "label-missing", edits: [edit(LABEL, "", MAILER)], at: POD },
  { mistake: "label-unquoted", edits: [edit('identity/use: "true"', "identity/use: true", MAILER)], at: POD },
  { mistake: "label-value", edits: [edit('identity/use: "true"', 'identity/use: "yes"', MAILER)], at: POD },
  {
    mistake: "label-on-deployment-only",
    edits: [
      edit(LABEL, "", MAILER),
      edit("labels:\n    app: mailer\n", 'labels:\n    app: mailer\n    azure.workload.identity/use: "true"\n', MAILER),
    ],
    at: POD,
  },
  {
    mistake: "annotation-missing",
    edits: [edit('manifest.kind === "ServiceAccount"', 'manifest.kind === "Serviceaccount"')],
    at: ACCOUNT,
  },
  {
    mistake: "annotation-misspelt",
    edits: [edit("azure.workload.identity/client-id", "azure.workload.identity/clientid")],
    at: ACCOUNT,
  },
  {
    mistake: "principal-id-in-annotation",
    edits: [edit('client-id": identity.clientId', 'client-id": identity.principalId')],
    at: ACCOUNT,
  },
  { mistake: "service-account-name", edits: [edit("serviceAccountName: mailer", "serviceAccountName: mail", MAILER)], at: POD },
  { mistake: "default-service-account", edits: [edit("      serviceAccountName: mailer\n", "", MAILER)], at: POD },
  {
    mistake: "service-account-elsewhere",
    edits: [edit("  name: mailer\n  namespace: mail\n", "  name: mailer\n  namespace: default\n", ACCOUNTS)],
    at: POD,
  },
  { mistake: "wrong-namespace", edits: [edit("serviceaccount:mail:mailer", "serviceaccount:default:mailer")], at: CREDENTIAL },
  { mistake: "wrong-service-account", edits: [edit("serviceaccount:mail:mailer", "serviceaccount:mail:mail")], at: CREDENTIAL },
  { mistake: "vault-address", edits: [edit("https://kv-mail-dev.", "https://kv-mail-dve.", MAILER)], at: POD },
  { mistake: "secret-name", edits: [edit("value: smtp-password", "value: smtp-pasword", MAILER)], at: POD },
  {
    mistake: "container-skipped",
    edits: [
      edit(
        "    metadata:\n      labels:\n        app: mailer\n",
        "    metadata:\n      annotations:\n        azure.workload.identity/skip-containers: mailer\n      labels:\n        app: mailer\n",
        MAILER,
      ),
    ],
    at: POD,
  },
];
