import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { NAME_RULES } from "../chain";
import { checkName, gatedName } from "./validate";

export interface BlobStoreArgs {
  /** Resource group that holds the account. Changing it replaces the account and loses its blobs. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. Defaults to `azure-native:location`. Changing it replaces the account and loses its blobs. */
  location?: pulumi.Input<string> | undefined;
  /** Name, unique in all of Azure, 3 to 24 lower-case letters and digits. Changing it replaces the account and loses its blobs. */
  accountName: pulumi.Input<string>;
  /** Name of the private container, 3 to 63 lower-case letters, digits and `-`. Changing it replaces the container and loses its blobs. */
  containerName: string;
  /** Refuses to delete or replace account and container. Defaults to `false`. */
  protect?: boolean | undefined;
  tags?: Record<string, string> | undefined;
}

/**
 * A storage account that only identities of Microsoft Entra ID can use, with one private container.
 *
 * Creates the account, whose shared keys are off, then the container. Grants nothing: whoever reads gets its role where it is declared, on `containerId`.
 * Uploads nothing: azure-native's resource for blobs signs with the shared key. `az storage blob upload --auth-mode login` uploads with a role.
 */
export class BlobStore extends pulumi.ComponentResource {
  /** Address of the blob service, with its trailing slash. */
  readonly blobEndpoint: pulumi.Output<string>;
  readonly accountName: pulumi.Output<string>;
  readonly containerName: pulumi.Output<string>;
  /** Resource id of the container: the narrowest scope for a role. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: BlobStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const place = { component: "BlobStore", name };
    checkName(place, "accountName", NAME_RULES.storageAccount, args.accountName);
    checkName(place, "containerName", NAME_RULES.blobContainer, args.containerName);
    super("aks-workload-identity:index:BlobStore", name, {}, opts);
    const child = { parent: this, ...(args.protect === undefined ? {} : { protect: args.protect }) };

    const accountName = gatedName(this, place, "accountName", NAME_RULES.storageAccount, args.accountName);
    const account = createAccount(`${name}-account`, args, accountName, child);
    const container = createContainer(`${name}-container`, args, account, child);

    // With the id, which a preview does not know: there the addresses are empty.
    this.blobEndpoint = pulumi.all([account.id, account.primaryEndpoints]).apply(([, { blob }]) => {
      if (blob) return blob;
      throw new pulumi.ResourceError(`BlobStore "${name}": Azure returned no address of the blob service`, this, true);
    });
    this.accountName = account.name;
    this.containerName = container.name;
    this.containerId = container.id;
    this.registerOutputs({
      blobEndpoint: this.blobEndpoint,
      accountName: this.accountName,
      containerName: this.containerName,
      containerId: this.containerId,
    });
  }
}

function createAccount(
  name: string,
  { resourceGroupName, location, tags }: BlobStoreArgs,
  accountName: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
) {
  return new storage.StorageAccount(
    name,
    {
      resourceGroupName,
      location,
      accountName,
      kind: storage.Kind.StorageV2,
      sku: { name: storage.SkuName.Standard_LRS },
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      defaultToOAuthAuthentication: true,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: storage.MinimumTlsVersion.TLS1_2,
      publicNetworkAccess: storage.PublicNetworkAccess.Enabled,
      tags,
    },
    opts,
  );
}

function createContainer(
  name: string,
  { resourceGroupName, containerName }: BlobStoreArgs,
  account: storage.StorageAccount,
  opts: pulumi.CustomResourceOptions,
) {
  return new storage.BlobContainer(
    name,
    { resourceGroupName, accountName: account.name, containerName, publicAccess: storage.PublicAccess.None },
    { ...opts, deletedWith: account },
  );
}
