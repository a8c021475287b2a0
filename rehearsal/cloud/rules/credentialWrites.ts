// Azure writes the federated credentials of one identity one at a time, and refuses what comes meanwhile.
import { sameText } from "../../../chain";
import { AzureError } from "../azureError";
import type { Operation, OperationRule } from "../operations";
import { FEDERATED_CREDENTIAL } from "../resourceTypes";

export interface CredentialWritesOptions {
  /** How long one write takes, in milliseconds of the clock. Not documented: the default, two seconds, is ours. */
  readonly durationMs?: number;
}

/**
 * Documented without the words: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations - with them in
 * Azure/bicep-registry-modules#1447, where the identity stands in small letters. Deletions count too: hashicorp/terraform-provider-azurerm#29242.
 */
export function credentialWrites({ durationMs = 2000 }: CredentialWritesOptions = {}): OperationRule {
  return {
    durationMs: (operation) => (identityOf(operation) === undefined ? 0 : durationMs),
    before(operation, running) {
      const identity = identityOf(operation);
      if (identity === undefined || !running.some((other) => sameText(identityOf(other) ?? "", identity))) return;
      throw new AzureError(
        409,
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        `Too many Federated Identity Credentials are written concurrently for the managed identity '${identity.toLowerCase()}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
      );
    },
  };
}

/** The identity whose credentials an operation changes. */
function identityOf({ verb, type, id }: Operation): string | undefined {
  if (!sameText(type, FEDERATED_CREDENTIAL) || verb === "read" || verb === "call") return undefined;
  return id.slice(0, id.toLowerCase().lastIndexOf("/federatedidentitycredentials/"));
}
