import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const LENGTH = 6;

/** Lower-case letters and digits for names that must be unique in all of Azure. Made once and kept in the state. */
export function uniqueSuffix(name: string): pulumi.Output<string> {
  return new random.RandomString(name, { length: LENGTH, special: false, upper: false }).result;
}

/** A name that is unique in all of Azure: the whole one that somebody chose, or the prefix with the stack's suffix. */
export function uniqueName(
  { prefix, exact }: { readonly prefix: string; readonly exact?: string | undefined },
  suffix: pulumi.Output<string>,
): pulumi.Output<string> {
  return exact === undefined ? pulumi.interpolate`${prefix}${suffix}` : pulumi.output(exact);
}
