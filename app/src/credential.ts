// Whose identity the application has, and how its requests for tokens behave.
import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  ChainedTokenCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
  type WorkloadIdentityCredentialOptions,
} from "@azure/identity";
import type { Config } from "./config";

/** The SDKs' own retries are off: chain.ts retries, so that every refusal is seen and shown at once. */
export const NO_RETRIES = { maxRetries: 0 };

export type Policy = NonNullable<WorkloadIdentityCredentialOptions["additionalPolicies"]>[number];

/**
 * After a 429 or 5xx without Retry-After, MSAL answers for Entra ID for a minute, from memory. With the shortest hold that it knows (one second),
 * the application's own back-off decides instead.
 */
const shortHold: Policy = {
  position: "perRetry",
  policy: {
    name: "shortHold",
    sendRequest: async (request, next) => {
      const response = await next(request);
      const { status, headers } = response;
      if ((status === 429 || status >= 500) && !headers.has("retry-after")) headers.set("retry-after", "1");
      return response;
    },
  },
};

/**
 * In a cluster the pod's own identity and no other; outside it, whoever is signed in to a command line.
 *
 * `watch` sees every answer of Entra ID.
 */
export function createCredential(config: Config, watch: Policy): TokenCredential {
  const { inCluster, clientId, tenantId, tokenFile, authorityHost } = config;
  if (!inCluster) return new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential());
  return new WorkloadIdentityCredential({
    retryOptions: NO_RETRIES,
    additionalPolicies: [shortHold, watch],
    ...(clientId === undefined ? {} : { clientId }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(tokenFile === undefined ? {} : { tokenFilePath: tokenFile }),
    ...(authorityHost === undefined ? {} : { authorityHost }),
  });
}
