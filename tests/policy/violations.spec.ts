// What the policy says of programs that look otherwise than those that each rule is tried with (rules.spec.ts).
import { strict as assert } from "node:assert";
import { USE_LABEL } from "../../chain";
import { UNKNOWN } from "../../policy/plan/planned";
import { violations } from "../../policy/violations";
import { plannedChain, TEMPLATE, TYPES } from "./plannedChain";
import {
  another,
  GUID,
  ISSUER,
  named,
  nameOf,
  OTHERS,
  type Program,
  podSpec,
  type Row,
  SUBJECT,
  template,
  told,
} from "./rules/row";

interface Case extends Program {
  readonly what: string;
}
interface Mistake extends Case {
  readonly says: readonly [rule: string, ...Row["says"]];
}

const policyApart = (secrets: readonly string[]) => ({
  type: "azure-native:keyvault:AccessPolicy",
  inputs: { vaultName: UNKNOWN, policy: { tenantId: UNKNOWN, objectId: UNKNOWN, permissions: { secrets } } },
  from: { vaultName: ["vault"], policy: ["identity"] },
});
const BY_POLICIES_APART = { vault: { inputs: { properties: { enableRbacAuthorization: false } } }, role: null };

const RIGHT_PROGRAMS: readonly Case[] = [
  { what: "one of which nothing exists yet" },
  {
    what: "one whose client id comes from config, with identity and credential elsewhere",
    changes: { account: named(GUID), identity: null, credential: null, role: null },
  },
  {
    what: "one for a cluster that is there already",
    changes: { cluster: null, provider: { inputs: { kubeconfig: "{}" }, from: {} }, credential: { inputs: { issuer: ISSUER } } },
  },
  {
    what: "one whose vault's access policies are not known",
    changes: { vault: { inputs: { properties: { enableRbacAuthorization: false, accessPolicies: UNKNOWN } } }, role: null },
  },
  {
    what: "one that adds access policies apart",
    changes: BY_POLICIES_APART,
    more: { policy: { type: "azure-native:keyvault:AccessPolicy", inputs: {} } },
  },
  {
    what: "one that adds the identity's access policy apart",
    changes: BY_POLICIES_APART,
    more: { policy: policyApart(["get"]) },
  },
  { what: "one that does not say how its vault decides", changes: { vault: { inputs: { properties: {} } }, role: null } },
  {
    what: "one with a role on the group, by the group's name",
    changes: { role: { inputs: { scope: `/subscriptions/${GUID}/resourceGroups/RG-orders` }, from: { scope: [] } } },
  },
  { what: "one with a role on the group", changes: { role: { from: { scope: ["group"] } } } },
  { what: "one with a role whose scope is put together", changes: { role: { from: { scope: ["group", "vault"] } } } },
  {
    what: "one whose pods have nothing to do with it",
    changes: {
      account: { inputs: { metadata: { name: "orders", namespace: UNKNOWN } } },
      deployment: template({ metadata: {} }),
    },
  },
  {
    what: "one that lets somebody else in by GitHub's issuer as well",
    more: {
      github: another("credential", {
        inputs: { issuer: "https://token.actions.githubusercontent.com", subject: "repo:a/b:ref:refs/heads/main" },
        from: { issuer: [], subject: [] },
        after: ["credential"],
      }),
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
    what: "another cluster's issuer",
    changes: { credential: { from: { issuer: ["other"] } } },
    more: OTHERS.cluster,
    says: [
      "WI005",
      nameOf("identity"),
      "federatedIdentityCredentials",
      `only orders, for ${SUBJECT} of <issuerURL of ${TYPES.cluster}::other>`,
    ],
  },
  {
    what: "a typed client id",
    changes: { account: named(GUID) },
    says: ["WI011", nameOf("account"), 'metadata.annotations["azure.workload.identity/client-id"]', GUID],
  },
  { what: "no role", changes: { role: null }, says: ["WI020", nameOf("identity"), "role assignments", "none"] },
  {
    what: "a cluster without workload identity, where nothing says whose kubeconfig it is, as of a function that was not called",
    changes: {
      provider: { from: { kubeconfig: [] } },
      cluster: { inputs: { securityProfile: { workloadIdentity: { enabled: false } } } },
    },
    says: ["WI007", nameOf("cluster"), "securityProfile.workloadIdentity.enabled", "false"],
  },
  {
    what: "an access policy of its own that only lists",
    changes: BY_POLICIES_APART,
    more: { policy: policyApart(["list"]) },
    says: ["WI047", "azure-native:keyvault:AccessPolicy::policy", "policy.permissions.secrets", "list"],
  },
  {
    what: "no role, of a program that calls its variables otherwise",
    changes: { role: null, deployment: told([{ name: "VAULT", value: UNKNOWN }]) },
    says: ["WI020", nameOf("identity"), "role assignments", "none"],
  },
  {
    what: "a typed client id of a container that runs before the others",
    changes: { deployment: podSpec({ initContainers: [{ name: "init", env: [{ name: "AZURE_CLIENT_ID", value: GUID }] }] }) },
    says: ["WI016", nameOf("deployment"), 'spec.template.spec.initContainers["init"].env["AZURE_CLIENT_ID"]', GUID],
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
    more: {
      again: another("credential", {
        inputs: { resourceName: "id-orders", subject: `${SUBJECT}-api` },
        from: { resourceName: [], subject: [] },
      }),
    },
    says: ["WI085", `${TYPES.credential}::again`, "dependsOn", "beside orders"],
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
