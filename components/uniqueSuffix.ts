import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const LENGTH = 6;

/** Lower-case letters and digits for names that must be unique in all of Azure. Made once and kept in the state. */
export function uniqueSuffix(name: string): pulumi.Output<string> {
  return new random.RandomString(name, { length: LENGTH, special: false, upper: false }).result;
}
