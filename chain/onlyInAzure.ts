// What only Azure and a real cluster can answer. No check of a program gives these entries; they explain an error that somebody has met.
import { AZURE_CLUSTER } from "./rules/azureCluster";
import { AZURE_CONTROL_PLANE } from "./rules/azureControlPlane";
import { AZURE_SIGN_IN } from "./rules/azureSignIn";
import type { Explanation } from "./rules/rule";

/** By id, WI100 to WI189; from WI190 on are the rules of a deployed cluster, which npm run verify checks. An id never changes its meaning, and is not used again when its entry goes. */
export const ONLY_IN_AZURE = { ...AZURE_SIGN_IN, ...AZURE_CONTROL_PLANE, ...AZURE_CLUSTER } as const satisfies Record<
  string,
  Explanation
>;

export type AzureEntryId = keyof typeof ONLY_IN_AZURE;
