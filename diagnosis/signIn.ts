// Signs in to Azure as the azure-native provider does, from the same variables and config keys in the same order, so that what is asked is asked as whoever runs `pulumi up`.
// https://www.pulumi.com/registry/packages/azure-native/installation-configuration/

import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
} from "@azure/identity";
import { withoutTokens } from "../chain";
import { UsageError } from "../rehearsal/usageError";
import { azAccount } from "./azAccount";
import { pipelineToken } from "./pipelineToken";
import { settled } from "./settled";

export interface SignInOptions {
  /** Defaults to this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The stack's config by full key, such as `azure-native:clientId`: it goes before the environment. Defaults to none. */
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of the config that are encrypted: their values are not known here. Defaults to none. */
  readonly encrypted?: readonly string[];
  /** Defaults to the SDK's own, which heeds HTTPS_PROXY. */
  readonly httpClient?: HttpClient;
  /** How long a sign-in may take, in seconds. Defaults to 30. */
  readonly limitSeconds?: number;
  /** Ends it at once, with its reason. Defaults to none. */
  readonly signal?: AbortSignal;
}

export interface SignIn {
  /** In words, without any secret: "with a token in ARM_OIDC_TOKEN_FILE_PATH, as client …". */
  readonly how: string;
  readonly credential: TokenCredential;
  /** As configured, or the Azure CLI's; undefined where neither says it. */
  readonly tenantId: string | undefined;
  readonly subscriptionId: string | undefined;
}

export const RESOURCE_MANAGER_SCOPE = "https://management.azure.com/.default";
const PAGE = "https://www.pulumi.com/registry/packages/azure-native/installation-configuration/";
/** What the public cloud is called in ARM_ENVIRONMENT. */
const PUBLIC_CLOUD = /^(|public|azurecloud|azurepubliccloud)$/i;

/** Throws a `UsageError` where nobody is signed in, where what is configured is incomplete, and where Entra ID refuses it. */
export async function signIn(options: SignInOptions = {}): Promise<SignIn> {
  const chosen = await choose(options);
  const { limitSeconds = 30, signal } = options;
  const limit = AbortSignal.timeout(limitSeconds * 1000);
  try {
    const token = await settled(
      (abortSignal) => chosen.credential.getToken(RESOURCE_MANAGER_SCOPE, { abortSignal }),
      signal === undefined ? limit : AbortSignal.any([signal, limit]),
    );
    if (token !== null) return chosen;
  } catch (error) {
    signal?.throwIfAborted();
    throw refused(chosen.how, error, limitSeconds);
  }
  throw refused(chosen.how, new Error("it gave no token"), limitSeconds);
}

