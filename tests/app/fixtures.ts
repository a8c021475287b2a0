// Settings, tokens and errors that the tests of the application share.
import { type Config, readConfig } from "../../app/src/config";
import { APP_ENVIRONMENT, AUDIENCE, AUTHORITY_HOST, POD_ENVIRONMENT } from "../../chain";

export const ISSUER =
  "https://westeurope.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/22222222-2222-4222-8222-222222222222/";
export const SUBJECT = "system:serviceaccount:web:web";

/** The environment of a mutated pod, but for the token file. */
export const POD_ENV = {
  [POD_ENVIRONMENT.clientId]: "33333333-3333-4333-8333-333333333333",
  [POD_ENVIRONMENT.tenantId]: "11111111-1111-4111-8111-111111111111",
  [POD_ENVIRONMENT.tokenFile]: "/nowhere/azure-identity-token",
  [POD_ENVIRONMENT.authorityHost]: AUTHORITY_HOST,
  [APP_ENVIRONMENT.vaultUri]: "https://kv-web.vault.azure.net/",
  [APP_ENVIRONMENT.secretName]: "greeting",
  [APP_ENVIRONMENT.expectedIssuer]: ISSUER,
  [APP_ENVIRONMENT.expectedSubject]: SUBJECT,
  [APP_ENVIRONMENT.expectedAudience]: AUDIENCE,
};

/** Settings of the pod above; undefined takes a variable away. */
export function configOf(changes: Readonly<Record<string, string | undefined>> = {}): Config {
  return readConfig({ ...POD_ENV, ...changes });
}

/** A JWT whose signature nobody checks. */
export function unsignedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", kid: "test" })}.${part(claims)}.c2lnbmF0dXJl`;
}
