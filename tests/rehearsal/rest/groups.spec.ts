// Resource groups, and what Resource Manager answers whatever the type, as the SDK and a bare client read it.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert";
import { all } from "../../support/podCalls";
import { GROUP, LOCATION, RestClients } from "../../support/restClients";

const OTHER = "99999999-9999-4999-8999-999999999999";
const API = "?api-version=2024-11-30";

describe("Resource Manager's REST API", () => {
  let azure: RestClients;

  beforeEach(async () => {
    azure = await RestClients.start();
  });
  afterEach(() => azure.close());

  const identity = (name: string, tags?: Record<string, string>) =>
    azure.identities().userAssignedIdentities.createOrUpdate(GROUP, name, { location: LOCATION, ...(tags ? { tags } : {}) });
  const identityPath = (name: string) => `${azure.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

  it("creates, shows, changes, lists and deletes a resource group", async () => {
    const { resourceGroups } = azure.resources();
    const changed = await resourceGroups.createOrUpdate(GROUP, { location: LOCATION, tags: { team: "web" } });
    deepStrictEqual(
      [changed.id, changed.name, changed.type, changed.location, changed.tags, changed.properties?.provisioningState],
      [azure.groupId, GROUP, "Microsoft.Resources/resourceGroups", LOCATION, { team: "web" }, "Succeeded"],
    );
    deepStrictEqual((await resourceGroups.get(GROUP)).tags, { team: "web" });
    deepStrictEqual(
      (await all(resourceGroups.list())).map(({ name }) => name),
      [GROUP],
    );
    await resourceGroups.delete(GROUP);
    await rejects(resourceGroups.get(GROUP), { statusCode: 404, code: "ResourceGroupNotFound" });
  });

  it("says with 204 and 404 whether a group is there", async () => {
    const { resourceGroups } = azure.resources();
    deepStrictEqual((await resourceGroups.checkExistence(GROUP)).body, true);
    deepStrictEqual((await resourceGroups.checkExistence("rg-other")).body, false);
    deepStrictEqual(azure.calls(2), [
      ["HEAD", 204, null],
      ["HEAD", 404, null],
    ]);
  });

  it("deletes a group with everything in it", async () => {
    await identity("id-web");
    await azure.resources().resourceGroups.delete(GROUP);
    strictEqual(azure.served.cloud.manager.get(identityPath("id-web")), undefined);
  });

  it("answers 201 for what is new and 200 for what is changed", async () => {
    await identity("id-web");
    await identity("id-web");
    deepStrictEqual(azure.calls(2), [
      ["PUT", 201, null],
      ["PUT", 200, null],
    ]);
  });

  it("names the first of group, parent and resource that is not there", async () => {
    const { userAssignedIdentities, federatedIdentityCredentials } = azure.identities();
    await rejects(userAssignedIdentities.get(GROUP, "id-web"), {
      statusCode: 404,
      code: "ResourceNotFound",
      message: `The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/id-web' under resource group '${GROUP}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    });
    await rejects(userAssignedIdentities.createOrUpdate("rg-other", "id-web", { location: LOCATION }), {
      statusCode: 404,
      code: "ResourceGroupNotFound",
      message: "Resource group 'rg-other' could not be found.",
    });
    await rejects(federatedIdentityCredentials.get(GROUP, "id-web", "fc-web"), {
      statusCode: 404,
      code: "ParentResourceNotFound",
      message: "Can not perform requested operation on nested resource. Parent resource 'id-web' not found.",
    });
    await rejects(all(federatedIdentityCredentials.list(GROUP, "id-web")), { statusCode: 404, code: "ParentResourceNotFound" });
    await rejects(all(userAssignedIdentities.listByResourceGroup("rg-other")), {
      statusCode: 404,
      code: "ResourceGroupNotFound",
    });
  });

  it("deletes what is not there with 204", async () => {
    await azure.identities().userAssignedIdentities.delete(GROUP, "id-web");
    deepStrictEqual(azure.calls(1), [["DELETE", 204, null]]);
  });

  it("deletes no group that is not there: 404", async () => {
    await rejects(azure.resources().resourceGroups.beginDelete("rg-other"), { statusCode: 404, code: "ResourceGroupNotFound" });
  });

  it("finds a resource in any case of its id, and shows it as it was created", async () => {
    await identity("id-web");
    const { status, body } = await azure.send(
      "GET",
      `${identityPath("ID-WEB").toUpperCase()}${API}`.replace("?API-VERSION", "?api-version"),
    );
    deepStrictEqual(
      [status, body.id, body.type],
      [200, identityPath("id-web"), "Microsoft.ManagedIdentity/userAssignedIdentities"],
    );
  });

  it("writes what is above a new resource as it was created", async () => {
    const path = `/subscriptions/${azure.subscriptionId}/resourcegroups/RG-WEB/providers/microsoft.managedidentity/userassignedidentities/id-web`;
    const { status, body } = await azure.send("PUT", path + API, { location: LOCATION });
    deepStrictEqual([status, body.id], [201, identityPath("id-web")]);
  });

  it("changes tags and nothing else with PATCH", async () => {
    await identity("id-web", { team: "web", stage: "dev" });
    const { clientId, tags } = await azure
      .identities()
      .userAssignedIdentities.update(GROUP, "id-web", { tags: { stage: "prod" } });
    deepStrictEqual(tags, { stage: "prod" });
    strictEqual(clientId, (await azure.identities().userAssignedIdentities.get(GROUP, "id-web")).clientId);
    const { status, body } = await azure.send("PATCH", identityPath("id-web") + API, { properties: {} });
    deepStrictEqual([status, body.error.code], [501, "NotInRehearsal"]);
  });

  it("refuses to move a group or a resource to another region", async () => {
    await identity("id-web");
    await rejects(azure.identities().userAssignedIdentities.createOrUpdate(GROUP, "id-web", { location: "northeurope" }), {
      statusCode: 409,
      code: "InvalidResourceLocation",
    });
    await rejects(azure.resources().resourceGroups.createOrUpdate(GROUP, { location: "northeurope" }), {
      statusCode: 409,
      code: "InvalidResourceGroupLocation",
    });
    await azure.resources().resourceGroups.createOrUpdate(GROUP, { location: "West Europe" });
  });

  const malformed: Readonly<Record<string, readonly [body: object, code: string]>> = {
    "without a location": [{}, "LocationRequired"],
    "whose properties are no object": [{ location: LOCATION, properties: 1 }, "InvalidRequestContent"],
    "whose tags are no texts": [{ location: LOCATION, tags: { a: 1 } }, "InvalidRequestContent"],
  };
  for (const [what, [body, code]] of Object.entries(malformed)) {
    it(`refuses a resource ${what} with 400`, async () => {
      const { status, body: answer } = await azure.send("PUT", identityPath("id-web") + API, body);
      deepStrictEqual([status, answer.error.code], [400, code]);
    });
  }

  it("wants a version of the API", async () => {
    for (const query of ["", "?api-version=latest"]) {
      const { status, body } = await azure.send("GET", azure.groupId + query);
      deepStrictEqual([status, body.error.code], [400, "MissingApiVersionParameter"]);
    }
  });

  it("knows no other subscription", async () => {
    const { status, body } = await azure.send("GET", `/subscriptions/${OTHER}/resourceGroups${API}`);
    deepStrictEqual([status, body.error.code], [404, "SubscriptionNotFound"]);
  });

  it("says of what it does not emulate that it is not in the rehearsal", async () => {
    const paths = [
      `${azure.groupId}/providers/Microsoft.Resources/deployments/one`,
      `${azure.groupId}/providers/Microsoft.Network/virtualNetworks/vnet`,
      `${azure.groupId}/providers/Microsoft.KeyVault/vaults/kv-web/keys/one`,
      `/subscriptions/${azure.subscriptionId}/tagNames`,
      `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Web`,
    ];
    for (const path of paths) {
      const { status, body } = await azure.send("GET", path + API);
      deepStrictEqual([status, body.error.code], [501, "NotInRehearsal"], path);
    }
  });

  it("says whether the name of a registry or a storage account is free, taken or not legal", async () => {
    const check = async (provider: string, type: string, name: string) => {
      const path = `/subscriptions/${azure.subscriptionId}/providers/${provider}/checkNameAvailability${API}`;
      const { nameAvailable, reason } = (await azure.send("POST", path, { name, type: `${provider}/${type}` })).body;
      return nameAvailable ? "free" : reason;
    };
    const registry = (name: string) => check("Microsoft.ContainerRegistry", "registries", name);
    const account = (name: string) => check("Microsoft.Storage", "storageAccounts", name);
    deepStrictEqual(
      [await registry("acrweb"), await registry("a-b"), await account("stweb"), await account("ST")],
      ["free", "Invalid", "free", "AccountNameInvalid"],
    );
    const body = { location: LOCATION, sku: { name: "Basic" } };
    await azure.send("PUT", `${azure.groupId}/providers/Microsoft.ContainerRegistry/registries/acrweb${API}`, body);
    deepStrictEqual([await registry("ACRWEB"), await account("acrweb")], ["AlreadyExists", "free"]);
  });

  it("tells how many calls are left, by kind of call, and fills up again with time", async () => {
    const left = async (method: "GET" | "PATCH", path = azure.groupId) => {
      const { headers } = await azure.send(method, path + API, method === "GET" ? undefined : { tags: {} });
      return Object.entries(headers).filter(([name]) => name.startsWith("x-ms-ratelimit-"));
    };
    deepStrictEqual(await left("GET"), [["x-ms-ratelimit-remaining-subscription-reads", "249"]]);
    deepStrictEqual(await left("GET"), [["x-ms-ratelimit-remaining-subscription-reads", "248"]]);
    // Creating the group was the first write.
    deepStrictEqual(await left("PATCH"), [["x-ms-ratelimit-remaining-subscription-writes", "198"]]);
    azure.clock.advance(1000);
    deepStrictEqual(await left("GET"), [["x-ms-ratelimit-remaining-subscription-reads", "249"]]);
  });

  it("gives every answer the ids by which Azure's support finds it", async () => {
    const { headers } = await azure.send("GET", azure.groupId + API);
    match(headers["x-ms-request-id"] ?? "", /^[0-9a-f-]{36}$/);
    ok(headers["x-ms-correlation-request-id"]);
  });
});
