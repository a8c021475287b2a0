import { stripVTControlCharacters } from "node:util";

/**
 * Why an image was not built, in one message for a person. It carries nothing of the request that failed: a header would hold a token, an address of
 * Azure Storage a signature.
 */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

/** What an error or a service says, on one line and without a full stop, to be put into a sentence. */
export function sayingOf(said: unknown): string {
  const text = said instanceof Error ? said.message : String(said);
  return stripVTControlCharacters(text).replace(/\s+/g, " ").trim().replace(/\.$/, "");
}
