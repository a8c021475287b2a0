import { strict as assert } from "node:assert";
import { AUDIENCE, CLIENT_ID_ANNOTATION, roleAssignmentName, TENANT_ID_ANNOTATION } from "../../chain";
import { ApplicationIdentity, type ApplicationIdentityArgs, githubFederation, WorkloadIdentity } from "../../components";
import { meaningOf } from "../../components/directoryRights";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { attempt, emulatedCloud, type Run, type RunOptions, run, TENANT } from "../support/program";
import { assertRefused, childrenOf, dependsOnOf, ISSUER, kubernetes, resourceGroup } from "./fixtures";

const APPLICATION = "azuread:index/application:Application";
const PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const CREDENTIAL = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const TYPE = "aks-workload-identity:index:ApplicationIdentity";
const MANAGED = "aks-workload-identity:index:WorkloadIdentity";

function argsOf(overrides: Partial<ApplicationIdentityArgs> = {}) {
  const { provider, namespace } = kubernetes();
  const group = resourceGroup();
  const args = {
    resourceGroupName: group.name,
    identityName: "id-orders",
    issuerUrl: ISSUER,
    namespace,
    serviceAccount: { name: "orders" },
    roles: { group: { scope: group.id, role: "reader" as const } },
    ...overrides,
  };
  return { args, opts: { provider } };
}

function make(overrides: Partial<ApplicationIdentityArgs> = {}): void {
  const { args, opts } = argsOf(overrides);
  new ApplicationIdentity("orders", args, opts);
}

const create = (overrides: Partial<ApplicationIdentityArgs> = {}, options: RunOptions = {}) =>
  run(() => make(overrides), options);
/** Without those that azure-native gives its resources: the same type of another API version. */
const aliasesOf = ({ resources }: Run) =>
  resources.flatMap(({ type, name, aliases }) =>
    aliases
      .filter((alias) => !alias.type?.startsWith("azure-native:"))
      .map((alias) => [`${type.split(":").at(-1)} ${name}`, alias]),
  );
const outputsOf = (result: Run, type = TYPE) => result.componentOutputs[result.find(type).urn];

