// Public images that no program builds, and that a rehearsal cannot pull: a small program does for them what matters to the chain.
import { join } from "node:path";
import type { Runnable } from "./imageCommand";

interface StandIn {
  /** Name of the repository, with its registry. */
  readonly repository: string;
  readonly file: string;
  /** What it does instead of the image. */
  readonly does: string;
}

const STAND_INS: readonly StandIn[] = [
  { repository: "mcr.microsoft.com/azure-cli", file: "azureCli.mjs", does: "signed in as az login --federated-token does" },
];

function standInOf(image: string): StandIn | undefined {
  return STAND_INS.find(
    ({ repository }) => image === repository || (/^[:@]/.test(image.slice(repository.length)) && image.startsWith(repository)),
  );
}

/** What runs instead of a public image; undefined for an image that nothing stands in for. */
export function standInFor(image: string): Runnable | undefined {
  const found = standInOf(image);
  return found === undefined ? undefined : { file: process.execPath, args: [join(__dirname, found.file)], directory: __dirname };
}

/** What a report says of an image that was not run. */
export function standInReason(image: string): string | undefined {
  const found = standInOf(image);
  return found === undefined ? undefined : `image ${image} was not run, nor its command: a stand-in ${found.does}`;
}
