import { strict as assert } from "node:assert";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import {
  AUDIENCE,
  CLIENT_ID_ANNOTATION,
  ROLES,
  type RoleName,
  roleAssignmentName,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
} from "../../chain";
import { WorkloadIdentity, type WorkloadIdentityArgs } from "../../components";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { type RunOptions, run } from "../support/program";
import {
  assertFails,
  assertRefused,
  childrenOf,
  dependsOnOf,
  ISSUER,
  kubernetes,
  resourceGroup,
  roleId,
  shortUrn,
} from "./fixtures";

const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const COMPONENT = "aks-workload-identity:index:WorkloadIdentity orders";
const FEDERATION_URL = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";

function make(
  overrides: Partial<WorkloadIdentityArgs> = {},
  opts: pulumi.ComponentResourceOptions = {},
  { provider, namespace } = kubernetes(),
) {
  const group = resourceGroup();
  return new WorkloadIdentity(
    "orders",
    {
      resourceGroupName: group.name,
      identityName: "id-orders",
      issuerUrl: ISSUER,
      namespace,
      serviceAccount: { name: "orders" },
      roles: { group: { scope: group.id, role: "reader" } },
      ...overrides,
    },
    { ...("providers" in opts ? {} : { provider }), ...opts },
  );
}

function create(overrides: Partial<WorkloadIdentityArgs> = {}, options: RunOptions = {}) {
  return run(() => {
    make(overrides);
  }, options);
}

/** A trust for each key, all different. */
function federations(count: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`pipeline-${index}`, { issuer: "https://ci.example", subject: `job:${index}` }]),
  );
}

