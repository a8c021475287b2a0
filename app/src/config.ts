// The only reader of the environment: one frozen Config, or all mistakes in one message.
import * as z from "zod/mini";
import { APP_VARIABLES, POD_VARIABLES } from "./names";

/** Names of the settings. Those of the pod come from the webhook; those of the application from the pod template. */
const VARIABLES = {
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

const SETTINGS = z.object({
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
  /** Time between two reads of a secret that works. Default 60000. */
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

export interface Config extends Readonly<Omit<Settings, "kubernetesHost">> {
  /** Whether this process is a pod of a cluster, where only the pod's own identity counts. */
  readonly inCluster: boolean;
}

export class ConfigError extends Error {}

function isSetting(key: unknown): key is keyof typeof VARIABLES {
  return typeof key === "string" && Object.hasOwn(VARIABLES, key);
}

function describe(issue: z.core.$ZodIssue, raw: Readonly<Record<string, string>>): string {
  const key = issue.path[0];
  if (!isSetting(key)) return issue.message;
  const value = raw[key];
  return `${VARIABLES[key]} ${issue.message}${value === undefined ? "" : `, got ${JSON.stringify(value)}`}`;
}

/** Reads the environment. An empty variable counts as one that is not set. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const raw: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([key, name]) => (env[name] ? [[key, env[name]]] : [])),
  );
  const parsed = SETTINGS.safeParse(raw);
  if (!parsed.success) throw new ConfigError([...new Set(parsed.error.issues.map((issue) => describe(issue, raw)))].join("; "));
  const { kubernetesHost, ...settings } = parsed.data;
  if (settings.retryMaxMs < settings.retryMinMs)
    throw new ConfigError(`RETRY_MAX_MS must not be less than RETRY_MIN_MS (${settings.retryMinMs}), got ${settings.retryMaxMs}`);
  return Object.freeze({ ...settings, inCluster: kubernetesHost !== undefined || settings.tokenFile !== undefined });
}

/** The variables that the webhook injects, with their values. */
export function podVariables({ clientId, tenantId, tokenFile, authorityHost }: Config) {
  return [
    [POD_VARIABLES.clientId, clientId],
    [POD_VARIABLES.tenantId, tenantId],
    [POD_VARIABLES.tokenFile, tokenFile],
    [POD_VARIABLES.authorityHost, authorityHost],
  ] as const;
}
