// What runs instead of an image that a rehearsal has not got: small programs that do what matters to the chain, with the real SDKs.
import { join } from "node:path";
import type { Runnable } from "./imageCommand";

/** What a stand-in prints once it has done what it was started for. */
export const STAND_IN_DONE = "rehearsal: the stand-in is done";

const AZURE_CLI = "mcr.microsoft.com/azure-cli";

/** What the built-in probe reads with the pod's identity. Nothing at all: it asks for a token. */
export interface Reads {
  readonly secrets: readonly { readonly vaultUri: string; readonly name: string }[];
  readonly blobs: readonly { readonly endpoint: string; readonly container: string }[];
  readonly roleLists: readonly { readonly scope: string; readonly principalId: string }[];
}

/** Whether an image is that of the Azure CLI, whatever its version. */
export function isAzureCli(image: string): boolean {
  return image === AZURE_CLI || (image.startsWith(AZURE_CLI) && /^[:@]/.test(image.slice(AZURE_CLI.length)));
}

/** Signs in as `az login --federated-token` does. `stays`: it lives on, as a container that serves does. */
export function azureCliStandIn(stays: boolean): Runnable {
  return standIn("azureCli.mjs", stays, {});
}

/** Signs in with the pod's identity and reads what it is given. */
export function probeStandIn(reads: Reads, stays: boolean): Runnable {
  return standIn("probe.mjs", stays, reads);
}

function standIn(file: string, stays: boolean, task: object): Runnable {
  const args = [join(__dirname, file), JSON.stringify({ ...task, stays, done: STAND_IN_DONE })];
  return { file: process.execPath, args, directory: __dirname };
}
