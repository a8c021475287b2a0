// The only reader of the environment: one frozen Config, or all mistakes in one message.
import { EMULATED_STORAGE_VARIABLE, type EmulatedStorage, emulatedStorage } from "./emulatedStorage";
import { POD_VARIABLES } from "./names";
import { mistakeOf, SETTINGS, type Settings, VARIABLES } from "./settings";

/** Which container the application reads. */
export interface BlobSettings {
  /** Of the blob service, with its trailing slash. */
  readonly endpoint: string;
  readonly account: string;
  readonly container: string;
  /** Whether whoever reaches the application may read the blobs through it. */
  readonly route: boolean;
  /** Set where the account is an emulator's on this machine, which no identity opens. */
  readonly emulator: EmulatedStorage | undefined;
}

/** Whose roles the application lists, and where. */
export interface RoleListSettings {
  readonly scope: string;
  readonly subscriptionId: string;
  readonly principal: string;
}

type Regrouped = "kubernetesHost" | "blobEndpoint" | "blobContainer" | "blobRoute" | "roleListScope" | "roleListPrincipal";

export interface Config extends Readonly<Omit<Settings, Regrouped>> {
  /** Whether this process is a pod of a cluster, where only the pod's own identity counts. */
  readonly inCluster: boolean;
  /** Undefined: the application reads no blobs. */
  readonly blobs: BlobSettings | undefined;
  /** Undefined: the application lists no roles. */
  readonly roleList: RoleListSettings | undefined;
}

export class ConfigError extends Error {}

type Raw = Readonly<Partial<Record<keyof typeof VARIABLES, string>>>;

/** Reads the environment. An empty variable counts as one that is not set. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const raw: Raw = Object.fromEntries(Object.entries(VARIABLES).flatMap(([key, name]) => (env[name] ? [[key, env[name]]] : [])));
  const inCluster = raw.kubernetesHost !== undefined || raw.tokenFile !== undefined;
  const connection = env[EMULATED_STORAGE_VARIABLE] || undefined;
  const emulator = connection === undefined ? undefined : emulatedStorage(connection);
  const parsed = SETTINGS.safeParse(raw);
  const mistakes = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => mistakeOf(issue, raw))),
    ...halves(raw, connection !== undefined),
    ...(emulator === undefined ? [] : emulatorMistakes(emulator, inCluster)),
  ];
  if (!parsed.success || mistakes.length > 0) throw new ConfigError([...new Set(mistakes)].join("; "));
  const { kubernetesHost, blobEndpoint, blobContainer, blobRoute, roleListScope, roleListPrincipal, ...settings } = parsed.data;
  if (settings.retryMaxMs < settings.retryMinMs)
    throw new ConfigError(`RETRY_MAX_MS must not be less than RETRY_MIN_MS (${settings.retryMinMs}), got ${settings.retryMaxMs}`);
  const store = accountOf(emulator !== undefined && "account" in emulator ? emulator : blobEndpoint);
  return Object.freeze({
    ...settings,
    inCluster,
    blobs: store && blobContainer ? { ...store, container: blobContainer, route: blobRoute !== undefined } : undefined,
    roleList: roleListScope && roleListPrincipal ? roleListOf(roleListScope, roleListPrincipal) : undefined,
  });
}

/** Settings that mean nothing without another one. */
function halves(raw: Raw, emulated: boolean): string[] {
  const endpoint = raw.blobEndpoint !== undefined || emulated;
  const container = raw.blobContainer !== undefined;
  const needs = (name: keyof typeof VARIABLES, other: string) => `${VARIABLES[name]} must be set where ${other} is`;
  return [
    ...(raw.roleListPrincipal && !raw.roleListScope ? [needs("roleListScope", VARIABLES.roleListPrincipal)] : []),
    ...(raw.roleListScope && !raw.roleListPrincipal ? [needs("roleListPrincipal", VARIABLES.roleListScope)] : []),
    ...(container && !endpoint ? [needs("blobEndpoint", VARIABLES.blobContainer)] : []),
    ...(endpoint && !container ? [needs("blobContainer", emulated ? EMULATED_STORAGE_VARIABLE : VARIABLES.blobEndpoint)] : []),
    ...(raw.blobRoute && !endpoint && !container ? [needs("blobEndpoint", VARIABLES.blobRoute)] : []),
    ...(raw.blobRoute && !endpoint && !container ? [needs("blobContainer", VARIABLES.blobRoute)] : []),
  ];
}

function emulatorMistakes(emulator: ReturnType<typeof emulatedStorage>, inCluster: boolean): string[] {
  if (inCluster)
    return [`${EMULATED_STORAGE_VARIABLE} must not be set in a cluster, where the pod's own identity reads the blobs`];
  return "mistake" in emulator ? [emulator.mistake] : [];
}

function accountOf(
  given: EmulatedStorage | string | undefined,
): Pick<BlobSettings, "endpoint" | "account" | "emulator"> | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "string") return { endpoint: given.endpoint, account: given.account, emulator: given };
  const { href, hostname } = new URL(given);
  return { endpoint: href, account: hostname.slice(0, hostname.indexOf(".")), emulator: undefined };
}

function roleListOf(scope: string, principal: string): RoleListSettings {
  return { scope, principal, subscriptionId: scope.split("/")[2] ?? "" };
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
