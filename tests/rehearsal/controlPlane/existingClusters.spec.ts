// Clusters that a program reads: its own, and ones that are there already.
import { strict as assert } from "node:assert";
import { parse } from "yaml";
import { z } from "zod";
import { GUID } from "../../../chain";
import { clusters } from "../../../rehearsal/chainModel";
import { EmulatedCloud } from "../../../rehearsal/cloud/emulatedCloud";
import type { ExistingCluster } from "../../../rehearsal/cloud/fronts/existingClusters";
import { SUBSCRIPTION, TENANT } from "../../support/program";
import { AzureFront, GROUP, GROUP_ID, TYPES } from "./azureFront";

const THERE = { resourceGroupName: "rg-there", resourceName: "aks-there" };
const THERE_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-there/providers/Microsoft.ContainerService/managedClusters/aks-there`;

const shape = z.looseObject({
  fqdn: z.string(),
  location: z.string(),
  disableLocalAccounts: z.boolean().optional(),
  provisioningState: z.string(),
  powerState: z.object({ code: z.string() }),
  aadProfile: z.looseObject({ managed: z.boolean(), enableAzureRBAC: z.boolean(), tenantID: z.string() }).optional(),
  oidcIssuerProfile: z.object({ enabled: z.boolean(), issuerURL: z.string().optional() }),
  securityProfile: z.object({ workloadIdentity: z.object({ enabled: z.boolean() }) }),
  identityProfile: z.object({
    kubeletidentity: z.object({ resourceId: z.string(), clientId: z.string(), objectId: z.string() }),
  }),
});

describe("a cluster that a program reads", () => {
  let azure: AzureFront;
  beforeEach(async () => {
    azure = await AzureFront.start();
  });

  const read = (args: object = THERE) => azure.cloud.invoke("azure-native:containerservice:getManagedCluster", { ...args });
  const withExisting = (...existingClusters: readonly ExistingCluster[]) => {
    azure = new AzureFront(new EmulatedCloud({ ...azure.cloud.options, existingClusters }));
  };
  const there = (changed: Partial<ExistingCluster> = {}) =>
    withExisting({ resourceGroupName: "rg-there", name: "aks-there", ...changed });
  const kubeconfig = async (kind: "User" | "Admin" = "User") => {
    const token = `azure-native:containerservice:listManagedCluster${kind}Credentials`;
    const found = z
      .object({ kubeconfigs: z.tuple([z.object({ value: z.string() })]) })
      .parse(await azure.cloud.invoke(token, THERE));
    return Buffer.from(found.kubeconfigs[0].value, "base64").toString();
  };

  it("and does not create is there, with everything on that workload identity needs", async () => {
    const answer = await read();
    const found = shape.parse(answer);
    const { id, name, type } = answer;
    assert.deepEqual({ id, name, type }, { id: THERE_ID, name: "aks-there", type: "Microsoft.ContainerService/managedClusters" });
    assert.deepEqual(
      [found.provisioningState, found.powerState, found.location],
      ["Succeeded", { code: "Running" }, "westeurope"],
    );
    assert.deepEqual([found.aadProfile?.enableAzureRBAC, found.aadProfile?.tenantID], [true, TENANT]);
    assert.deepEqual([found.disableLocalAccounts, found.securityProfile.workloadIdentity], [true, { enabled: true }]);
    assert.match(found.fqdn, /^aks-there-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
    assert.match(found.oidcIssuerProfile.issuerURL ?? "", /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.+\/$/);
    assert.deepEqual(await read(), answer);
  });

  it("has a kubelet identity that exists", async () => {
    const { resourceId, clientId, objectId } = shape.parse(await read()).identityProfile.kubeletidentity;
    const identity = azure.cloud.identities().find(({ id }) => id === resourceId);
    assert.deepEqual([identity?.clientId, identity?.principalId], [clientId, objectId]);
    assert.match(objectId, GUID);
    assert.equal(identity?.resource, "existing kubelet identity of cluster aks-there");
  });

  it("is a cluster as any other to the chain, under a name that says where it is from", async () => {
    const { fqdn, oidcIssuerProfile } = shape.parse(await read());
    const [cluster, ...others] = clusters(azure.cloud);
    assert.deepEqual(others, []);
    assert.deepEqual(cluster?.link, {
      resource: "existing cluster aks-there",
      id: THERE_ID,
      tenantId: TENANT,
      issuer: oidcIssuerProfile.issuerURL,
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,
    });
    assert.equal(cluster?.fqdn, fqdn);
    assert.equal(parse(await kubeconfig()).clusters[0].cluster.server, `https://${fqdn}:443`);
    await assert.rejects(kubeconfig("Admin"), { message: /^BadRequest: Getting static credential isn't allowed/ });
  });

  it("takes the program's objects through its kubeconfig", async () => {
    await read();
    const inputs = { kubeconfig: await kubeconfig() };
    const provider = await azure.register("pulumi:providers:kubernetes", inputs, "there");
    const namespace = {
      type: "kubernetes:core/v1:Namespace",
      name: "web",
      inputs: { metadata: { name: "web" } },
      provider: `urn::${provider.id}`,
      id: undefined,
    };
    assert.equal((await azure.cloud.register(namespace)).id, "web");
  });

  it("and created itself shows what it was created with", async () => {
    const identity = { type: "UserAssigned", userAssignedIdentities: [`${GROUP_ID}/providers/x/y/z`] };
    const { state } = await azure.cluster({ identity, oidcIssuerProfile: { enabled: true }, dnsPrefix: "web" });
    const answer = await read({ ...GROUP, resourceName: "AKS" });
    assert.deepEqual(
      [answer.name, answer.fqdn, answer.dnsPrefix, answer.oidcIssuerProfile, answer.provisioningState],
      ["aks", state.fqdn, "web", state.oidcIssuerProfile, "Succeeded"],
    );
    assert.deepEqual(answer.identity, { type: "UserAssigned", userAssignedIdentities: { [`${GROUP_ID}/providers/x/y/z`]: {} } });
    assert.deepEqual(
      azure.cloud.manager.list("Microsoft.ContainerService/managedClusters").map(({ declared }) => declared),
      [`${TYPES.cluster}::sample`],
    );
  });

  it("cannot be created by it as well", async () => {
    await read();
    const attempt = azure.register(TYPES.cluster, THERE, "mine");
    await assert.rejects(attempt, { code: "AlreadyExists", message: /: existing cluster aks-there is the same one$/ });
  });

  const lacking: readonly (readonly [
    what: string,
    cluster: Partial<ExistingCluster>,
    pick: (found: z.infer<typeof shape>) => unknown,
    expected: unknown,
  ])[] = [
    ["without an issuer", { oidcIssuer: false }, ({ oidcIssuerProfile }) => oidcIssuerProfile, { enabled: false }],
    [
      "without workload identity",
      { workloadIdentity: false },
      ({ securityProfile }) => securityProfile.workloadIdentity,
      { enabled: false },
    ],
    ["that is stopped", { powerState: "Stopped" }, ({ powerState }) => powerState, { code: "Stopped" }],
    ["without Entra ID", { entraId: false }, ({ aadProfile }) => aadProfile, undefined],
    ["with local accounts", { localAccounts: true }, ({ disableLocalAccounts }) => disableLocalAccounts, false],
    [
      "elsewhere",
      { location: "northeurope" },
      ({ location, fqdn }) => [location, fqdn.includes(".northeurope.")],
      ["northeurope", true],
    ],
  ];
  for (const [what, cluster, pick, expected] of lacking) {
    it(`may be one ${what}`, async () => {
      there(cluster);
      assert.deepEqual(pick(shape.parse(await read())), expected);
    });
  }

  it("without Entra ID signs its users in with certificates", async () => {
    there({ entraId: false, localAccounts: true });
    await read();
    assert.deepEqual(Object.keys(parse(await kubeconfig()).users[0].user), ["client-certificate-data", "client-key-data"]);
  });

  it("and that is stopped takes no objects", async () => {
    there({ powerState: "Stopped" });
    await read();
    const { id } = await azure.register("pulumi:providers:kubernetes", { kubeconfig: await kubeconfig() }, "there");
    const namespace = { type: "kubernetes:core/v1:Namespace", name: "web", inputs: {}, provider: `urn::${id}`, id: undefined };
    await assert.rejects(azure.cloud.register(namespace), {
      code: "ClusterUnreachable",
      message:
        /^ClusterUnreachable: configured Kubernetes cluster is unreachable: aks-there-.* is the address of a cluster that is stopped$/,
    });
  });

  it("is not there where others are, as one of another subscription would not be", async () => {
    const refusal = {
      status: 404,
      message:
        "ResourceNotFound: The Resource 'Microsoft.ContainerService/managedClusters/aks-there' under resource group 'rg-there' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    };
    withExisting();
    await assert.rejects(read(), refusal);
    withExisting({ resourceGroupName: "rg-there", name: "aks-other" });
    await assert.rejects(read(), refusal);
    assert.deepEqual(clusters(azure.cloud), []);
  });
});
