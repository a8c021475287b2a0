// The environment of a pod of the good chain, as webhook and rehearsal make it.
import { APP_ENVIRONMENT, AUDIENCE, AUTHORITY_HOST, POD_ENVIRONMENT } from "../../chain";
import { IDENTITY, ISSUER_URL, SECRET_NAME, SUBJECT, TENANT_ID, VAULT } from "./goodChain";

export function podVariables(tokenFile: string): Record<string, string> {
  return {
    [POD_ENVIRONMENT.clientId]: IDENTITY.clientId,
    [POD_ENVIRONMENT.tenantId]: TENANT_ID,
    [POD_ENVIRONMENT.tokenFile]: tokenFile,
    [POD_ENVIRONMENT.authorityHost]: AUTHORITY_HOST,
    [APP_ENVIRONMENT.host]: "127.0.0.1",
    [APP_ENVIRONMENT.port]: "0",
    [APP_ENVIRONMENT.vaultUri]: VAULT.uri,
    [APP_ENVIRONMENT.secretName]: SECRET_NAME,
    [APP_ENVIRONMENT.expectedIssuer]: ISSUER_URL,
    [APP_ENVIRONMENT.expectedSubject]: SUBJECT,
    [APP_ENVIRONMENT.expectedAudience]: AUDIENCE,
  };
}

/** PATH and HOME are an empty folder: no SDK may find a developer's own sign-in. */
export function proxyVariables(proxy: string, caFile: string, empty: string): Record<string, string> {
  return {
    HTTPS_PROXY: proxy,
    HTTP_PROXY: proxy,
    NODE_EXTRA_CA_CERTS: caFile,
    NODE_USE_ENV_PROXY: "1",
    PATH: empty,
    HOME: empty,
  };
}
