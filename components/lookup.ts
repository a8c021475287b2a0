// Small things that a stack says in one word.
import type * as pulumi from "@pulumi/pulumi";

/** The entry of a record under a key that is there by construction. Throws for one that is not: a defect of the program. */
export function lookup<T>(record: Readonly<Record<string, T>>, key: string): T {
  const found = record[key];
  if (found === undefined) throw new Error(`nothing under "${key}", only: ${Object.keys(record).join(", ")}`);
  return found;
}

/** The entries that are there, of a record in which some depend on config. */
export function present<T>(record: Readonly<Record<string, T | false | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === false || value === undefined ? [] : [[key, value]])),
  );
}

/** A text that is given once something else is known to be right; at once where there is nothing to wait for. */
export function once(known: pulumi.Output<unknown> | undefined, text: string): pulumi.Input<string> {
  return known === undefined ? text : known.apply(() => text);
}
