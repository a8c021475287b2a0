// Azure does what it was told, and the answer is lost: what the next up meets, and how the runbook's commands take it into the state. Each package once,
// with and without a parent, in the cluster by its explicit provider.
import { strict as assert } from "node:assert";
import { difference } from "./consistency";
import { failed, inconsistent, notConverging } from "./expectations";
import { badlyTold, losingAnswers, nameOf, type Target } from "./faults";
import { inLanes } from "./lanes";
import { takeIn } from "./recovery";
import { runBlock } from "./runbookSteps";
import { APPLICATION } from "./stacks";
import { type TestStack, withTestStack } from "./testStack";

const create = (declared: string): Target => ({ verb: "create", declared });

/** All of them are refused as there already by the next up. */
const REFUSED = [
  "azure-native:resources:ResourceGroup::resource-group",
  "azure-native:authorization:RoleAssignment::aks-admin-deployer",
  "azure-native:keyvault:Secret::vault-secret-app",
  "azure-native:containerservice:ManagedCluster::aks-cluster",
  "azure-native:managedidentity:FederatedIdentityCredential::web-federation-cluster",
  "kubernetes:core/v1:Namespace::namespace-web",
  "kubernetes:core/v1:ServiceAccount::web-service-account",
  "kubernetes:apps/v1:Deployment::web-deployment",
].map(create);

/** Graph refuses them too, and its message has no id: it is looked up. */
const IN_THE_DIRECTORY = [
  "azuread:index/servicePrincipal:ServicePrincipal::web-service-principal",
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential::web-application-federation-cluster",
].map(create);

describe("a create whose answer is lost", function () {
  this.timeout(1_200_000);

  it("is told, met by the next up, and taken in by the runbook's commands", async () => {
    assert.deepEqual(await inLanes({}, async () => {}, REFUSED, nameOf, wrongIn), []);
  });

  it("is taken in likewise where it was in the directory, by an id that is looked up", async () => {
    const options = { set: APPLICATION };
    assert.deepEqual(await inLanes(options, async () => {}, IN_THE_DIRECTORY, nameOf, wrongIn), []);
  });

  it("leaves an application behind of which nothing tells but its name: names in the directory need not be unique", () =>
    withTestStack({ set: APPLICATION }, async (stack) => {
      const target = create("azuread:index/application:Application::web-application");
      assert.deepEqual(badlyTold(await losingAnswers(stack, target, () => stack.up()), target), []);
      assert.deepEqual(failed(await stack.up(), "the next up"), []);
      const [first, ...others] = stack.cloud.directory.applications();
      assert.equal(others.length, 1);
      assert.equal(first?.displayName, others[0]?.displayName);
      const { clientId } = await stack.outputs();
      for (const { clientId: other, objectId } of stack.cloud.directory.applications())
        if (other !== clientId) stack.cloud.directory.deleteApplication(objectId);
      assert.deepEqual(await notConverging(stack), []);
    }));
});

async function wrongIn(stack: TestStack, target: Target): Promise<string[]> {
  const run = await losingAnswers(stack, target, () => stack.up());
  const { forgotten, ...rest } = await difference(stack);
  const met = await runBlock(stack, "pulumi up");
  return [
    ...badlyTold(run, target),
    ...(forgotten.length === 1 ? [] : [`after the fault: ${JSON.stringify({ forgotten, ...rest })}`]),
    ...(met.code === 1 ? [] : [`the next up ended with ${met.code}`]),
    ...(await takeIn(stack, met, idsInTheDirectory(stack))),
    ...(await inconsistent(stack, "once taken in")),
    ...(await notConverging(stack)),
  ];
}

/** As `az ad sp show` and `az ad app federated-credential list` tell them, in the form that azuread imports. */
function idsInTheDirectory({ cloud: { directory } }: TestStack): Record<string, string> {
  const principals = directory
    .servicePrincipals()
    .map(({ objectId }) => ["web-service-principal", `/servicePrincipals/${objectId}`]);
  const credentials = directory
    .credentials()
    .map(({ application: { objectId }, credentialId }) => [
      "web-application-federation-cluster",
      `${objectId}/federatedIdentityCredential/${credentialId}`,
    ]);
  return Object.fromEntries([...principals, ...credentials]);
}
