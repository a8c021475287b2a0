// Opens what the pod was configured to read. Each SDK is loaded only where something needs it, those of optional/ from files of their own.
import type { BlobStore } from "./blobs";
import type { Sources } from "./chain";
import type { Config } from "./config";

/** `onBlobs` gets the store that also the route to blobs reads from. */
export async function openSources(config: Config, onBlobs: (store: BlobStore) => void): Promise<Sources> {
  const { blobs, roleList } = config;
  const { AzureAccess } = await import("./azureAccess.js");
  const access = new AzureAccess(config);
  const { KeyVaultSource } = await import("./keyVault.js");
  const openBlobs = async (settings: NonNullable<typeof blobs>) => {
    const store = new (await import("./optional/blobStorage.js")).BlobStorage(settings, access);
    onBlobs(store);
    return store;
  };
  return {
    secret: new KeyVaultSource(config, access),
    blobs: blobs && (() => openBlobs(blobs)),
    roles: roleList && (async () => new (await import("./optional/roleList.js")).RoleListSource(roleList, access)),
  };
}
