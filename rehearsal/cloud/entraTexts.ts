// What Entra ID writes when it refuses: number, OAuth error, text. Numbers that a pod can meet are those of chain/codes.ts; three more
// are for malformed requests. Texts are recorded from public reports, named beside each; Microsoft may change them.
import type { POD_CODES } from "../../chain";

/** Requests that no SDK makes; they never reach a pod, so they have no entry in the table of the chain. */
export type FormCode = "AADSTS900144" | "AADSTS70003" | "AADSTS70011" | "AADSTS7000218";
export type EntraCode = Extract<keyof typeof POD_CODES, `AADSTS${string}`> | FormCode;

interface EntraText {
  /** OAuth's `error`. */
  readonly error: string;
  /** Names in braces stand for values of the refused request. */
  readonly text: string;
}

const NO_MATCH = "No matching federated identity record found for presented assertion";
const CHECK = "Check your federated identity credential Subject, Audience and Issuer against the presented assertion.";
const FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

export const ENTRA_TEXTS: Readonly<Record<EntraCode, EntraText>> = {
  // Azure/azure-workload-identity#1200
  AADSTS700211: { error: "invalid_client", text: `${NO_MATCH} issuer '{issuer}'. ${CHECK} ${FEDERATION}` },
  // The number is in the AKS documentation of identity bindings; the text follows its siblings.
  AADSTS700212: { error: "invalid_client", text: `${NO_MATCH} audience '{audience}'. ${CHECK} ${FEDERATION}` },
  // Azure/login#482, Azure/azure-workload-identity#1200
  AADSTS700213: { error: "invalid_client", text: `${NO_MATCH} subject '{subject}'. ${CHECK} ${FEDERATION}` },
  // Azure/login#515
  AADSTS7002138: {
    error: "invalid_client",
    text: `${NO_MATCH} subject '{subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. ${CHECK} ${FEDERATION}`,
  },
  // Public logs of a CSI driver on AKS
  AADSTS70025: {
    error: "invalid_client",
    text: "The client '{client}'({name}) has no configured federated identity credentials.",
  },
  // MicrosoftDocs/azure-docs#108526
  AADSTS700016: {
    error: "unauthorized_client",
    text:
      "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the application has not been installed " +
      "by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  // Azure/Commercial-Marketplace-SaaS-Accelerator#830, Azure/azure-sdk-for-net#46762
  AADSTS7000229: {
    error: "invalid_client",
    text:
      "The client application {client} is missing service principal in the tenant {tenant}. " +
      "See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119",
  },
  // Many public reports
  AADSTS90002: {
    error: "invalid_request",
    text:
      "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. " +
      "Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  // AzureAD/microsoft-authentication-library-for-dotnet#4951
  AADSTS700024: {
    error: "invalid_client",
    text:
      "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of assertion {to}. " +
      "Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
  },
  // Azure/azure-workload-identity#1232
  AADSTS7000272: {
    error: "invalid_client",
    text:
      "The certificate with identifier {kid} used to sign the federated credential could not be found in the metadata of identity provider {issuer}. " +
      "Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.",
  },
  // The text is of on-behalf-of flows; none is public for federated credentials.
  AADSTS50013: {
    error: "invalid_client",
    text: "Assertion failed signature validation. [Reason - Key was found, but use of the key failed.]",
  },
  // Azure/azure-workload-identity#642, Azure/AKS#4029
  AADSTS50166: { error: "invalid_request", text: "Request to External OIDC endpoint failed." },
  // Not seen with federated credentials; the text is that of other flows.
  AADSTS50027: { error: "invalid_request", text: "JWT token is invalid or malformed." },
  // https://learn.microsoft.com/entra/identity-platform/reference-error-codes, as the next three
  AADSTS900144: { error: "invalid_request", text: "The request body must contain the following parameter: '{parameter}'." },
  AADSTS70003: { error: "unsupported_grant_type", text: "The app requested an unsupported grant type '{grant}'." },
  AADSTS70011: {
    error: "invalid_scope",
    text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.",
  },
  AADSTS7000218: {
    error: "invalid_client",
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
};

/** The text with its values; a value that is not given stays a name in braces. */
export function entraText(code: EntraCode, values: Readonly<Record<string, string>>): string {
  return ENTRA_TEXTS[code].text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
