import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { BlobStore, type BlobStoreArgs } from "../../components";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { type RunOptions, run } from "../support/program";
import { assertFails, assertRefused, childrenOf, cloudThatAnswers, resourceGroup } from "./fixtures";

const ACCOUNT = "azure-native:storage:StorageAccount";
const CONTAINER = "azure-native:storage:BlobContainer";
const COMPONENT = "aks-workload-identity:index:BlobStore files";
const NAMES_URL = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

function make(overrides: Partial<BlobStoreArgs> = {}) {
  return new BlobStore("files", {
    resourceGroupName: resourceGroup().name,
    accountName: "stshop",
    containerName: "data",
    tags: { team: "shop" },
    ...overrides,
  });
}

const create = (overrides: Partial<BlobStoreArgs> = {}, options: RunOptions = {}) => run(() => void make(overrides), options);

describe("BlobStore", () => {
  const children = [`${CONTAINER} files-container`, `${ACCOUNT} files-account`];

  it("creates account and container, and grants nothing", async () => {
    assert.deepEqual(childrenOf(await create(), COMPONENT), children);
  });

  it("creates the same in a preview, and knows no address yet", async () => {
    const result = await create({}, { preview: true });
    assert.deepEqual(childrenOf(result, COMPONENT), children);
    assert.equal(result.componentOutputs[result.find("aks-workload-identity:index:BlobStore").urn]?.blobEndpoint, UNKNOWN);
  });

  it("opens the account to identities only: no shared keys, nothing public, TLS 1.2", async () => {
    const { inputs } = (await create()).find(ACCOUNT);
    const { resourceGroupName: _, ...rest } = inputs;
    assert.deepEqual(rest, {
      accountName: "stshop",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      defaultToOAuthAuthentication: true,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      publicNetworkAccess: "Enabled",
      tags: { team: "shop" },
    });
    assert.equal((await create()).find(CONTAINER).inputs.publicAccess, "None");
  });

  it("gives the address with its slash, and the container's id, which is the narrowest scope of a role", async () => {
    const result = await create();
    const [container] = result.cloud.blobContainers();
    assert.deepEqual(result.componentOutputs[result.find("aks-workload-identity:index:BlobStore").urn], {
      blobEndpoint: "https://stshop.blob.core.windows.net/",
      accountName: "stshop",
      containerName: "data",
      containerId: container?.id,
    });
    assert.match(container?.id ?? "", /\/storageAccounts\/stshop\/blobServices\/default\/containers\/data$/);
  });

  it("protects account and container when told to, and nothing otherwise", async () => {
    const guarded = (result: Awaited<ReturnType<typeof create>>) =>
      result.resources.filter(({ protect }) => protect).map(({ name }) => name);
    assert.deepEqual(guarded(await create()), []);
    assert.deepEqual(guarded(await create({ protect: true })).sort(), ["files-account", "files-container"]);
  });

  it("lets the container go with its account", async () => {
    assert.match((await create()).find(CONTAINER).deletedWith ?? "", /files-account$/);
  });

  it("says so when Azure returns no address", () =>
    assertFails(
      () => {
        const { blobEndpoint } = make();
        new BlobStore("other", { resourceGroupName: blobEndpoint, accountName: "stother", containerName: "data" });
      },
      'BlobStore "files": Azure returned no address of the blob service',
      cloudThatAnswers(ACCOUNT, (state) => ({ ...state, primaryEndpoints: {} })),
    ));

  for (const [what, overrides, message] of [
    [
      "an account's name with capitals",
      { accountName: "stShop" },
      `accountName must be 3 to 24 lower-case letters and digits, got "stShop". See ${NAMES_URL}`,
    ],
    [
      "a container's name with two dashes together",
      { containerName: "my--data" },
      'containerName must be 3 to 63 lower-case letters, digits and single -, a letter or digit at both ends, got "my--data". ' +
        "See https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata",
    ],
  ] as const) {
    it(`refuses ${what} before anything is registered`, () =>
      assertRefused("BlobStore", () => make(overrides), `BlobStore "files": ${message}`));
  }

  it("refuses a name that only a run can know", () =>
    assertFails(
      () => make({ accountName: pulumi.output("st-shop") }),
      `BlobStore "files": accountName must be 3 to 24 lower-case letters and digits, got "st-shop". See ${NAMES_URL}`,
    ));
});
