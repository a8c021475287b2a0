// What an error's text says was presented or asked for: the values that a person compares with the stack.

/** Values as the text has them. What it does not say is absent. */
export interface Presented {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string;
  /** Client id that the pod sent, or that the refused token is for. Not always a GUID: that may be the mistake. */
  readonly clientId?: string;
  readonly tenant?: string;
  /** Object id of the identity that was refused, or that a role was to be assigned to. */
  readonly principal?: string;
  readonly action?: string;
  /** Resource id that the action was refused at. */
  readonly scope?: string;
  /** Image that could not be pulled. */
  readonly image?: string;
  readonly host?: string;
  /** `namespace/name`, where the text says which pod or ServiceAccount it is about. */
  readonly pod?: string;
  readonly serviceAccount?: string;
  /** Annotation or label that the webhook names in its refusal. */
  readonly setting?: string;
  /** Secret, ConfigMap or key of one that a container names and the kubelet does not find. */
  readonly missing?: string;
  /** What the kubelet says of the image's user, where it refuses to start it. */
  readonly imageUser?: string;
  /** Value of the label that makes the webhook act, where a pod is at hand; "none" where it has none. */
  readonly label?: string;
  /** How long before it was sent the token had expired, in seconds. */
  readonly expiredSeconds?: number;
}

export type Field = Exclude<keyof Presented, "expiredSeconds" | "label">;

/** The first group is the value. Texts: Entra ID in its old and new form, Resource Manager, Key Vault, Kubernetes. */
const PATTERNS: Readonly<Record<Field, readonly RegExp[]>> = {
  issuer: [/assertion issuer:? ?'([^']+)'/i, /^\s*issuer - (\S+)/i, /metadata of identity provider (https:\/\/\S+?)\.?(?:\s|$)/],
  subject: [/assertion subject:? ?'([^']+)'/i, /^\s*subject claim - (\S+)/i],
  audience: [/assertion audience:? ?'([^']+)'/i],
  clientId: [
    /application with identifier '([^']+)'/i,
    /the client application ([0-9a-f-]{36}) is missing/i,
    /the client '([^']+)'\([^)]*\) has no configured/i,
    /\bappid=([0-9a-f-]{36})/i,
  ],
  tenant: [
    /in the directory '([^']+)'/i,
    /service principal in the tenant ([\w.-]+?)\.?(?:\s|$)/i,
    /\btenant '([^']+)' not found/i,
  ],
  principal: [/with object id '([^']+)'/i, /\boid=([0-9a-f-]{36})/i, /\bprincipal ([0-9a-f-]{32,36}) does not exist/i],
  action: [/does not have permission to perform action\(s\) '([^']+)'/i, /perform action '([^']+)'/i, /\baction: '([^']+)'/i],
  scope: [
    /on the linked scope\(s\) '([^']+)'/i,
    /over scope '([^']+)'/i,
    /\bresource: '(\/subscriptions\/[^']+)'/i,
    /managed identity '(\/subscriptions\/[^']+)'/i,
    /\bparent resource '([^']+)'/i,
  ],
  image: [/failed to pull image "([^"]+)"/i, /back-off pulling image "([^"]+)"/i],
  host: [
    /(?:ENOTFOUND|lookup|resolve) '?([a-z0-9-]+\.(?:vault\.azure\.net|blob\.core\.windows\.net))/i,
    /failed to call webhook: Post "https:\/\/([\w-]+\.[\w-]+\.svc)\b/,
  ],
  pod: [/\bpods? "([\w.-]+)" is forbidden/i],
  serviceAccount: [/looking up service account ([\w.-]+\/[\w.-]+)/i],
  setting: [/((?:azure\.workload\.identity\/)?service-account-token-expiration)/],
  missing: [/\b((?:secret|configmap) "[^"]+") not found/, /couldn't find key (\S+ in (?:Secret|ConfigMap) [^\s"]+)/],
  imageUser: [/\bimage (will run as root|has non-numeric user(?: \([^)]{0,64}\))?)/],
};

const LONGEST = 512;
const NO_VALUE = /^[*x<>{}\s.-]*$/i;

export function presentedIn(text: string): Presented {
  const found = Object.entries(PATTERNS).flatMap(([field, patterns]) => {
    const value = patterns.map((pattern) => pattern.exec(text)?.[1]).find((each) => each !== undefined);
    // A value that somebody has blacked out says nothing.
    return value === undefined || NO_VALUE.test(value) ? [] : [[field, value.slice(0, LONGEST)]];
  });
  const expiredSeconds = expiredIn(text);
  return { ...Object.fromEntries(found), ...(expiredSeconds === undefined ? {} : { expiredSeconds }) };
}

const TIMES = /current time: (\d{4}-[\d-]+T[\d:.]+Z).*?expiry time of assertion (\d{4}-[\d-]+T[\d:.]+Z)/i;

function expiredIn(text: string): number | undefined {
  const [, now = "", expiry = ""] = TIMES.exec(text) ?? [];
  const seconds = Math.round((Date.parse(now) - Date.parse(expiry)) / 1000);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** Whether two of them can be of the same error: no value of one contradicts the other. */
export function compatible(one: Presented, other: Presented): boolean {
  const values = new Map(Object.entries(other));
  return Object.entries(one).every(
    ([field, value]) => field === "expiredSeconds" || !values.has(field) || values.get(field) === value,
  );
}
