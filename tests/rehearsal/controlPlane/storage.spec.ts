// Storage accounts and containers through azure-native, and what a program may not do with keys.
import { strict as assert } from "node:assert";
import { NAME_RULES } from "../../../chain";
import { AzureFront, GROUP, GROUP_ID, TYPES } from "./azureFront";

const ACCOUNT_ID = `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/stweb`;

describe("storage in the emulated Azure", () => {
  let azure: AzureFront;
  beforeEach(async () => {
    azure = await AzureFront.start();
  });

  it("gives an account its addresses and the stack's location", async () => {
    const { id, state } = await azure.account();
    assert.equal(id, ACCOUNT_ID);
    assert.deepEqual(state, {
      name: "stweb",
      type: "Microsoft.Storage/storageAccounts",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      location: "westeurope",
      primaryLocation: "westeurope",
      provisioningState: "Succeeded",
      primaryEndpoints: {
        blob: "https://stweb.blob.core.windows.net/",
        dfs: "https://stweb.dfs.core.windows.net/",
        file: "https://stweb.file.core.windows.net/",
        queue: "https://stweb.queue.core.windows.net/",
        table: "https://stweb.table.core.windows.net/",
      },
    });
    assert.deepEqual((await azure.register(TYPES.account, {}, "again", id)).state.primaryEndpoints, state.primaryEndpoints);
  });

  it("shows a container with its account and address", async () => {
    await azure.account();
    const { id, state } = await azure.container();
    assert.equal(id, `${ACCOUNT_ID}/blobServices/default/containers/documents`);
    assert.deepEqual([state.name, state.publicAccess], ["documents", "None"]);
    assert.deepEqual(azure.cloud.blobContainers(), [
      {
        resource: `${TYPES.container}::sample`,
        id,
        name: "documents",
        account: "stweb",
        endpoint: "https://stweb.blob.core.windows.net/",
      },
    ]);
  });

  it("takes Azure's defaults for keys and public access, and what a program says", async () => {
    const accounts = async (changed: Readonly<Record<string, unknown>>) => {
      await azure.account(changed);
      return azure.cloud.storageAccounts().map(({ sharedKeys, publicAccess }) => ({ sharedKeys, publicAccess }));
    };
    assert.deepEqual(await accounts({}), [{ sharedKeys: true, publicAccess: false }]);
    const changed = { allowSharedKeyAccess: false, allowBlobPublicAccess: true };
    assert.deepEqual(await accounts(changed), [{ sharedKeys: false, publicAccess: true }]);
  });

  const KEYS = "azure-native:storage:listStorageAccountKeys";
  const ARGS = { ...GROUP, accountName: "stweb" };
  const refusals: readonly (readonly [what: string, attempt: () => Promise<unknown>, status: number, message: string])[] = [
    [
      "an account whose name is taken, in another group",
      async () => {
        await azure.account();
        await azure.register(TYPES.group, { resourceGroupName: "rg2" });
        await azure.account({ resourceGroupName: "rg2" }, "other");
      },
      409,
      "StorageAccountAlreadyTaken: The storage account named stweb is already taken.",
    ],
    [
      "an account with a name that is not legal",
      () => azure.account({ accountName: "st-web" }),
      400,
      `InvalidResourceName: 'st-web' is not a legal name: ${NAME_RULES.storageAccount.text} (${NAME_RULES.storageAccount.url})`,
    ],
    [
      "an account without its kind of replication",
      () => azure.account({ sku: undefined }),
      400,
      "InvalidRequestContent: sku: Invalid input: expected object, received undefined",
    ],
    [
      "a container with a name that is not legal",
      () => azure.account().then(() => azure.container({ containerName: "my--data" })),
      400,
      `InvalidResourceName: 'my--data' is not a legal name: ${NAME_RULES.blobContainer.text} (${NAME_RULES.blobContainer.url})`,
    ],
    [
      "a container whose account is not there",
      () => azure.container(),
      404,
      `ParentResourceNotFound: Failed to perform 'write' on resource(s) of type 'storageAccounts/blobServices/containers', because the parent resource '${ACCOUNT_ID}' could not be found.`,
    ],
    [
      "a container that is open to everybody, which is not emulated",
      () => azure.account().then(() => azure.container({ publicAccess: "Blob" })),
      501,
      "NotEmulated: the rehearsal does not emulate containers that are open to everybody",
    ],
    [
      "a blob of the program where keys are off, as azure-native would",
      async () => {
        await azure.account({ allowSharedKeyAccess: false });
        await azure.register(TYPES.blob, { ...ARGS, containerName: "documents" });
      },
      403,
      "KeyBasedAuthenticationNotPermitted: Key based authentication is not permitted on this storage account.",
    ],
    [
      "a blob of the program, which is not emulated",
      () => azure.account().then(() => azure.register(TYPES.blob, { ...ARGS, containerName: "documents" })),
      501,
      "NotEmulated: the rehearsal does not emulate azure-native:storage:Blob, which signs with the account's key",
    ],
    [
      "the keys of an account",
      () => azure.account().then(() => azure.cloud.invoke(KEYS, ARGS)),
      501,
      "NotEmulated: the rehearsal hands out no keys of a storage account",
    ],
    [
      "the keys of an account where they open nothing",
      () => azure.account({ allowSharedKeyAccess: false }).then(() => azure.cloud.invoke(KEYS, ARGS)),
      501,
      "NotEmulated: the rehearsal hands out no keys of a storage account, and they would open nothing: allowSharedKeyAccess is false",
    ],
    [
      "the keys of an account that is not there",
      () => azure.cloud.invoke(KEYS, ARGS),
      404,
      "ResourceNotFound: The Resource 'Microsoft.Storage/storageAccounts/stweb' under resource group 'rg' was not found.",
    ],
  ];
  for (const [what, attempt, status, message] of refusals)
    it(`refuses ${what}`, () => assert.rejects(attempt, { name: "AzureError", status, message }));
});
