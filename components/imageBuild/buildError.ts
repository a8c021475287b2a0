import { withoutControls } from "./terminal";

/**
 * Why an image was not built, in one message for a person. It carries nothing of the request that failed: a header would hold a token, an address of
 * Azure Storage a signature.
 */
export class BuildError extends Error {
  override readonly name = "BuildError";

  /** `temporary`: the same call may be answered in some minutes. */
  constructor(
    message: string,
    readonly temporary = false,
  ) {
    super(message);
  }
}

/** What an error or a service says, on one line and without a full stop, to be put into a sentence. */
export function sayingOf(said: unknown): string {
  const text = said instanceof Error ? said.message : String(said);
  // A line break of Windows, or a lone carriage return, is a space before it is a control character.
  return withoutControls(text.replace(/\s/g, " ")).replace(/ +/g, " ").trim().replace(/\.$/, "");
}
