// All hosts of the emulated Azure, put together.
import type { IdentityLink } from "../../chain";
import { fetchThrough } from "../network/fetch";
import type { EmulatedHost } from "../network/handler";
import type { Network } from "../network/network";
import { blobHost } from "./blobHost";
import type { BlobStore } from "./blobStore";
import { type EntraOptions, entraHost } from "./entra";
import type { ImageStore } from "./images";
import { imdsHost } from "./imds";
import { keyVaultHost } from "./keyvault";
import { managementHost } from "./managementHost";
import { type Issuer, oidcHost } from "./oidc";
import { registryHost } from "./registry";
import { REGISTRIES, registryTasks } from "./registryTasks";
import type { TaskRuns } from "./taskRuns";
import type { TokenSigner } from "./tokens";
import type { AzureView } from "./view";

/** The client as which Entra ID itself uses the network, to read issuers' documents; it stands in the log of calls. */
export const ENTRA_CLIENT = "entra";

export interface AzureHostsOptions extends EntraOptions {
  readonly view: AzureView;
  readonly issuers: () => readonly Issuer[];
  readonly signer: TokenSigner;
  /** What the nodes carry, for a pod that asks the metadata service. */
  readonly nodeIdentities: () => readonly IdentityLink[];
  /** What the registries hold. */
  readonly images: ImageStore;
  /** What the program's storage accounts hold. */
  readonly blobs: BlobStore;
  /** Builds in registries. */
  readonly runs: TaskRuns;
  /** Whether the subscription may build in registries: one on free credits may not. Defaults to yes. */
  readonly tasksAllowed?: () => boolean;
}

/** For one network. Entra ID reads the issuers through that network, with TLS and over HTTP, like any other client. */
export function azureHosts(options: AzureHostsOptions): EmulatedHost[] {
  const { view, issuers, signer, nodeIdentities, images, blobs, runs, tasksAllowed = () => true } = options;
  let network: Network | undefined;
  const fetchIssuer = async (url: string) => {
    if (network === undefined) throw new Error("The network has not started");
    return fetchThrough(network.clientUrl(ENTRA_CLIENT), network.caPem, url);
  };
  const entra = entraHost(view, fetchIssuer, signer, options);
  return [
    {
      ...entra,
      started: (running) => {
        network = running;
      },
    },
    oidcHost(issuers),
    keyVaultHost(view, signer),
    registryHost(view, signer, images),
    managementHost(view, signer, { [REGISTRIES]: registryTasks(view, runs, tasksAllowed) }),
    // The first host that matches answers: the builds' own storage is none of the program's accounts.
    runs.storage.host,
    blobHost(view, signer, blobs),
    imdsHost(nodeIdentities, signer),
  ];
}
