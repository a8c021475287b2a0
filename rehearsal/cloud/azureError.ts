/** A refusal as Resource Manager gives it. */
export class AzureError extends Error {
  override readonly name = "AzureError";
  constructor(
    readonly status: number,
    readonly code: string,
    /** Azure's own words, without the code. */
    readonly text: string,
    /** What the answer says beside its body, such as `retry-after`; names in lower case. */
    readonly headers?: Readonly<Record<string, string>>,
  ) {
    super(`${code}: ${text}`);
  }
}
