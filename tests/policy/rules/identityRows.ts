// From the pod to a signed-in identity: what is said of a planned label, ServiceAccount, client id and federated credential.
import {
  AUDIENCE,
  CLIENT_ID_ANNOTATION,
  SKIP_CONTAINERS_ANNOTATION,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  USE_LABEL,
} from "../../../chain";
import { UNKNOWN } from "../../../policy/plan/planned";
import { APPLICATION } from "./application";
import {
  annotated,
  annotatedToo,
  EXISTING,
  GUID,
  given,
  IDS,
  ISSUER,
  named,
  nameOf,
  OTHERS,
  type Program,
  podSpec,
  type Rows,
  SUBJECT,
  template,
  toldToo,
} from "./row";

const issuer = (value: string, ...from: readonly string[]) => ({ credential: given("issuer", value, ...from) });
const subject = (value: string) => ({ changes: { credential: given("subject", value) } });
const audience = (value: string) => ({ changes: { credential: { inputs: { audiences: [value] } } } });
const labels = (value: unknown) => ({ changes: { deployment: template({ metadata: { labels: value } }) } });
const webhook = (enabled: unknown) => ({
  changes: { cluster: { inputs: { securityProfile: { workloadIdentity: { enabled } } } } },
});
const oidcIssuer = (enabled: unknown) => ({ changes: { cluster: { inputs: { oidcIssuerProfile: { enabled } } } } });
const account = (serviceAccountName: unknown, ...from: readonly string[]) => ({
  changes: { deployment: { ...podSpec({ serviceAccountName }), from: { spec: [...from, "vault", "secret"] } } },
});
const clientId = (value: string, ...from: readonly string[]) => ({
  changes: { identity: EXISTING, account: named(value, ["namespace", ...from]) },
});
const annotation = (key: string, value: string) => ({ changes: { identity: EXISTING, account: annotatedToo({ [key]: value }) } });
const skipped = (value: string) => ({
  changes: {
    deployment: template({
      metadata: { labels: { [USE_LABEL]: "true" }, annotations: { [SKIP_CONTAINERS_ANNOTATION]: value } },
    }),
  },
});
const variable = (value: string) => ({
  changes: {
    identity: EXISTING,
    account: named(IDS.clientId),
    deployment: toldToo({ name: "AZURE_CLIENT_ID", value }),
  },
});
const SECRET_PROVIDER = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass";
/** A pod that mounts its secret with this client id, which comes from these parts. */
const mounts = (clientID: string, ...from: readonly string[]): Program => ({
  changes: {
    identity: EXISTING,
    account: named(IDS.clientId),
    deployment: podSpec({ volumes: [{ name: "secrets", csi: { volumeAttributes: { secretProviderClass: "orders" } } }] }),
  },
  more: {
    ...OTHERS.identity,
    class: {
      type: SECRET_PROVIDER,
      inputs: {
        metadata: { name: "orders", namespace: "web" },
        spec: {
          provider: "azure",
          parameters: {
            clientID,
            keyvaultName: UNKNOWN,
            objects: "array:\n  - |\n    objectName: greeting\n    objectType: secret\n",
          },
        },
      },
      from: { spec: [...from, "vault"] },
      provider: "provider",
    },
  },
});
const onAccount = (key: string) => `metadata.annotations["${key}"]`;
const onPods = (path: string) => `spec.template.${path}`;

