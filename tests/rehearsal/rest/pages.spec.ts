// Lists: what is in them, and that an SDK reads all of their pages.
import { deepStrictEqual, strictEqual } from "node:assert";
import { all } from "../../support/podCalls";
import { GROUP, LOCATION, RestClients } from "../../support/restClients";

describe("A list of Resource Manager's", () => {
  let azure: RestClients;

  beforeEach(async () => {
    azure = await RestClients.start({ pageSize: 2 });
    for (const name of ["id-1", "id-2", "id-3", "id-4", "id-5"])
      await azure.identities().userAssignedIdentities.createOrUpdate(GROUP, name, { location: LOCATION });
  });
  afterEach(() => azure.close());

  const names = (items: readonly { readonly name?: string }[]) => items.map(({ name }) => name);
  const identities = () => azure.identities().userAssignedIdentities;

  it("comes in pages, which the SDK follows to the last one", async () => {
    deepStrictEqual(names(await all(identities().listByResourceGroup(GROUP))), ["id-1", "id-2", "id-3", "id-4", "id-5"]);
    deepStrictEqual(azure.calls(3), [
      ["GET", 200, null],
      ["GET", 200, null],
      ["GET", 200, null],
    ]);
  });

  it("leaves nothing out and shows nothing twice where it changes between two pages", async () => {
    const pages = identities().listByResourceGroup(GROUP).byPage();
    const first = await pages.next();
    await identities().delete(GROUP, "id-1");
    await identities().createOrUpdate(GROUP, "id-0", { location: LOCATION });
    const rest = (await all(pages)).flat();
    deepStrictEqual(names([...first.value, ...rest]), ["id-1", "id-2", "id-3", "id-4", "id-5"]);
  });

  it("has a page of the size that is asked for, up to the largest", async () => {
    const sizes = async (top: string) => {
      const { body } = await azure.send("GET", `${azure.groupId}/resources?api-version=2024-11-01&$top=${top}`);
      return body.value?.length ?? body.error.code;
    };
    deepStrictEqual([await sizes("1"), await sizes("5"), await sizes("0")], [1, 2, "InvalidTop"]);
  });

  it("takes no page that it has not given", async () => {
    const { status, body } = await azure.send("GET", `${azure.groupId}/resources?api-version=2024-11-01&$skiptoken=abc`);
    deepStrictEqual([status, body.error.code], [400, "InvalidSkipToken"]);
  });

  it("is of one subscription, group or parent", async () => {
    await azure.resources().resourceGroups.createOrUpdate("rg-other", { location: LOCATION });
    await identities().createOrUpdate("rg-other", "id-other", { location: LOCATION });
    strictEqual((await all(identities().listBySubscription())).length, 6);
    deepStrictEqual(names(await all(identities().listByResourceGroup("rg-other"))), ["id-other"]);
    for (const parent of ["id-1", "id-2"])
      await azure.identities().federatedIdentityCredentials.createOrUpdate(GROUP, parent, `fc-${parent}`, {
        issuer: "https://issuer.example/",
        subject: "system:serviceaccount:web:web",
        audiences: ["api://AzureADTokenExchange"],
      });
    deepStrictEqual(names(await all(azure.identities().federatedIdentityCredentials.list(GROUP, "id-2"))), ["fc-id-2"]);
  });

  it("of every type has what stands beside the properties, and no child", async () => {
    await azure.identities().federatedIdentityCredentials.createOrUpdate(GROUP, "id-1", "fc-web", {
      issuer: "https://issuer.example/",
      subject: "system:serviceaccount:web:web",
      audiences: ["api://AzureADTokenExchange"],
    });
    const found = await all(azure.resources().resources.listByResourceGroup(GROUP));
    deepStrictEqual(names(found), ["id-1", "id-2", "id-3", "id-4", "id-5"]);
    deepStrictEqual([found[0]?.type, found[0]?.location], ["Microsoft.ManagedIdentity/userAssignedIdentities", LOCATION]);
    const by = async (filter: string) => names(await all(azure.resources().resources.list({ filter })));
    deepStrictEqual(await by("resourceType eq 'Microsoft.KeyVault/vaults'"), []);
    deepStrictEqual(await by("resourceType eq 'Microsoft.ManagedIdentity/userAssignedIdentities' and name eq 'ID-3'"), ["id-3"]);
  });
});
