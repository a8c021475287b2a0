// Clusters and registries through the SDK: operations that take minutes, ETags, credentials.
import { deepStrictEqual, match, notStrictEqual, ok, rejects, strictEqual } from "node:assert";
import type { ManagedCluster } from "@azure/arm-containerservice";
import { CLUSTER, REGISTRY, RESOURCE_GROUP, STORAGE_ACCOUNT } from "../../../rehearsal/cloud/resourceTypes";
import { all } from "../../support/podCalls";
import { GROUP, LOCATION, RestClients, takes } from "../../support/restClients";

const MINUTE_MS = 60_000;

describe("A cluster over REST", () => {
  let azure: RestClients;

  beforeEach(async () => {
    azure = await RestClients.start();
  });
  afterEach(() => azure.close());

  const quick = { updateIntervalInMs: 1 };
  const create = (changed: Partial<ManagedCluster> = {}, conditions: { ifMatch?: string; ifNoneMatch?: string } = {}) =>
    azure
      .clusters()
      .managedClusters.createOrUpdate(
        GROUP,
        "aks",
        { location: LOCATION, dnsPrefix: "web", oidcIssuerProfile: { enabled: true }, ...changed },
        { ...quick, ...conditions },
      );
  const get = () => azure.clusters().managedClusters.get(GROUP, "aks");

  it("is being created until its time is up, and has its issuer from then on", async () => {
    takes(azure.operations, CLUSTER, 4 * MINUTE_MS);
    const poller = create();
    await poller.submitted();
    strictEqual((await get()).provisioningState, "Creating");
    deepStrictEqual(
      (await all(azure.clusters().managedClusters.list())).map(({ name, provisioningState }) => [name, provisioningState]),
      [["aks", "Creating"]],
    );
    await poller.poll();
    strictEqual(poller.isDone, false);
    azure.clock.advance(4 * MINUTE_MS);
    const { provisioningState, oidcIssuerProfile, fqdn } = await poller.pollUntilDone();
    strictEqual(provisioningState, "Succeeded");
    match(
      oidcIssuerProfile?.issuerURL ?? "",
      /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/,
    );
    match(fqdn ?? "", /^web-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
  });

  it("answers with the addresses at which to ask, and tells begin and end", async () => {
    takes(azure.operations, CLUSTER, MINUTE_MS);
    const path = `${azure.groupId}/providers/${CLUSTER}/aks?api-version=2025-09-01`;
    const { status, headers, body } = await azure.send("PUT", path, { location: LOCATION, properties: { dnsPrefix: "web" } });
    deepStrictEqual([status, body.properties.provisioningState], [201, "Creating"]);
    const operation = headers["azure-asyncoperation"] ?? "";
    match(
      operation,
      /^https:\/\/management\.azure\.com\/subscriptions\/[^/]+\/providers\/Microsoft\.ContainerService\/locations\/westeurope\/operations\/[0-9a-f-]{36}\?api-version=2025-09-01$/,
    );
    const ask = async () => {
      const { status: state, startTime, endTime } = (await azure.send("GET", operation)).body;
      return [state, startTime, endTime];
    };
    deepStrictEqual(await ask(), ["InProgress", "2026-11-29T00:00:00.000Z", undefined]);
    azure.clock.advance(MINUTE_MS);
    deepStrictEqual(await ask(), ["Succeeded", "2026-11-29T00:00:00.000Z", "2026-11-29T00:01:00.000Z"]);
    const other = operation.replace(/[0-9a-f-]{36}\?/, "99999999-9999-4999-8999-999999999999?");
    strictEqual((await azure.send("GET", other)).status, 501);
  });

  it("fails as its operation says where its group goes meanwhile, and is not there", async () => {
    takes(azure.operations, CLUSTER, MINUTE_MS);
    const poller = create();
    await poller.submitted();
    await azure.resources().resourceGroups.delete(GROUP);
    azure.clock.advance(MINUTE_MS);
    await rejects(poller.pollUntilDone(), /ResourceGroupNotFound/);
    await rejects(get(), { statusCode: 404, code: "ResourceGroupNotFound" });
  });

  it("is being deleted until its time is up", async () => {
    await create();
    takes(azure.operations, CLUSTER, MINUTE_MS);
    const poller = azure.clusters().managedClusters.delete(GROUP, "aks", quick);
    await poller.submitted();
    strictEqual((await get()).provisioningState, "Deleting");
    azure.clock.advance(MINUTE_MS);
    await poller.pollUntilDone();
    await rejects(get(), { statusCode: 404, code: "ResourceNotFound" });
  });

  it("is changed under the condition that nobody else has changed it", async () => {
    const { eTag: first = "" } = await create();
    const { eTag: second = "" } = await create({ tags: { by: "one" } }, { ifMatch: first });
    notStrictEqual(first, second);
    await rejects(
      azure.clusters().managedClusters.beginCreateOrUpdate(GROUP, "aks", { location: LOCATION }, { ifMatch: first }),
      { statusCode: 412, code: "PreconditionFailed" },
    );
    await rejects(azure.clusters().managedClusters.beginDelete(GROUP, "aks", { ifMatch: first }), { statusCode: 412 });
    deepStrictEqual((await get()).tags, { by: "one" });
    strictEqual((await get()).eTag, second);
  });

  it("is created under the condition that it is not there", async () => {
    await create({}, { ifNoneMatch: "*" });
    await rejects(
      azure.clusters().managedClusters.beginCreateOrUpdate(GROUP, "aks", { location: LOCATION }, { ifNoneMatch: "*" }),
      { statusCode: 412, code: "PreconditionFailed" },
    );
  });

  it("has pools of its own, with ETags too", async () => {
    await create();
    const { agentPools } = azure.clusters();
    const pool = await agentPools.createOrUpdate(GROUP, "aks", "user", { vmSize: "Standard_D2ds_v5", count: 1 }, quick);
    deepStrictEqual([pool.vmSize, pool.count, pool.provisioningState], ["Standard_D2ds_v5", 1, "Succeeded"]);
    ok(pool.eTag);
    deepStrictEqual(
      (await all(agentPools.list(GROUP, "aks"))).map(({ name }) => name),
      ["user"],
    );
  });

  it("names its identities as keys, with their ids, where azure-native lists them", async () => {
    const {
      id = "",
      clientId,
      principalId,
    } = await azure.identities().userAssignedIdentities.createOrUpdate(GROUP, "id-aks", { location: LOCATION });
    const { identity } = await create({ identity: { type: "UserAssigned", userAssignedIdentities: { [id]: {} } } });
    deepStrictEqual(identity?.type, "UserAssigned");
    deepStrictEqual(identity?.userAssignedIdentities, { [id]: { clientId, principalId } });
    const held = azure.served.cloud.manager.list(CLUSTER)[0]?.properties.identity;
    deepStrictEqual(held, { type: "UserAssigned", userAssignedIdentities: [id] });
  });

  it("hands out a kubeconfig, and an administrator's only while it has local accounts", async () => {
    await create();
    const { managedClusters } = azure.clusters();
    const { kubeconfigs } = await managedClusters.listClusterAdminCredentials(GROUP, "aks");
    match(Buffer.from(kubeconfigs?.[0]?.value ?? "").toString(), /^apiVersion: v1\n/);
    await create({ disableLocalAccounts: true });
    await rejects(managedClusters.listClusterAdminCredentials(GROUP, "aks"), {
      statusCode: 400,
      code: "BadRequest",
      message: "Getting static credential isn't allowed because this cluster is set to disable local accounts.",
    });
    strictEqual((await managedClusters.listClusterUserCredentials(GROUP, "aks")).kubeconfigs?.[0]?.name, "clusterUser");
    await rejects(managedClusters.listClusterUserCredentials(GROUP, "other"), { statusCode: 404, code: "ResourceNotFound" });
  });
});

describe("Long operations over REST", () => {
  let azure: RestClients;

  beforeEach(async () => {
    azure = await RestClients.start();
  });
  afterEach(() => azure.close());

  it("delete a group, which answers 202 at its Location until it is gone", async () => {
    takes(azure.operations, RESOURCE_GROUP, MINUTE_MS);
    const poller = azure.resources().resourceGroups.delete(GROUP, { updateIntervalInMs: 1 });
    await poller.submitted();
    await poller.poll();
    strictEqual(poller.isDone, false);
    deepStrictEqual(azure.calls(2), [
      ["DELETE", 202, null],
      ["GET", 202, null],
    ]);
    azure.clock.advance(MINUTE_MS);
    await poller.pollUntilDone();
    strictEqual(azure.served.cloud.manager.get(azure.groupId), undefined);
  });

  it("create a storage account, which is shown at the Location in the end", async () => {
    takes(azure.operations, STORAGE_ACCOUNT, MINUTE_MS);
    const path = `${azure.groupId}/providers/${STORAGE_ACCOUNT}/stweb?api-version=2024-01-01`;
    const { status, headers, body } = await azure.send("PUT", path, {
      location: LOCATION,
      sku: { name: "Standard_LRS" },
      kind: "StorageV2",
      properties: { allowSharedKeyAccess: false },
    });
    deepStrictEqual([status, body], [202, undefined]);
    strictEqual((await azure.send("GET", headers.location ?? "")).status, 202);
    azure.clock.advance(MINUTE_MS);
    const done = await azure.send("GET", headers.location ?? "");
    const { primaryEndpoints, allowSharedKeyAccess } = done.body.properties;
    deepStrictEqual(
      [done.status, done.body.kind, done.body.sku, primaryEndpoints.blob, allowSharedKeyAccess],
      [200, "StorageV2", { name: "Standard_LRS" }, "https://stweb.blob.core.windows.net/", false],
    );
  });

  it("create a registry, whose role mode an older version of the API does not know", async () => {
    takes(azure.operations, REGISTRY, MINUTE_MS);
    const path = `${azure.groupId}/providers/${REGISTRY}/acrweb?api-version=`;
    const properties = { roleAssignmentMode: "AbacRepositoryPermissions" };
    const body = { location: LOCATION, sku: { name: "Basic" }, properties };
    const made = await azure.send("PUT", `${path}2025-11-01`, body);
    deepStrictEqual([made.status, made.body.properties.provisioningState], [201, "Creating"]);
    azure.clock.advance(MINUTE_MS);
    const read = async (version: string) => (await azure.send("GET", path + version)).body.properties.roleAssignmentMode;
    deepStrictEqual([await read("2023-01-01-preview"), await read("2025-11-01")], [undefined, "AbacRepositoryPermissions"]);
  });
});
