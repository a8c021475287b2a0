// What planned resources show by themselves or beside each other, whichever pod needs them.
import { AUDIENCE, CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION, USE_LABEL } from "../../../chain";
import { UNKNOWN } from "../../../policy/plan/planned";
import type { PlanAdditions } from "../plannedChain";
import {
  annotated,
  another,
  GUID,
  given,
  ISSUER,
  nameOf,
  type Program,
  type Rows,
  roleId,
  SUBJECT,
  template,
  told,
  toldToo,
} from "./row";

const audiences = (value: unknown) => ({ changes: { credential: { inputs: { audiences: value } } } });
const named = (value: string) => ({
  changes: { credential: { inputs: { federatedIdentityCredentialResourceName: value } } },
});
/** Seen from a pod, one of these is another rule's as well. */
const withoutPods = (input: string, value: string, ...from: readonly string[]) => ({
  changes: { credential: given(input, value, ...from), deployment: null },
});
const onAccount = (annotations: unknown) => ({ changes: { account: annotated(annotations) } });
const onDeployment = (metadata: object) => ({
  changes: { deployment: { inputs: { metadata: { name: "orders", namespace: UNKNOWN, ...metadata } } } },
});
const label = (value: unknown) => ({ changes: { deployment: template({ metadata: { labels: { [USE_LABEL]: value } } }) } });
const principalType = (value: string) => ({ changes: { role: { inputs: { principalType: value } } } });
const pull = (roleDefinitionId: string, roleAssignmentMode = "AbacRepositoryPermissions"): Program => ({
  more: {
    registry: {
      type: "azure-native:containerregistry:Registry",
      inputs: { resourceGroupName: "rg-orders", registryName: "cr", roleAssignmentMode },
    },
    pull: another("role", { inputs: { roleDefinitionId }, from: { scope: ["registry"], principalId: ["cluster"] } }),
  },
});
const variable = (name: string, value: string) => ({ changes: { deployment: toldToo({ name, value }) } });
/** This many credentials for other ServiceAccounts, one after another. */
const further = (count: number, change: object = {}): Program => ({
  more: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `further${index}`,
      another("credential", {
        ...given("subject", `${SUBJECT}-${index}`),
        after: [index === 0 ? "credential" : `further${index - 1}`],
        ...change,
      }),
    ]),
  ) satisfies PlanAdditions,
});
/** A second credential of this identity and for this subject, which waits for the first or does not. */
const second = (subject: string, after: readonly string[], identity: readonly string[] = ["identity"]): Program => ({
  more: {
    second: another("credential", {
      inputs: { federatedIdentityCredentialResourceName: "again", subject },
      from: { subject: [], resourceName: identity },
      after,
    }),
  },
});
const API = `${SUBJECT}-api`;