describe("ApplicationIdentity", () => {
  const children = [
    `${ASSIGNMENT} orders-application-role-group`,
    `${APPLICATION} orders-application`,
    `${CREDENTIAL} orders-application-federation-cluster`,
    `${PRINCIPAL} orders-service-principal`,
    `${ACCOUNT} orders-service-account`,
  ];

  it("creates exactly application, service principal, role, ServiceAccount and federated credential, in preview as well", async () => {
    for (const preview of [false, true]) assert.deepEqual(childrenOf(await create({}, { preview }), `${TYPE} orders`), children);
  });

  it("makes no secret and no certificate, for this tenant alone, owned by whoever deploys first", async () => {
    const result = await create();
    const { inputs, ignoreChanges } = result.find(APPLICATION);
    const { owners } = result.find(PRINCIPAL).inputs;
    assert.deepEqual(inputs, { displayName: "id-orders", signInAudience: "AzureADMyOrg", owners });
    assert.equal(Object(owners).length, 1);
    assert.deepEqual([ignoreChanges, result.find(PRINCIPAL).ignoreChanges], [["owners"], ["owners"]]);
  });

  it("writes the same credential as for a managed identity, on the application by its own id", async () => {
    const result = await create();
    const [identity] = result.cloud.identities();
    assert.deepEqual(result.find(CREDENTIAL).inputs, {
      applicationId: identity?.id,
      displayName: "federation-cluster",
      issuer: ISSUER,
      subject: "system:serviceaccount:shop:orders",
      audiences: [AUDIENCE],
    });
    assert.match(String(identity?.id), /^\/applications\//);
  });

  it("grants its roles to the service principal, never to the application's own object", async () => {
    const result = await create();
    const [identity] = result.cloud.identities();
    const { inputs } = result.find(ASSIGNMENT);
    assert.equal(inputs.principalId, identity?.principalId);
    assert.notEqual(inputs.principalId, identity?.application?.objectId);
    assert.equal(inputs.principalType, "ServicePrincipal");
    assert.equal(inputs.roleAssignmentName, roleAssignmentName(String(inputs.scope), identity?.principalId ?? "", "reader"));
  });

  it("annotates the ServiceAccount with client id and tenant, once there is a service principal to sign in as", async () => {
    const result = await create();
    const [identity] = result.cloud.identities();
    assert.deepEqual(Object(result.find(ACCOUNT).inputs.metadata).annotations, {
      [CLIENT_ID_ANNOTATION]: identity?.clientId,
      [TENANT_ID_ANNOTATION]: TENANT,
    });
    assert.ok(result.find(ACCOUNT).dependencies.some((urn) => urn.includes("orders-service-principal")));
  });

  it("keeps the contract of WorkloadIdentity: the same outputs by the same names", async () => {
    const application = await create();
    const managed = await run(() => {
      const { args, opts } = argsOf();
      new WorkloadIdentity("orders", args, opts);
    });
    const managedOutputs = outputsOf(managed, MANAGED);
    assert.deepEqual(Object.keys(Object(outputsOf(application))).sort(), Object.keys(Object(managedOutputs)).sort());
    assert.deepEqual(outputsOf(application)?.accounts, managedOutputs?.accounts);
    const preview = await create({}, { preview: true });
    assert.deepEqual(
      [outputsOf(preview)?.clientId, outputsOf(preview)?.principalId, outputsOf(preview)?.identityId],
      [UNKNOWN, UNKNOWN, UNKNOWN],
    );
  });

  it("writes credentials one after another, those of a GitHub repository among them", async () => {
    const repository = { owner: "octo-org", repository: "octo-repo", ids: { owner: 1, repository: 2 } };
    const result = await create({ federations: { ci: githubFederation(repository, { environment: "prod" }) } });
    const { inputs } = result.find(CREDENTIAL, "orders-application-federation-ci");
    assert.deepEqual(
      [inputs.issuer, inputs.subject],
      ["https://token.actions.githubusercontent.com", "repo:octo-org@1/octo-repo@2:environment:prod"],
    );
    assert.deepEqual(dependsOnOf(result, CREDENTIAL, "orders-application-federation-ci"), [
      `${CREDENTIAL} orders-application-federation-cluster`,
    ]);
  });

  it("takes the place of a WorkloadIdentity of its name, and the other way round", async () => {
    const application = await create();
    const managed = await run(() => {
      const { args, opts } = argsOf();
      new WorkloadIdentity("orders", args, opts);
    });
    // The ServiceAccount is the one child that both have under one name; whatever is only one kind's has a name of its own.
    const named = (result: Run, type: string) => childrenOf(result, `${type} orders`).map((line) => line.split(" ")[1]);
    const ofManaged = named(managed, MANAGED);
    assert.deepEqual(
      named(application, TYPE).filter((name) => ofManaged.includes(name)),
      ["orders-service-account"],
    );
    // The engine finds the old component by its type, and with it every child that both have.
    assert.deepEqual(aliasesOf(application), [["ApplicationIdentity orders", { type: MANAGED }]]);
    assert.deepEqual(aliasesOf(managed), [["WorkloadIdentity orders", { type: TYPE }]]);
  });

  it("explains a refusal of the directory beside the provider's words, and no other error", async () => {
    const cloud = new EmulatedCloud({ ...emulatedCloud().options, directoryRights: false });
    const { failures, resources } = await attempt(() => make(), {}, cloud);
    const refusal =
      failures.map(({ message }) => message).find((message) => message.includes("Authorization_RequestDenied")) ?? "";
    assert.match(meaningOf([refusal]) ?? "", /Application\.ReadWrite\.OwnedBy.*Application Developer.*identityKind managed/s);
    assert.equal(meaningOf(["429 TooManyRequests"]), undefined);
    const result = await create();
    for (const type of [APPLICATION, PRINCIPAL, CREDENTIAL])
      assert.match(String(result.find(type).hooks.onError), /^orders-directory-rights-\d+$/, type);
    assert.deepEqual(
      resources.filter(({ type }) => type === PRINCIPAL || type === CREDENTIAL),
      [],
    );
  });

  it("refuses a name that Azure would not take, before anything is registered", () =>
    assertRefused(
      "ApplicationIdentity",
      () => make({ identityName: "id\torders" }),
      'ApplicationIdentity "orders": identityName must be 1 to 256 characters, none of them a control character and not only blanks, got "id\\torders". ' +
        "See https://learn.microsoft.com/graph/api/resources/application",
    ));
});
