// What the policy says of planned resources: nothing about right programs, and one violation at the right place for each mistake that a preview can show.
import { strict as assert } from "node:assert";
import { AUDIENCE, CLIENT_ID_ANNOTATION, ROLES, USE_LABEL } from "../../chain";
import { UNKNOWN } from "../../policy/plan/planned";
import { violations } from "../../policy/violations";
import { type PlanAdditions, type PlanChanges, plannedChain, RIGHT, TEMPLATE, TYPES } from "./plannedChain";

interface Case {
  readonly what: string;
  readonly changes: PlanChanges;
  readonly more?: PlanAdditions;
}
interface Mistake extends Case {
  readonly says: readonly [rule: string, resource: string, property: string, actual: string];
}

const GUID = "99999999-9999-4999-8999-999999999999";
const ISSUER = `https://westeurope.oic.prod-aks.azure.com/${GUID}/${GUID}/`;
const SUBJECT = "system:serviceaccount:web:orders";
const template = (change: object) => ({ inputs: { spec: { template: { ...TEMPLATE, ...change } } } });
const podSpec = (change: object) => template({ spec: { ...TEMPLATE.spec, ...change } });
const env = (...entries: readonly object[]) =>
  podSpec({ containers: TEMPLATE.spec.containers.map((container) => ({ ...container, env: [...container.env, ...entries] })) });
