// Names and forms of the settings, one by one. What several of them must agree on is in config.ts.
import * as z from "zod/mini";
import { APP_VARIABLES, BLOB_ROUTE_ON, POD_VARIABLES } from "./names";

/** Names of the settings. Those of the pod come from the webhook; those of the application from the pod template. */
export const VARIABLES = {
  ...APP_VARIABLES,
  ...POD_VARIABLES,
  refreshMs: "REFRESH_MS",
  retryMinMs: "RETRY_MIN_MS",
  retryMaxMs: "RETRY_MAX_MS",
  hostname: "HOSTNAME",
  podName: "POD_NAME",
  podNamespace: "POD_NAMESPACE",
  kubernetesHost: "KUBERNETES_SERVICE_HOST",
} as const;

const PORT = "must be a port number from 0 to 65535 (0 takes a free one)";
const MILLISECONDS = "must be a whole number of milliseconds from 10 to 86400000 (a day)";

function integer(rule: string, min: number, max: number) {
  const inRange = (text: string) => Number(text) >= min && Number(text) <= max;
  return z.pipe(
    z.string().check(z.regex(/^\d{1,9}$/, rule), z.refine(inRange, rule)),
    z.transform((text) => Number(text)),
  );
}

const optionalText = z.optional(z.string());

function optional(form: RegExp, rule: string) {
  return z.optional(z.string().check(z.regex(form, rule)));
}

export const SETTINGS = z.object({
  /** Port of the page. Default 8080. */
  port: z._default(integer(PORT, 0, 65535), 8080),
  /** Address that both ports listen on. Default 0.0.0.0. */
  host: z._default(z.string(), "0.0.0.0"),
  /** Port of /metrics, which the Service does not expose. Default 9464. */
  metricsPort: z._default(integer(PORT, 0, 65535), 9464),
  /** Address of the vault. */
  vaultUri: z
    .string("must be the https address of the vault, but is not set")
    .check(
      z.regex(
        /^https:\/\/[a-z0-9.-]+(:\d+)?\/?$/i,
        "must be the https address of the vault, such as https://name.vault.azure.net/",
      ),
    ),
  /** Name of the secret to read. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault */
  secretName: z
    .string("must be the name of a secret, but is not set")
    .check(z.regex(/^[a-zA-Z0-9-]{1,127}$/, "must be the name of a secret: 1 to 127 letters, digits and -")),
  /** What the federated credential was created with, to show beside the token's claims. Default: not known. */
  expectedIssuer: optionalText,
  expectedSubject: optionalText,
  expectedAudience: optionalText,
  /** Address of a storage account's blob service. https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints */
  blobEndpoint: optional(
    /^https:\/\/[a-z0-9]{3,24}(\.[a-z0-9-]+)*\.blob(\.[a-z0-9-]+)+\/?$/,
    "must be the https address of an account's blob service, such as https://name.blob.core.windows.net/",
  ),
  /** https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#container-names */
  blobContainer: optional(
    /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    "must be the name of a container: 3 to 63 small letters, digits and single -",
  ),
  /** Whether the application serves the container's blobs. Default: it does not. */
  blobRoute: z.optional(z.literal(BLOB_ROUTE_ON, `must be "${BLOB_ROUTE_ON}" or not set`)),
  /** Scope whose role assignments are listed. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
  roleListScope: optional(
    /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/iu,
    "must be the resource id of a resource group, such as /subscriptions/<id>/resourceGroups/<name>",
  ),
  /** Whose role assignments are listed: the pod's own identity. */
  roleListPrincipal: optional(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "must be the object id of an identity, a GUID"),
  /** Time between two reads of what works. Default 60000. */
  refreshMs: z._default(integer(MILLISECONDS, 10, 86_400_000), 60_000),
  /** Wait after the first refusal; every further one doubles it. Default 1000. */
  retryMinMs: z._default(integer(MILLISECONDS, 10, 86_400_000), 1000),
  /** The longest wait between two tries, unless a service asks for more. Default 60000. */
  retryMaxMs: z._default(integer(MILLISECONDS, 10, 86_400_000), 60_000),
  /** Name of the container's host, which is the pod's. Default: what the system says. */
  hostname: optionalText,
  /** From the downward API, for the page only. Default: not known. */
  podName: optionalText,
  podNamespace: optionalText,
  clientId: optionalText,
  tenantId: optionalText,
  tokenFile: optionalText,
  authorityHost: optionalText,
  kubernetesHost: optionalText,
});

export type Settings = z.infer<typeof SETTINGS>;

function isSetting(key: unknown): key is keyof typeof VARIABLES {
  return typeof key === "string" && Object.hasOwn(VARIABLES, key);
}

/** Where a connection string, a signed address or the secret itself may stand by mistake. The log is no place for it. */
const UNSHOWN: readonly (keyof typeof VARIABLES)[] = ["vaultUri", "secretName", "blobEndpoint", "blobContainer"];

/** One mistake as a person reads it: which variable, what it must be, what it is. */
export function mistakeOf(issue: z.core.$ZodIssue, raw: Readonly<Record<string, string>>): string {
  const key = issue.path[0];
  if (!isSetting(key)) return issue.message;
  const value = raw[key];
  if (value === undefined) return `${VARIABLES[key]} ${issue.message}`;
  const got = UNSHOWN.includes(key) ? `${value.length} characters, not shown as they may be a secret` : JSON.stringify(value);
  return `${VARIABLES[key]} ${issue.message}, got ${got}`;
}
