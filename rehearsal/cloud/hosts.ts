// All hosts of the emulated Azure, put together.
import type { IdentityLink } from "../../chain";
import { fetchThrough } from "../network/fetch";
import { azureError, type EmulatedHost } from "../network/handler";
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
import type { RestApi } from "./rest/restApi";
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
  /** The control plane over HTTP. Without it Resource Manager only lists roles and builds images. */
  readonly rest?: RestApi | undefined;
}

/** Names and groups of a directory are not emulated. Clients of Resource Manager that ask for them are told so, where any other host is refused. */
const graphHost: EmulatedHost = {
  pattern: "graph.microsoft.com",
  handle: () =>
    azureError(501, "NotInRehearsal", "The rehearsal has no Microsoft Graph: name a principal by its object id and type."),
};

/** For one network. Entra ID reads the issuers through that network, with TLS and over HTTP, like any other client. */
export function azureHosts(options: AzureHostsOptions): EmulatedHost[] {
  const { view, issuers, signer, nodeIdentities, images, blobs, runs, tasksAllowed = () => true, rest } = options;
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
    managementHost(view, signer, { [REGISTRIES]: registryTasks(view, runs, tasksAllowed) }, rest),
    // The first host that matches answers: the builds' own storage is none of the program's accounts.
    runs.storage.host,
    blobHost(view, signer, blobs),
    ...(rest === undefined ? [] : [graphHost]),
    imdsHost(nodeIdentities, signer),
  ];
}