export const DECLARED_ROWS: Rows = {
  WI070: {
    wrong: audiences([AUDIENCE, "api://other"]),
    says: [nameOf("credential"), "audiences", `${AUDIENCE}, api://other`],
    right: audiences([AUDIENCE]),
    unknown: [audiences(UNKNOWN), audiences([AUDIENCE, UNKNOWN])],
  },
  WI071: {
    wrong: named("web/orders"),
    says: [nameOf("credential"), "name", "web/orders"],
    right: named("web-orders"),
    unknown: [named(UNKNOWN)],
  },
  WI072: {
    wrong: withoutPods("issuer", `https://login.microsoftonline.com/${GUID}/v2.0`),
    says: [nameOf("credential"), "issuer", `https://login.microsoftonline.com/${GUID}/v2.0`],
    right: withoutPods("issuer", ISSUER),
    unknown: [withoutPods("issuer", UNKNOWN)],
  },
  WI073: {
    wrong: withoutPods("issuer", ISSUER.slice(0, -1)),
    says: [nameOf("credential"), "issuer", ISSUER.slice(0, -1)],
    right: withoutPods("issuer", ISSUER),
    unknown: [withoutPods("issuer", UNKNOWN)],
  },
  WI074: {
    wrong: withoutPods("subject", "system:serviceaccount:web:*"),
    says: [nameOf("credential"), "subject", "system:serviceaccount:web:*"],
    right: withoutPods("subject", SUBJECT),
    unknown: [
      withoutPods("subject", UNKNOWN),
      // Whose the issuer is.
      {
        changes: {
          credential: { inputs: { issuer: UNKNOWN, subject: "repo:a/b:ref:refs/heads/main" }, from: { issuer: [], subject: [] } },
          deployment: null,
        },
      },
    ],
  },
  WI075: {
    wrong: onAccount({ [CLIENT_ID_ANNOTATION]: UNKNOWN, "azure.workload.identity/tenant_id": GUID }),
    says: [nameOf("account"), "metadata.annotations", "azure.workload.identity/tenant_id"],
    right: onAccount({ [CLIENT_ID_ANNOTATION]: UNKNOWN, [TENANT_ID_ANNOTATION]: GUID }),
    unknown: [onAccount(UNKNOWN), { changes: { account: { inputs: { metadata: UNKNOWN } } } }],
  },
  WI076: {
    wrong: onDeployment({ annotations: { [CLIENT_ID_ANNOTATION]: UNKNOWN } }),
    says: [nameOf("deployment"), `metadata.annotations["${CLIENT_ID_ANNOTATION}"]`, "on Deployment"],
    right: onDeployment({ annotations: { "app.kubernetes.io/part-of": "orders" } }),
    unknown: [onDeployment({ annotations: UNKNOWN })],
  },
  WI077: {
    wrong: label(true),
    says: [nameOf("deployment"), `spec.template.metadata.labels["${USE_LABEL}"]`, "true, which is no text"],
    right: label("true"),
    unknown: [label(UNKNOWN)],
  },
  WI078: {
    wrong: principalType("User"),
    says: [nameOf("role"), "principalType", "User"],
    right: principalType("ServicePrincipal"),
    unknown: [
      principalType(UNKNOWN),
      // Whom the role is for.
      { changes: { role: { inputs: { principalType: "User" }, from: { principalId: [] } } } },
    ],
  },
  WI080: {
    wrong: pull(roleId("acrPull")),
    says: ["azure-native:authorization:RoleAssignment::pull", "roleDefinitionId", "AcrPull"],
    right: pull(roleId("containerRegistryRepositoryReader")),
    unknown: [pull(UNKNOWN), pull(roleId("acrPull"), UNKNOWN)],
  },
  WI081: {
    wrong: variable("TOKEN", "/var/run/secrets/azure/tokens/azure-identity-token"),
    says: [
      nameOf("deployment"),
      'spec.template.spec.containers["app"].env["TOKEN"]',
      "/var/run/secrets/azure/tokens/azure-identity-token",
    ],
    right: variable("TOKEN", "$(AZURE_FEDERATED_TOKEN_FILE)"),
    unknown: [variable("TOKEN", UNKNOWN)],
  },
  WI082: {
    wrong: variable("AZURE_CLIENT_SECRET", UNKNOWN),
    says: [nameOf("deployment"), 'spec.template.spec.containers["app"].env["AZURE_CLIENT_SECRET"]', "AZURE_CLIENT_SECRET"],
    right: variable("AZURE_LOG_LEVEL", "info"),
    unknown: [variable(UNKNOWN, "secret"), { changes: { deployment: told(UNKNOWN) } }],
  },
  WI083: {
    wrong: further(20),
    says: [nameOf("identity"), "federatedIdentityCredentials", "21"],
    right: further(19),
    unknown: [further(20, { ...given("resourceName", UNKNOWN) })],
  },
  WI084: {
    wrong: second(SUBJECT, ["credential"]),
    says: [
      "azure-native:managedidentity:FederatedIdentityCredential::second",
      "subject",
      `${SUBJECT} of <issuerURL of azure-native:containerservice:ManagedCluster::cluster>, as orders`,
    ],
    right: second(API, ["credential"]),
    unknown: [second(UNKNOWN, ["credential"]), second(SUBJECT, ["credential"], [])],
  },
  WI085: {
    wrong: second(API, []),
    says: ["azure-native:managedidentity:FederatedIdentityCredential::second", "dependsOn", "beside orders"],
    right: second(API, ["credential"]),
    unknown: [second(API, [], [])],
  },
};