export const IDENTITY_ROWS: Rows = {
  WI001: {
    wrong: { changes: issuer(ISSUER) },
    says: [nameOf("credential"), "issuer", ISSUER],
    right: { changes: { ...issuer(ISSUER), cluster: { outputs: { oidcIssuerProfile: { issuerURL: ISSUER } } } } },
    unknown: [{ changes: issuer(UNKNOWN) }, { changes: issuer(UNKNOWN, "cluster", "other"), more: OTHERS.cluster }],
  },
  WI002: {
    wrong: audience(`${AUDIENCE}/`),
    says: [nameOf("credential"), "audiences", `${AUDIENCE}/`],
    right: audience(AUDIENCE),
    unknown: [audience(UNKNOWN), { changes: { credential: { inputs: { audiences: UNKNOWN } } } }],
  },
  WI003: {
    wrong: subject(`${SUBJECT}-api`),
    says: [nameOf("credential"), "subject", `${SUBJECT}-api`],
    right: subject(SUBJECT),
    unknown: [subject(UNKNOWN)],
  },
  WI004: {
    wrong: subject(SUBJECT.toUpperCase()),
    says: [nameOf("credential"), "subject", SUBJECT.toUpperCase()],
    right: subject(SUBJECT),
    unknown: [subject(UNKNOWN)],
  },
  WI005: {
    wrong: { changes: { credential: null } },
    says: [nameOf("identity"), "federatedIdentityCredentials", "none"],
    right: { changes: { credential: given("resourceName", "id-orders") } },
    unknown: [
      { changes: { credential: given("resourceName", UNKNOWN) } },
      { changes: { credential: given("resourceName", UNKNOWN, "identity", "other") }, more: OTHERS.identity },
    ],
  },
  WI006: {
    wrong: labels({ app: "orders" }),
    says: [nameOf("deployment"), onPods(`metadata.labels["${USE_LABEL}"]`), "no such label"],
    right: labels({ [USE_LABEL]: "true" }),
    unknown: [labels({ [USE_LABEL]: UNKNOWN }), labels(UNKNOWN)],
  },
  WI007: {
    wrong: webhook(false),
    says: [nameOf("cluster"), "securityProfile.workloadIdentity.enabled", "false"],
    right: webhook(true),
    unknown: [webhook(UNKNOWN), { changes: { cluster: { inputs: { securityProfile: UNKNOWN } } } }],
  },
  WI008: {
    wrong: oidcIssuer(false),
    says: [nameOf("cluster"), "oidcIssuerProfile.enabled", "false"],
    right: oidcIssuer(true),
    unknown: [oidcIssuer(UNKNOWN)],
  },
  WI009: {
    wrong: account("other"),
    says: [nameOf("deployment"), onPods("spec.serviceAccountName"), "web/other"],
    right: account("orders"),
    unknown: [account(UNKNOWN)],
  },
  WI010: {
    wrong: { changes: { account: annotated({}) } },
    says: [nameOf("account"), onAccount(CLIENT_ID_ANNOTATION), "none"],
    right: { changes: { account: named(UNKNOWN, ["namespace", "identity"]) } },
    unknown: [{ changes: { account: named(UNKNOWN) } }, { changes: { account: annotated(UNKNOWN) } }],
  },
  WI011: {
    wrong: clientId(IDS.principalId),
    says: [nameOf("account"), onAccount(CLIENT_ID_ANNOTATION), `${IDS.principalId} (the principalId of id-orders)`],
    right: clientId(IDS.clientId),
    unknown: [clientId(UNKNOWN), clientId(UNKNOWN, "identity")],
  },
  WI012: {
    wrong: { ...clientId(UNKNOWN, "other"), more: OTHERS.identity },
    says: [
      nameOf("account"),
      onAccount(CLIENT_ID_ANNOTATION),
      "<clientId of azure-native:managedidentity:UserAssignedIdentity::other> (id-other)",
    ],
    right: { ...clientId(UNKNOWN, "identity"), more: OTHERS.identity },
    unknown: [
      { ...clientId(UNKNOWN), more: OTHERS.identity },
      { ...clientId(UNKNOWN, "identity", "other"), more: OTHERS.identity },
    ],
  },
  WI013: {
    wrong: annotation(TENANT_ID_ANNOTATION, GUID),
    says: [nameOf("account"), onAccount(TENANT_ID_ANNOTATION), GUID],
    right: annotation(TENANT_ID_ANNOTATION, IDS.tenantId),
    unknown: [
      annotation(TENANT_ID_ANNOTATION, UNKNOWN),
      // The tenant of an identity that is still to come.
      { changes: { account: annotatedToo({ [TENANT_ID_ANNOTATION]: GUID }) } },
    ],
  },
  WI014: {
    wrong: annotation(TOKEN_EXPIRATION_ANNOTATION, "3599"),
    says: [nameOf("account"), onAccount(TOKEN_EXPIRATION_ANNOTATION), "3599"],
    right: annotation(TOKEN_EXPIRATION_ANNOTATION, "3600"),
    unknown: [annotation(TOKEN_EXPIRATION_ANNOTATION, UNKNOWN)],
  },
  WI015: {
    wrong: skipped("proxy;app"),
    says: [nameOf("deployment"), onPods(`metadata.annotations["${SKIP_CONTAINERS_ANNOTATION}"]`), "proxy;app"],
    right: skipped("proxy"),
    unknown: [skipped(UNKNOWN)],
  },
  WI016: {
    wrong: variable(GUID),
    says: [nameOf("deployment"), onPods('spec.containers["app"].env["AZURE_CLIENT_ID"]'), GUID],
    right: variable(IDS.clientId),
    unknown: [variable(UNKNOWN)],
  },
  WI017: {
    wrong: account(undefined),
    says: [nameOf("deployment"), onPods("spec.serviceAccountName"), "default"],
    right: account(UNKNOWN, "account"),
    unknown: [account(UNKNOWN), { changes: { deployment: { inputs: { spec: UNKNOWN }, from: { spec: [] } } } }],
  },
  WI018: {
    wrong: APPLICATION.withoutPrincipal,
    says: ["azuread:index/application:Application::application", "service principal", "none"],
    right: APPLICATION.right,
    unknown: [APPLICATION.ofNobodyKnows],
  },
  WI019: {
    wrong: mounts(UNKNOWN, "other"),
    says: [
      `${SECRET_PROVIDER}::class`,
      "spec.parameters.clientID",
      "<clientId of azure-native:managedidentity:UserAssignedIdentity::other> (id-other)",
    ],
    right: mounts(IDS.clientId),
    unknown: [mounts(UNKNOWN), mounts(UNKNOWN, "identity", "other")],
  },
};
