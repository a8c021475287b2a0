// What the commands have in common that write a file of the repository from its code: they write, or with --check only compare.

export interface Generator {
  readonly usage: string;
  /** One message for each thing that is not what the code says. */
  stale(): readonly string[];
  write(): void;
}

/** Runs a generator with a command line's arguments and returns the exit code: 1 for what is stale, 2 for wrong use. */
export function generate(args: readonly string[], { usage, stale, write }: Generator): number {
  const [flag, ...others] = args;
  if (flag === "--help" && others.length === 0) {
    console.log(usage);
    return 0;
  }
  if (others.length > 0 || (flag !== undefined && flag !== "--check")) {
    console.error(usage);
    return 2;
  }
  if (flag === undefined) {
    write();
    return 0;
  }
  const messages = stale();
  for (const message of messages) console.error(message);
  return messages.length === 0 ? 0 : 1;
}
