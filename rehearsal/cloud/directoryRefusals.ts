// What Microsoft Graph refuses when applications are registered, in the words in which azuread passes it on.
import { FEDERATED_CREDENTIALS_PER_IDENTITY, NAME_RULES } from "../../chain";
import { AzureError } from "./azureError";

interface Given {
  readonly displayName: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

export function refuseCredential({ displayName, issuer, subject, audiences }: Given, others: readonly Given[]): void {
  const invalid = (text: string) => graphError("ApplicationsClient", 400, "InvalidFederatedIdentityCredentialValue", text);
  const { pattern, text, url } = NAME_RULES.federatedCredential;
  if (!pattern.test(displayName)) throw invalid(`'${displayName}' is not a legal name: ${text} (${url})`);
  if (audiences.length !== 1) throw invalid("Federated identity credentials must have exactly one audience.");
  if (others.length >= FEDERATED_CREDENTIALS_PER_IDENTITY)
    throw invalid(`An application holds at most ${FEDERATED_CREDENTIALS_PER_IDENTITY} federated identity credentials.`);
  // Azure/azure-dev#1482
  if (others.some((other) => other.displayName === displayName))
    throw graphError(
      "ApplicationsClient",
      409,
      "Request_MultipleObjectsWithSameKeyValue",
      `FederatedIdentityCredential with name ${displayName} already exists.`,
    );
  // Azure/azure-workload-identity#434
  if (others.some((other) => other.issuer === issuer && other.subject === subject))
    throw invalid(
      `The combination of issuer and subject must be unique for the application. Issuer ${issuer} and Subject: ${subject} already exist.`,
    );
}

const REASONS: Readonly<Record<number, string>> = { 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict" };

/** As the provider passes Microsoft Graph's answer on. */
export function graphError(client: string, status: number, code: string, text: string): AzureError {
  const answer = `unexpected status ${status} (${status} ${REASONS[status]})`;
  return new AzureError(status, code, `${client}.BaseClient.Post(): ${answer} with error: ${code}: ${text}`);
}