/** The first method that is configured, in the provider's order; one that is incomplete is refused, not passed over. */
async function choose(options: SignInOptions): Promise<SignIn> {
  const { env = process.env, config = {}, encrypted = [], httpClient } = options;
  const value = (key: string, ...names: readonly string[]): string => {
    const full = `azure-native:${key}`;
    if (encrypted.includes(full))
      throw new UsageError(
        `${full} is encrypted in the stack's config, which this command does not decrypt`,
        `set ${names[0]} for it, and take the key out of the config for this run`,
      );
    return config[full] ?? names.map((name) => env[name]).find((each) => each !== undefined && each !== "") ?? "";
  };
  const cloud = value("environment", "ARM_ENVIRONMENT", "AZURE_ENVIRONMENT");
  if (!PUBLIC_CLOUD.test(cloud))
    throw new UsageError(
      `ARM_ENVIRONMENT names the cloud "${cloud}", and this command knows only the public one`,
      "leave it out for the public cloud",
    );
  const [clientId, tenantId, subscriptionId] = [
    value("clientId", "ARM_CLIENT_ID"),
    value("tenantId", "ARM_TENANT_ID"),
    value("subscriptionId", "ARM_SUBSCRIPTION_ID"),
  ];
  const client = httpClient === undefined ? {} : { httpClient };
  const known = { tenantId: tenantId || undefined, subscriptionId: subscriptionId || undefined };
  const needs = (method: string, ...all: readonly (readonly [name: string, value: string])[]) => {
    const missing = all.flatMap(([name, given]) => (given === "" ? [name] : []));
    if (missing.length > 0)
      throw new UsageError(
        `to sign in with ${method}, ${missing.join(" and ")} must be set`,
        `set ${missing.join(" and ")}, see ${PAGE}`,
      );
  };
  const application = [
    ["ARM_CLIENT_ID", clientId],
    ["ARM_TENANT_ID", tenantId],
    ["ARM_SUBSCRIPTION_ID", subscriptionId],
  ] as const;
  const subscription = ["ARM_SUBSCRIPTION_ID", subscriptionId] as const;

  if (value("useDefaultAzureCredential", "ARM_USE_DEFAULT_AZURE_CREDENTIAL") === "true") {
    needs("ARM_USE_DEFAULT_AZURE_CREDENTIAL", subscription);
    return {
      ...known,
      how: "with the default Azure credential",
      credential: new DefaultAzureCredential({ ...client, ...(tenantId === "" ? {} : { tenantId }) }),
    };
  }
  const certificatePath = value("clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH");
  if (certificatePath !== "") {
    needs("a certificate", ...application);
    // The SDK for JavaScript reads PEM only, where the provider also reads PKCS #12.
    if (/\.(pfx|p12)$/i.test(certificatePath))
      throw new UsageError(
        `this command reads no PKCS #12 file: ${certificatePath}`,
        `convert it for this run: openssl pkcs12 -in ${certificatePath} -nodes -out certificate.pem, and name that file in ARM_CLIENT_CERTIFICATE_PATH`,
      );
    const certificatePassword = value("clientCertificatePassword", "ARM_CLIENT_CERTIFICATE_PASSWORD");
    const certificate = { certificatePath, ...(certificatePassword === "" ? {} : { certificatePassword }) };
    return {
      ...known,
      how: `with the certificate in ARM_CLIENT_CERTIFICATE_PATH, as client ${clientId}`,
      credential: new ClientCertificateCredential(tenantId, clientId, certificate, client),
    };
  }
  const secret = value("clientSecret", "ARM_CLIENT_SECRET");
  if (secret !== "") {
    needs("ARM_CLIENT_SECRET", ...application);
    return {
      ...known,
      how: `with the secret in ARM_CLIENT_SECRET, as client ${clientId}`,
      credential: new ClientSecretCredential(tenantId, clientId, secret, client),
    };
  }
  if (value("useOidc", "ARM_USE_OIDC") === "true") {
    needs("ARM_USE_OIDC", ...application);
    const { from, read } = pipelineToken(value);
    return {
      ...known,
      how: `with ${from}, as client ${clientId}`,
      credential: new ClientAssertionCredential(tenantId, clientId, read, client),
    };
  }
  if (value("useMsi", "ARM_USE_MSI") === "true") {
    needs("ARM_USE_MSI", subscription);
    const credential = clientId === "" ? new ManagedIdentityCredential(client) : new ManagedIdentityCredential(clientId, client);
    return {
      ...known,
      how: `as the managed identity of this machine${clientId === "" ? "" : ` with client id ${clientId}`}`,
      credential,
    };
  }
  const account = await azAccount(subscriptionId, env);
  const credential = new AzureCliCredential({ tenantId: tenantId || account.tenantId, subscription: account.id });
  return {
    how: `with the Azure CLI, as ${account.user}`,
    credential,
    tenantId: tenantId || account.tenantId,
    subscriptionId: account.id,
  };
}

/** Entra ID's own words tell most: around them stand ids and times, in an order of the SDK's. */
function refused(how: string, error: unknown, limitSeconds: number): UsageError {
  if (error instanceof UsageError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const late = name === "AbortError" || name === "TimeoutError";
  const [words, code] = /(AADSTS\d+):[^\r\n]*?(?= Trace ID:|[\r\n]|$)/.exec(message) ?? [message.split(/\r?\n/)[0] ?? ""];
  const said = late
    ? `no answer within ${limitSeconds} seconds`
    : /^network_error/.test(message)
      ? "login.microsoftonline.com cannot be reached"
      : /^client_error: .*Not Available/.test(message)
        ? "what answers for login.microsoftonline.com is not Entra ID: a proxy between here and there may want a sign-in"
        : withoutTokens(words);
  const fix =
    code === undefined ? `check the network and the variables: ${PAGE}` : `npm run explain -- ${code} says what it means`;
  return new UsageError(`cannot sign in to Azure ${how}: ${said}`, fix);
}
