/** A refusal as Resource Manager gives it. */
export class AzureError extends Error {
  override readonly name = "AzureError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Headers of the answer that belong to the refusal: `retry-after`. */
    readonly headers?: Readonly<Record<string, string>>,
  ) {
    super(`${code}: ${message}`);
  }
}
