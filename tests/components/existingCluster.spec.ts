import { strict as assert } from "node:assert";
import { type ClusterAccessMode, ExistingCluster, type ExistingClusterArgs } from "../../components";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import type { ExistingCluster as Existing } from "../../rehearsal/cloud/fronts/existingClusters";
import { attempt, emulatedCloud, run, SUBSCRIPTION } from "../support/program";
import { assertRefused, childrenOf, PRINCIPAL, roleId } from "./fixtures";

const TYPE = "aks-workload-identity:index:ExistingCluster";
const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const ISSUER_URL = "https://learn.microsoft.com/azure/aks/use-oidc-issuer";
const ENTRA_URL = "https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id";
const ADMINS = { team: { objectId: PRINCIPAL, principalType: "Group" as const } };
const ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-platform/providers/Microsoft.ContainerService/managedClusters/aks-platform`;

function make(overrides: Partial<ExistingClusterArgs> = {}): ExistingCluster {
  return new ExistingCluster("aks", {
    resourceGroupName: "rg-platform",
    clusterName: "aks-platform",
    access: { mode: "kubelogin", loginMode: "azurecli" },
    admins: ADMINS,
    ...overrides,
  });
}

/** An Azure that has this one cluster, which differs from one that will do. */
function cloudWith(changed: Partial<Existing> = {}): EmulatedCloud {
  const existingClusters = [{ resourceGroupName: "rg-platform", name: "aks-platform", ...changed }];
  return new EmulatedCloud({ ...emulatedCloud().options, existingClusters });
}

/** The same, with properties of Azure's answer that the emulation always gives as they should be. */
function cloudThatAnswersWith(changed: object): EmulatedCloud {
  class Changed extends EmulatedCloud {
    override async invoke(token: string, inputs: Readonly<Record<string, unknown>>) {
      const answer = await super.invoke(token, inputs);
      return token === "azure-native:containerservice:getManagedCluster" ? { ...answer, ...changed } : answer;
    }
  }
  return new Changed(cloudWith().options);
}

const access = (mode: ClusterAccessMode) => ({ access: { mode, loginMode: "azurecli" as const } });

/** What the program says when it cannot use the cluster, a sentence a line. */
async function refusal(cloud: EmulatedCloud, overrides: Partial<ExistingClusterArgs> = {}): Promise<string[]> {
  const { failures, resources } = await attempt(() => void make(overrides), {}, cloud);
  assert.deepEqual(
    resources.filter(({ custom }) => custom).map(({ name }) => name),
    [],
    "nothing is half done",
  );
  assert.deepEqual([...new Set(failures.map(({ stack }) => stack))], [undefined], "a user's mistake shows no stack trace");
  return [...new Set(failures.map(({ message }) => message))].flatMap((message) => message.split("\n"));
}

describe("ExistingCluster", () => {
  it("creates the administrators' role on the cluster, and nothing else", async () => {
    const result = await run(() => void make());
    assert.deepEqual(childrenOf(result, `${TYPE} aks`), [`${ASSIGNMENT} aks-admin-team`]);
    const { inputs } = result.find(ASSIGNMENT);
    assert.deepEqual([inputs.scope, inputs.principalId, inputs.roleDefinitionId], [ID, PRINCIPAL, roleId("aksRbacClusterAdmin")]);
  });

  it("creates nothing at all where everybody has their rights already", async () => {
    assert.deepEqual(childrenOf(await run(() => void make({ admins: {} })), `${TYPE} aks`), []);
  });

  it("gives issuer and id as Azure has them, in a preview as well: the cluster is there", async () => {
    for (const preview of [false, true]) {
      const result = await run(() => void make({ admins: {} }), { preview });
      const outputs = result.componentOutputs[result.find(TYPE).urn];
      assert.equal(outputs?.clusterId, ID);
      assert.match(
        String(outputs?.issuerUrl),
        /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/,
      );
    }
  });

  it("lets nothing go with a cluster that stays", () => run(() => assert.deepEqual(make().lifetime, {})));

  it("warns of a cluster that enforces no NetworkPolicy, and of no other", async () => {
    const warnings: string[] = [];
    const { warn } = console;
    // Without an engine Pulumi writes its warnings there.
    console.warn = (text: string) => void warnings.push(text);
    try {
      for (const networkPolicy of ["cilium", "none"] as const) await attempt(() => void make(), {}, cloudWith({ networkPolicy }));
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(warnings, [
      'warning: [runtime] existingCluster "aks-platform" enforces no NetworkPolicy: the pods of this stack can be reached from the whole cluster, and reach more than they need. See https://learn.microsoft.com/azure/aks/use-network-policies',
    ]);
  });

  const enable = "az aks update --resource-group rg-platform --name aks-platform";
  const restart = `The API server restarts and pods that stay failed must be restarted. See ${ISSUER_URL}`;
  const permanent = "Enabling the issuer is permanent: it cannot be turned off again.";
  const cases: [string, Partial<Existing>, Partial<ExistingClusterArgs>, string[]][] = [
    [
      "whose issuer is off",
      { oidcIssuer: false },
      {},
      [
        `existingCluster "aks-platform": the OIDC issuer is off (WI008), so no pod of it could sign in to Azure. Enable it with ${enable} --enable-oidc-issuer. ${permanent} ${restart}`,
      ],
    ],
    [
      "whose workload identity is off",
      { workloadIdentity: false },
      {},
      [
        `existingCluster "aks-platform": workload identity is off (WI007), so no pod of it could sign in to Azure. Enable it with ${enable} --enable-workload-identity. ${restart}`,
      ],
    ],
    [
      "with neither",
      { oidcIssuer: false, workloadIdentity: false },
      {},
      [
        `existingCluster "aks-platform": OIDC issuer and workload identity are off (WI008, WI007), so no pod of it could sign in to Azure. Enable it with ${enable} --enable-oidc-issuer --enable-workload-identity. ${permanent} ${restart}`,
      ],
    ],
    [
      "that is stopped",
      { powerState: "Stopped" },
      {},
      ['existingCluster "aks-platform" is stopped: start it with az aks start --resource-group rg-platform --name aks-platform'],
    ],
    [
      "without Entra ID, which kubelogin needs",
      { entraId: false },
      {},
      [`existingCluster "aks-platform" does not use Microsoft Entra ID: set clusterAccess to admin. See ${ENTRA_URL}`],
    ],
    [
      "without local accounts, which an administrator's certificate needs",
      {},
      access("admin"),
      [`existingCluster "aks-platform" has no local accounts: set clusterAccess to kubelogin. See ${ENTRA_URL}`],
    ],
    [
      "with two mistakes, both at once",
      { oidcIssuer: false, powerState: "Stopped" },
      {},
      [
        'existingCluster "aks-platform" is stopped: start it with az aks start --resource-group rg-platform --name aks-platform',
        `existingCluster "aks-platform": the OIDC issuer is off (WI008), so no pod of it could sign in to Azure. Enable it with ${enable} --enable-oidc-issuer. ${permanent} ${restart}`,
      ],
    ],
  ];
  for (const [what, changed, overrides, expected] of cases) {
    it(`refuses a cluster ${what}, with what mends it and nothing half done`, async () => {
      assert.deepEqual(await refusal(cloudWith(changed), overrides), expected);
    });
  }

  const ownRights = { aadProfile: { managed: true, enableAzureRBAC: false } };
  const answers: [string, object, string][] = [
    [
      "that takes no rights from Azure's roles, where it has to give one to an administrator",
      ownRights,
      `existingCluster "aks-platform" does not take its rights from Azure's roles: set assignClusterAdmins to false and give whoever deploys its rights in the cluster itself, or turn Azure's roles on with ${enable} --enable-azure-rbac. See https://learn.microsoft.com/azure/aks/manage-azure-rbac`,
    ],
    [
      "whose nodes have no identity",
      { identityProfile: {} },
      'existingCluster "aks-platform" has no identity for its nodes, to which the right to pull images could be granted: it is a cluster with a service principal. See https://learn.microsoft.com/azure/aks/use-managed-identity',
    ],
    [
      "that has failed",
      { provisioningState: "Failed" },
      'existingCluster "aks-platform" is in the state Failed: look at it with az aks show --resource-group rg-platform --name aks-platform, and repair it before anything is deployed to it',
    ],
  ];
  for (const [what, changed, expected] of answers) {
    it(`refuses a cluster ${what}, with what mends it and nothing half done`, async () => {
      assert.deepEqual(await refusal(cloudThatAnswersWith(changed)), [expected]);
    });
  }

  it("takes a cluster with rights of its own, where it has none to give, and one that is being updated", async () => {
    for (const [changed, admins] of [
      [ownRights, {}],
      [{ provisioningState: "Updating" }, ADMINS],
    ] as const)
      assert.deepEqual((await attempt(() => void make({ admins }), {}, cloudThatAnswersWith(changed))).failures, []);
  });

  it("takes a cluster without Entra ID by its local accounts", async () => {
    const cloud = cloudWith({ entraId: false, localAccounts: true });
    assert.deepEqual((await attempt(() => void make({ ...access("admin"), admins: {} }), {}, cloud)).failures, []);
  });

  it("says of a cluster that it cannot find that another subscription's will not do, with Azure's own words", async () => {
    const cloud = new EmulatedCloud({ ...emulatedCloud().options, existingClusters: [] });
    const [message = "", ...more] = await refusal(cloud);
    assert.match(
      message,
      /^existingCluster: cannot read the cluster "aks-platform" in the resource group "rg-platform" of the subscription that this stack deploys to\. A cluster of another subscription cannot be used: deploy the stack to that one \(azure-native:subscriptionId\)\. To see the clusters there: az aks list --output table\. Azure's answer: .*ResourceNotFound/,
    );
    assert.deepEqual(more, []);
  });

  it("refuses names that Azure would not take, before anything is read", () =>
    assertRefused(
      "ExistingCluster",
      () => make({ clusterName: "-aks" }),
      'ExistingCluster "aks": clusterName must be 1 to 63 letters, digits, - and _, a letter or digit at both ends, got "-aks". ' +
        "See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    ));
});