const annotated = (clientId: string, from: readonly string[] = ["namespace"]) => ({
  inputs: { metadata: { name: "orders", namespace: UNKNOWN, annotations: { [CLIENT_ID_ANNOTATION]: clientId } } },
  from: { metadata: from },
});
const policies = (secrets: readonly string[], count = 1) => ({
  inputs: {
    properties: {
      enableRbacAuthorization: false,
      accessPolicies: Array(count).fill({ tenantId: UNKNOWN, objectId: UNKNOWN, permissions: { secrets } }),
    },
  },
  from: { properties: ["identity"] },
});
const policyApart = (secrets: readonly string[]) => ({
  type: "azure-native:keyvault:AccessPolicy",
  inputs: { vaultName: UNKNOWN, policy: { tenantId: UNKNOWN, objectId: UNKNOWN, permissions: { secrets } } },
  from: { vaultName: ["vault"], policy: ["identity"] },
});
const SECRET_PROVIDER = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass";
const MOUNTS = { volumes: [{ name: "secrets", csi: { volumeAttributes: { secretProviderClass: "orders" } } }] };
const providerClass = (identity: string) => ({
  type: SECRET_PROVIDER,
  inputs: {
    metadata: { name: "orders", namespace: "web" },
    spec: {
      provider: "azure",
      parameters: {
        clientID: UNKNOWN,
        keyvaultName: UNKNOWN,
        objects: "array:\n  - |\n    objectName: greeting\n    objectType: secret\n",
      },
    },
  },
  from: { spec: [identity, "vault"] },
  provider: "provider",
});
const role = (id: string) => ({ inputs: { roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${id}` } });
const other = (part: "identity" | "vault" | "cluster", name: string, inputs: object) => ({
  ...RIGHT[part],
  type: TYPES[part],
  inputs: { ...RIGHT[part].inputs, ...inputs },
  name,
});
const OTHERS = {
  identity: { other: other("identity", "other", { resourceName: "id-other" }) },
  vault: { other: other("vault", "other", { vaultName: "kv-other" }) },
  cluster: { other: other("cluster", "other", { resourceName: "aks-other" }) },
};

const RIGHT_PROGRAMS: readonly Case[] = [
  { what: "one of which nothing exists yet", changes: {} },
  { what: "one whose audiences are not known", changes: { credential: { inputs: { audiences: UNKNOWN } } } },
  { what: "one with an audience that is not known", changes: { credential: { inputs: { audiences: [UNKNOWN] } } } },
  { what: "one that writes its subject out", changes: { credential: { inputs: { subject: SUBJECT }, from: { subject: [] } } } },
  {
    what: "one whose client id comes from config, with identity and credential elsewhere",
    changes: { account: annotated(GUID), identity: null, credential: null, role: null },
  },
  {
    what: "one whose annotation comes from two identities",
    changes: { account: { from: { metadata: ["identity", "other"] } } },
    more: OTHERS.identity,
  },
  {
    what: "one for a cluster that is there already",
    changes: { cluster: null, provider: { inputs: { kubeconfig: "{}" }, from: {} }, credential: { inputs: { issuer: ISSUER } } },
  },
  {
    what: "one whose vault has an access policy for it",
    changes: { vault: policies(["get"]), role: null },
  },
  {
    what: "one whose vault has several access policies, all for somebody not known",
    changes: { vault: policies(["get"], 2), role: null },
  },
  {
    what: "one whose vault's access policies are not known",
    changes: { vault: { inputs: { properties: { enableRbacAuthorization: false, accessPolicies: UNKNOWN } } }, role: null },
  },
  {
    what: "one that adds access policies apart",
    changes: { vault: { inputs: { properties: { enableRbacAuthorization: false } } }, role: null },
    more: { policy: { type: "azure-native:keyvault:AccessPolicy", inputs: {} } },
  },
  {
    what: "one that adds the identity's access policy apart",
    changes: { vault: { inputs: { properties: { enableRbacAuthorization: false } } }, role: null },
    more: { policy: policyApart(["get"]) },
  },
  {
    what: "one that mounts its secret by the CSI driver",
    changes: { deployment: podSpec(MOUNTS) },
    more: { class: providerClass("identity") },
  },
  { what: "one that does not say how its vault decides", changes: { vault: { inputs: { properties: {} } }, role: null } },
  {
    what: "one with a role on the group, by the group's name",
    changes: { role: { inputs: { scope: `/subscriptions/${GUID}/resourceGroups/RG-orders` }, from: { scope: [] } } },
  },
  { what: "one with a role on the group", changes: { role: { from: { scope: ["group"] } } } },
  { what: "one with a role whose scope is put together", changes: { role: { from: { scope: ["group", "vault"] } } } },
  { what: "one with a role that only Azure knows", changes: { role: role(GUID) } },
  {
    what: "one whose pods have nothing to do with it",
    changes: {
      account: { inputs: { metadata: { name: "orders", namespace: UNKNOWN } } },
      deployment: template({ metadata: {} }),
    },
  },
  {
    what: "one that lets somebody else in by GitHub's issuer as well",
    changes: {},
    more: {
      github: {
        ...RIGHT.credential,
        type: TYPES.credential,
        inputs: {
          ...RIGHT.credential.inputs,
          issuer: "https://token.actions.githubusercontent.com",
          subject: "repo:a/b:ref:refs/heads/main",
        },
        from: { resourceName: ["identity"] },
        after: ["credential"],
      },
    },
  },
  {
    what: "one that names an older API version",
    changes: {
      identity: { type: "azure-native:managedidentity/v20230131:UserAssignedIdentity" },
      credential: { type: "azure-native_managedidentity_v20230131:managedidentity:FederatedIdentityCredential" },
    },
  },
];

const MISTAKES: readonly Mistake[] = [
  {
    what: "a typed issuer",
    changes: { credential: { inputs: { issuer: ISSUER }, from: { issuer: [] } } },
    says: ["WI001", `${TYPES.credential}::credential`, "issuer", ISSUER],
  },
  {
    what: "another cluster's issuer",
    changes: { credential: { from: { issuer: ["other"] } } },
    more: OTHERS.cluster,
    says: [
      "WI005",
      `${TYPES.identity}::identity`,
      "federatedIdentityCredentials",
      `only orders, for ${SUBJECT} of <issuerURL of ${TYPES.cluster}::other>`,
    ],
  },
  {
    what: "another audience",
    changes: { credential: { inputs: { audiences: [`${AUDIENCE}/`] } } },
    says: ["WI002", `${TYPES.credential}::credential`, "audiences", `${AUDIENCE}/`],
  },
  {
    what: "another subject",
    changes: { credential: { inputs: { subject: `${SUBJECT}-api` }, from: { subject: [] } } },
    says: ["WI003", `${TYPES.credential}::credential`, "subject", `${SUBJECT}-api`],
  },
  {
    what: "capitals in the subject",
    changes: { credential: { inputs: { subject: SUBJECT.toUpperCase() }, from: { subject: [] } } },
    says: ["WI004", `${TYPES.credential}::credential`, "subject", SUBJECT.toUpperCase()],
  },
  {
    what: "no credential",
    changes: { credential: null },
    says: ["WI005", `${TYPES.identity}::identity`, "federatedIdentityCredentials", "none"],
  },
  {
    what: "no label on the pods",
    changes: { deployment: template({ metadata: {} }) },
    says: ["WI006", `${TYPES.deployment}::deployment`, `spec.template.metadata.labels["${USE_LABEL}"]`, "no such label"],
  },
  {
    what: "workload identity off",
    changes: { cluster: { inputs: { securityProfile: {} } } },
    says: ["WI007", `${TYPES.cluster}::cluster`, "securityProfile.workloadIdentity.enabled", "false"],
  },
  {
    what: "the issuer off",
    changes: { cluster: { inputs: { oidcIssuerProfile: { enabled: false } } } },
    says: ["WI008", `${TYPES.cluster}::cluster`, "oidcIssuerProfile.enabled", "false"],
  },
  {
    what: "a ServiceAccount that nobody makes",
    changes: { deployment: podSpec({ serviceAccountName: "other" }) },
    says: ["WI009", `${TYPES.deployment}::deployment`, "spec.template.spec.serviceAccountName", "web/other"],
  },
  {
    what: "no annotation",
    changes: { account: { inputs: { metadata: { name: "orders", namespace: UNKNOWN } } } },
    says: ["WI010", `${TYPES.account}::account`, `metadata.annotations["${CLIENT_ID_ANNOTATION}"]`, "none"],
  },
  {
    what: "a typed client id",
    changes: { account: annotated(GUID) },
    says: ["WI011", `${TYPES.account}::account`, `metadata.annotations["${CLIENT_ID_ANNOTATION}"]`, GUID],
  },
  {
    what: "another identity's client id",
    changes: { account: annotated(UNKNOWN, ["namespace", "other"]) },
    more: OTHERS.identity,
    says: [
      "WI012",
      `${TYPES.account}::account`,
      `metadata.annotations["${CLIENT_ID_ANNOTATION}"]`,
      `<clientId of ${TYPES.identity}::other> (id-other)`,
    ],
  },
  {
    what: "a typed client id in the container",
    changes: { deployment: env({ name: "AZURE_CLIENT_ID", value: GUID }) },
    says: ["WI016", `${TYPES.deployment}::deployment`, 'spec.template.spec.containers["app"].env["AZURE_CLIENT_ID"]', GUID],
  },
  {
    what: "the default ServiceAccount",
    changes: { deployment: podSpec({ serviceAccountName: undefined }) },
    says: ["WI017", `${TYPES.deployment}::deployment`, "spec.template.spec.serviceAccountName", "default"],
  },
  { what: "no role", changes: { role: null }, says: ["WI020", `${TYPES.identity}::identity`, "role assignments", "none"] },
  {
    what: "a role that reads no secret",
    changes: { role: role(ROLES.keyVaultReader.id) },
    says: ["WI021", `${TYPES.role}::role`, "roleDefinitionId", "Key Vault Reader"],
  },
  {
    what: "a role on another vault",
    changes: { role: { from: { scope: ["other"] } } },
    more: OTHERS.vault,
    says: [
      "WI022",
      `${TYPES.role}::role`,
      "scope",
      "/subscriptions/…/resourceGroups/rg-orders/providers/Microsoft.KeyVault/vaults/kv-other",
    ],
  },
  {
    what: "another identity's role",
    changes: { role: { from: { principalId: ["other"] } } },
    more: OTHERS.identity,
    says: ["WI020", `${TYPES.identity}::identity`, "role assignments", "none"],
  },
  {
    what: "a cluster without workload identity, where nothing says whose kubeconfig it is, as of a function that was not called",
    changes: {
      provider: { from: { kubeconfig: [] } },
      cluster: { inputs: { securityProfile: { workloadIdentity: { enabled: false } } } },
    },
    says: ["WI007", `${TYPES.cluster}::cluster`, "securityProfile.workloadIdentity.enabled", "false"],
  },
  {
    what: "a vault that takes no roles",
    changes: { vault: { inputs: { properties: { enableRbacAuthorization: false } } } },
    says: ["WI024", `${TYPES.vault}::vault`, "properties.enableRbacAuthorization", "false"],
  },
  {
    what: "an access policy that only lists",
    changes: { vault: policies(["list"]), role: null },
    says: [
      "WI047",
      `${TYPES.vault}::vault`,
      `properties.accessPolicies["<principalId of ${TYPES.identity}::identity>"].permissions.secrets`,
      "list",
    ],
  },
  {
    what: "another identity in a SecretProviderClass",
    changes: { deployment: podSpec(MOUNTS) },
    more: { ...OTHERS.identity, class: providerClass("other") },
    says: ["WI019", `${SECRET_PROVIDER}::class`, "spec.parameters.clientID", `<clientId of ${TYPES.identity}::other> (id-other)`],
  },
  {
    what: "an access policy of its own that only lists",
    changes: { vault: { inputs: { properties: { enableRbacAuthorization: false } } }, role: null },
    more: { policy: policyApart(["list"]) },
    says: ["WI047", "azure-native:keyvault:AccessPolicy::policy", "policy.permissions.secrets", "list"],
  },
  {
    what: "another identity's access policy",
    changes: { vault: { ...policies(["get"]), from: { properties: ["other"] } }, role: null },
    more: OTHERS.identity,
    says: [
      "WI046",
      `${TYPES.vault}::vault`,
      "properties.accessPolicies[].objectId",
      `only policies for <principalId of ${TYPES.identity}::other>`,
    ],
  },
  {
    what: "no role, of a program that calls its variables otherwise",
    changes: { role: null, deployment: podSpec({ containers: [{ name: "app", env: [{ name: "VAULT", value: UNKNOWN }] }] }) },
    says: ["WI020", `${TYPES.identity}::identity`, "role assignments", "none"],
  },
  {
    what: "a typed client id of a container that runs before the others",
    changes: { deployment: podSpec({ initContainers: [{ name: "init", env: [{ name: "AZURE_CLIENT_ID", value: GUID }] }] }) },
    says: ["WI016", `${TYPES.deployment}::deployment`, 'spec.template.spec.initContainers["init"].env["AZURE_CLIENT_ID"]', GUID],
  },
  {
    what: "the label on a CronJob, and on its Job",
    changes: {
      deployment: {
        type: "kubernetes:batch/v1:CronJob",
        inputs: {
          metadata: { name: "orders", namespace: UNKNOWN, labels: { [USE_LABEL]: "true" } },
          spec: {
            jobTemplate: { metadata: { labels: { [USE_LABEL]: "true" } }, spec: { template: { ...TEMPLATE, metadata: {} } } },
          },
        },
      },
    },
    says: [
      "WI006",
      "kubernetes:batch/v1:CronJob::deployment",
      `spec.jobTemplate.spec.template.metadata.labels["${USE_LABEL}"]`,
      "only on the object that holds the pod template",
    ],
  },
  {
    what: "a second trust without an order, by the identity's name",
    changes: {},
    more: {
      again: {
        ...RIGHT.credential,
        type: TYPES.credential,
        inputs: { ...RIGHT.credential.inputs, resourceName: "id-orders", subject: `${SUBJECT}-api` },
        from: { issuer: ["cluster"] },
      },
    },
    says: ["WI085", `${TYPES.credential}::credential`, "dependsOn", "beside orders"],
  },
  {
    what: "a new principal without its type, which azure-native calls User",
    changes: { role: { inputs: { principalType: "User" } } },
    says: ["WI078", `${TYPES.role}::role`, "principalType", "User"],
  },
  {
    what: "a pattern as the subject for a planned cluster",
    changes: { credential: { inputs: { subject: "system:serviceaccount:web:*" }, from: { subject: [] } }, deployment: null },
    says: ["WI074", `${TYPES.credential}::credential`, "subject", "system:serviceaccount:web:*"],
  },
  {
    what: "the annotation on the Deployment too",
    changes: {
      deployment: {
        inputs: { metadata: { name: "orders", namespace: UNKNOWN, annotations: { [CLIENT_ID_ANNOTATION]: UNKNOWN } } },
      },
    },
    says: ["WI076", `${TYPES.deployment}::deployment`, `metadata.annotations["${CLIENT_ID_ANNOTATION}"]`, "on Deployment"],
  },
  {
    what: "AcrPull on a registry that looks at other roles",
    changes: {},
    more: {
      registry: {
        type: "azure-native:containerregistry:Registry",
        inputs: { resourceGroupName: "rg-orders", registryName: "cr", roleAssignmentMode: "AbacRepositoryPermissions" },
      },
      pull: {
        ...RIGHT.role,
        type: TYPES.role,
        ...role(ROLES.acrPull.id),
        from: { scope: ["registry"], principalId: ["cluster"] },
      },
    },
    says: ["WI080", `${TYPES.role}::pull`, "roleDefinitionId", "AcrPull"],
  },
  {
    what: "a secret that is not made",
    changes: {
      deployment: podSpec({
        containers: [
          {
            name: "app",
            env: [
              { name: "KEY_VAULT_URI", value: UNKNOWN },
              { name: "SECRET_NAME", value: "welcome" },
            ],
          },
        ],
      }),
    },
    says: ["WI026", `${TYPES.deployment}::deployment`, 'spec.template.spec.containers["app"].env["SECRET_NAME"]', "welcome"],
  },
  {
    what: "a disabled secret",
    changes: { secret: { inputs: { properties: { attributes: { enabled: false } } } } },
    says: ["WI027", `${TYPES.secret}::secret`, "properties.attributes.enabled", "false"],
  },
];

describe("the policy", () => {
  for (const { what, changes, more } of RIGHT_PROGRAMS)
    it(`says nothing about ${what}`, () => assert.deepEqual(violations(plannedChain(changes, more)), []));

  for (const { what, changes, more, says } of MISTAKES)
    it(`says ${says[0]}: ${what}`, () =>
      assert.deepEqual(
        violations(plannedChain(changes, more)).map(({ rule, resource, property, actual }) => [rule, resource, property, actual]),
        [says],
      ));
});
