/** Wrong use, or a program that does not run: one message that says what to change, exit code 2, no stack trace. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}
