/** A refusal as Resource Manager gives it. */
export class AzureError extends Error {
  override readonly name = "AzureError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