describe("WorkloadIdentity", () => {
  const children = [
    `${ASSIGNMENT} orders-role-group`,
    `${CREDENTIAL} orders-federation-cluster`,
    `${IDENTITY} orders-identity`,
    `${ACCOUNT} orders-service-account`,
  ];

  it("creates exactly identity, role, ServiceAccount and federated credential", async () => {
    assert.deepEqual(childrenOf(await create(), COMPONENT), children);
  });

  it("creates the same in a preview that knows nothing of the cluster", async () => {
    const result = await create({}, { preview: true });
    assert.deepEqual(childrenOf(result, COMPONENT), children);
    const outputs = result.componentOutputs[result.find("aks-workload-identity:index:WorkloadIdentity").urn];
    assert.deepEqual(
      [outputs?.clientId, outputs?.principalId, outputs?.tenantId, outputs?.identityId],
      [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN],
    );
  });

  it("takes the subject from its ServiceAccount, the audience from the chain and the issuer untouched", async () => {
    const { inputs } = (await create()).find(CREDENTIAL);
    assert.equal(inputs.issuer, ISSUER);
    assert.equal(inputs.subject, "system:serviceaccount:shop:orders");
    assert.deepEqual(inputs.audiences, [AUDIENCE]);
    assert.equal(inputs.resourceName, "id-orders");
    assert.equal(inputs.federatedIdentityCredentialResourceName, "federation-cluster");
  });

  it("annotates the ServiceAccount with the identity's client id and tenant, and mounts no Kubernetes token", async () => {
    const result = await create({ serviceAccount: { name: "orders", tokenExpirationSeconds: 7200 } });
    const { inputs } = result.find(ACCOUNT);
    const [identity] = result.cloud.identities();
    assert.deepEqual(inputs.metadata, {
      namespace: "shop",
      name: "orders",
      annotations: {
        [CLIENT_ID_ANNOTATION]: identity?.clientId,
        [TENANT_ID_ANNOTATION]: identity?.tenantId,
        [TOKEN_EXPIRATION_ANNOTATION]: "7200",
      },
    });
    assert.equal(inputs.automountServiceAccountToken, false);
  });

  it("only annotates a ServiceAccount that is there already", async () => {
    const result = await create({ serviceAccount: { name: "default", existing: true } });
    const { inputs } = result.find(`${ACCOUNT}Patch`);
    assert.deepEqual(Object.keys(inputs).sort(), ["apiVersion", "kind", "metadata"]);
    assert.ok(!result.list().includes(`${ACCOUNT} orders-service-account`));
    assert.equal(result.find(CREDENTIAL).inputs.subject, "system:serviceaccount:shop:default");
  });

  it("assigns its roles to the principal, as a service principal, under a name that follows from what it assigns", async () => {
    const result = await create();
    const { inputs } = result.find(ASSIGNMENT);
    const [identity] = result.cloud.identities();
    assert.equal(inputs.principalId, identity?.principalId);
    assert.equal(inputs.principalType, "ServicePrincipal");
    assert.equal(inputs.roleDefinitionId, roleId("reader"));
    assert.equal(inputs.roleAssignmentName, roleAssignmentName(String(inputs.scope), identity?.principalId ?? "", "reader"));
  });

  it("writes credentials one after another, in the order of their keys", async () => {
    const result = await create({
      federations: { zebra: { issuer: "https://ci.example", subject: "z" }, ant: { issuer: "https://ci.example", subject: "a" } },
    });
    assert.deepEqual(dependsOnOf(result, CREDENTIAL, "orders-federation-cluster"), []);
    assert.deepEqual(dependsOnOf(result, CREDENTIAL, "orders-federation-ant"), [`${CREDENTIAL} orders-federation-cluster`]);
    assert.deepEqual(dependsOnOf(result, CREDENTIAL, "orders-federation-zebra"), [`${CREDENTIAL} orders-federation-ant`]);
    assert.deepEqual(result.find(CREDENTIAL, "orders-federation-ant").inputs.audiences, [AUDIENCE]);
  });

  it("lets roles wait for neither cluster nor namespace", async () => {
    const { dependencies } = (await create()).find(ASSIGNMENT);
    assert.deepEqual(
      dependencies.map(shortUrn),
      ["azure-native:resources:ResourceGroup group", `${IDENTITY} orders-identity`].sort(),
    );
  });

  it("goes on with what Azure and Kubernetes returned, not with its arguments again", async () => {
    const result = await create();
    const outputs = result.componentOutputs[result.find("aks-workload-identity:index:WorkloadIdentity").urn];
    const [identity] = result.cloud.identities();
    assert.deepEqual(outputs, {
      clientId: identity?.clientId,
      principalId: identity?.principalId,
      tenantId: identity?.tenantId,
      identityId: identity?.id,
      accounts: {
        cluster: {
          namespace: "shop",
          serviceAccountName: "orders",
          issuer: ISSUER,
          subject: "system:serviceaccount:shop:orders",
          audience: AUDIENCE,
        },
      },
    });
  });

  it("shares its identity with ServiceAccounts of other namespaces", async () => {
    const result = await run(() => {
      const cluster = kubernetes();
      const other = new Namespace("other", { metadata: { name: "billing" } }, { provider: cluster.provider });
      make({ sharedWith: { billing: { name: "billing", namespace: other } } }, {}, cluster);
    });
    assert.equal(result.find(CREDENTIAL, "orders-federation-billing").inputs.subject, "system:serviceaccount:billing:billing");
    assert.deepEqual(dependsOnOf(result, CREDENTIAL, "orders-federation-billing"), [`${CREDENTIAL} orders-federation-cluster`]);
    const accounts = result.resources
      .filter(({ type }) => type === ACCOUNT)
      .map(({ inputs }) => Object(inputs.metadata).annotations[CLIENT_ID_ANNOTATION]);
    assert.equal(accounts.length, 2);
    assert.equal(accounts[0], accounts[1]);
  });

  it("lets only what is in the cluster go with the cluster", async () => {
    const result = await run(() => {
      const cluster = kubernetes();
      make({}, { deletedWith: cluster.provider }, cluster);
    });
    assert.deepEqual(
      result.resources.filter(({ deletedWith }) => deletedWith !== undefined).map(({ type, name }) => `${type} ${name}`),
      [`${ACCOUNT} orders-service-account`],
    );
  });

  it("gives a Kubernetes provider to its ServiceAccounts only, in whatever form it comes, and others to the rest", async () => {
    const forms: ((kubernetes: pulumi.ProviderResource, azure: pulumi.ProviderResource) => pulumi.ComponentResourceOptions)[] = [
      (kubernetes, azure) => ({ providers: [kubernetes, azure] }),
      (kubernetes, azure) => ({ providers: { kubernetes, "azure-native": azure } }),
      (kubernetes, azure) => ({ provider: kubernetes, providers: [azure] }),
    ];
    for (const form of forms) {
      const result = await run(() => {
        const cluster = kubernetes();
        const azure = new AzureProvider("azure", {});
        make({}, form(cluster.provider, azure), cluster);
      });
      const used = (type: string) => shortUrn(result.find(type).provider.replace(/::[^:]*$/, ""));
      assert.equal(used(ACCOUNT), "pulumi:providers:kubernetes kubernetes");
      assert.equal(used(IDENTITY), "pulumi:providers:azure-native azure");
      assert.equal(used(CREDENTIAL), "pulumi:providers:azure-native azure");
    }
  });

  it("behaves the same with outputs as with plain values", async () => {
    const result = await create({
      issuerUrl: pulumi.output(ISSUER),
      federations: { ci: { issuer: pulumi.output("https://ci.example"), subject: pulumi.output("job") } },
    });
    assert.equal(result.find(CREDENTIAL, "orders-federation-cluster").inputs.issuer, ISSUER);
    assert.equal(result.find(CREDENTIAL, "orders-federation-ci").inputs.issuer, "https://ci.example");
  });

  it("keeps two identities in one stack apart", async () => {
    const result = await run(() => {
      const cluster = kubernetes();
      const group = resourceGroup();
      for (const key of ["orders", "billing"]) {
        new WorkloadIdentity(
          key,
          {
            resourceGroupName: group.name,
            identityName: `id-${key}`,
            issuerUrl: ISSUER,
            namespace: cluster.namespace,
            serviceAccount: { name: key },
            roles: {},
          },
          { provider: cluster.provider },
        );
      }
    });
    assert.deepEqual(
      result.cloud.federatedCredentials().map(({ identityId, subject }) => [identityId.split("/").at(-1), subject]),
      [
        ["id-orders", "system:serviceaccount:shop:orders"],
        ["id-billing", "system:serviceaccount:shop:billing"],
      ],
    );
  });

  const issuerRule =
    "as WI072 says (a federated credential's issuer is an address that Entra ID can reach over https, and not Entra ID itself)";
  const pairRule = "as WI084 says (an identity has one federated credential for an issuer and a subject)";
  const ISSUER_THREAD = "https://github.com/Azure/azure-workload-identity/issues/977";
  const PAIR_THREAD = "https://github.com/Azure/bicep-types-az/issues/2029";
  const late: [string, Partial<WorkloadIdentityArgs>, string][] = [
    ["an empty issuer", { issuerUrl: pulumi.output("") }, `issuerUrl must be ${issuerRule}, got "". See ${ISSUER_THREAD}`],
    [
      "the same issuer and subject twice",
      { federations: { again: { issuer: pulumi.output(ISSUER), subject: "system:serviceaccount:shop:orders" } } },
      `federations.again must be ${pairRule}, got {"issuer":"${ISSUER}","subject":"system:serviceaccount:shop:orders"}. See ${PAIR_THREAD}`,
    ],
  ];
  for (const [what, overrides, message] of late) {
    it(`refuses ${what} that only a run can know`, () =>
      assertFails(() => make(overrides), `WorkloadIdentity "orders": ${message}`));
  }

  const twice = { issuer: "https://ci.example", subject: "job" };
  const refusals: [string, Partial<WorkloadIdentityArgs>, string][] = [
    [
      "an identity's name that Azure refuses",
      { identityName: "-orders" },
      'identityName must be 3 to 128 letters, digits, - and _, a letter or digit first, got "-orders". See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules',
    ],
    [
      "an illegal ServiceAccount name",
      { serviceAccount: { name: "Orders" } },
      'serviceAccount must be 1 to 253 lower-case letters, digits, - and ., a letter or digit at both ends, got "Orders". See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names',
    ],
    [
      "a token that lives too short",
      { serviceAccount: { name: "orders", tokenExpirationSeconds: 3599 } },
      "serviceAccount.tokenExpirationSeconds must be as WI014 says (the token expiration lies between 3600 and 86400 seconds), got 3599. See https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations",
    ],
    ["an empty issuer", { issuerUrl: "" }, `issuerUrl must be ${issuerRule}, got "". See ${ISSUER_THREAD}`],
    [
      "an issuer that is no address",
      { federations: { ci: { issuer: "ci.example", subject: "job" } } },
      `federations.ci.issuer must be ${issuerRule}, got "ci.example". See ${ISSUER_THREAD}`,
    ],
    [
      "a 21st credential",
      { federations: federations(20) },
      `federations must be as WI083 says (an identity has at most 20 federated credentials), and one is the cluster's: give some, or some of sharedWith, to a second WorkloadIdentity with the same roles, got 20. See https://github.com/Azure/azure-workload-identity/issues/373`,
    ],
    [
      "the same issuer and subject twice",
      { federations: { one: twice, two: twice } },
      `federations.two must be ${pairRule}, got {"issuer":"https://ci.example","subject":"job"}. See ${PAIR_THREAD}`,
    ],
    [
      "the key of its own trust",
      { federations: { cluster: twice } },
      `a key of federations or sharedWith must be used once, and not "cluster", got "cluster". See ${FEDERATION_URL}`,
    ],
    [
      "a key that makes no name",
      { federations: { "git hub": twice } },
      `a key of federations or sharedWith must be as WI071 says (the name of a federated credential has 3 to 120 letters, digits, - and _, a letter or digit first), with federation- before the key, got "git hub". See ${FEDERATION_URL}`,
    ],
    [
      "a role that is none",
      { roles: { store: { scope: "/subscriptions/s", role: "Storage Blob Data Reader" as RoleName } } },
      `roles.store.role must be a role of ROLES (${Object.keys(ROLES).join(", ")}) or { definitionId } of another one, got "Storage Blob Data Reader". See https://learn.microsoft.com/azure/role-based-access-control/built-in-roles`,
    ],
  ];
  for (const [what, overrides, message] of refusals) {
    it(`refuses ${what} before anything is registered`, () =>
      assertRefused("WorkloadIdentity", () => make(overrides), `WorkloadIdentity "orders": ${message}`));
  }

  it("takes 20 credentials", async () => {
    const result = await create({ federations: federations(19) });
    assert.equal(result.resources.filter(({ type }) => type === CREDENTIAL).length, 20);
  });
});
