// From the text that the CLI hands over to typed values, noting every mistake on the way.
import { z } from "zod";
import { GUID } from "../chain";
import { type ConfigValues, KEYS, type Kind, NESTED, SECRET_KEYS } from "./keys";
import { type Mistake, nearest } from "./mistakes";

export interface RawConfig {
  readonly project: string;
  readonly stack: string;
  /** Full keys (`project:key`) to values as Pulumi stores them: text, or JSON for objects and lists. */
  readonly entries: Readonly<Record<string, string>>;
  /** Full keys whose value is encrypted: it never shows in a message. */
  readonly secretKeys: readonly string[];
}

export interface Decoded {
  /** Present when every key is right in itself. */
  readonly values: ConfigValues | undefined;
  readonly location: string;
  readonly mistakes: readonly Mistake[];
}

const LOCATION_KEY = "azure-native:location";
const SUBSCRIPTION_KEY = "azure-native:subscriptionId";

export function decode(raw: RawConfig): Decoded {
  const mistakes: Mistake[] = [...unknownKeys(raw), ...azureMistakes(raw)];
  const values: Record<string, unknown> = {};
  for (const [key, { kind, schema }] of Object.entries(KEYS)) {
    const fullKey = `${raw.project}:${key}`;
    const text = raw.entries[fullKey];
    const hidden = SECRET_KEYS.has(key) || raw.secretKeys.includes(fullKey);
    if (text === undefined) {
      mistakes.push({
        key,
        problem: "has neither a value nor its default from Pulumi.yaml: run Pulumi in the folder of the project",
      });
      continue;
    }
    const value = fromText(kind, text);
    const parsed = schema.safeParse(value);
    if (parsed.success) values[key] = parsed.data;
    else mistakes.push(...parsed.error.issues.flatMap((issue) => mistakesOf(key, issue, value, hidden)));
  }
  return { values: complete(values) ? values : undefined, location: raw.entries[LOCATION_KEY] ?? "", mistakes };
}

function complete(values: Partial<Record<string, unknown>>): values is ConfigValues {
  return Object.keys(KEYS).every((key) => key in values);
}

// Text that is not of the kind stays text, so that the schema refuses it with its own words.
function fromText(kind: Kind, text: string): unknown {
  if (kind === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function mistakesOf(key: string, issue: z.core.$ZodIssue, value: unknown, hidden: boolean): Mistake[] {
  const path = [key, ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") {
    const known = nestedKeys(key);
    return issue.keys.map((unknown) => ({
      key: `${path}.${unknown}`,
      problem: `is not known; did you mean "${nearest(unknown, known)}"?`,
    }));
  }
  const params = z
    .object({ url: z.string().optional(), value: z.unknown() })
    .safeParse(issue.code === "custom" ? issue.params : {});
  const { url, value: shown } = params.data ?? {};
  const got = shown ?? issue.path.reduce<unknown>((inner, step) => Object(inner)[step], value);
  return [
    {
      key: path,
      problem: `must be ${issue.message}`,
      got: hidden ? "a secret" : got === undefined ? "nothing" : JSON.stringify(got),
      ...(url ? { url } : {}),
    },
  ];
}

function nestedKeys(key: string): string[] {
  const schema = NESTED[key];
  return schema === undefined ? [] : Object.keys(schema.shape);
}

function unknownKeys({ project, entries }: RawConfig): Mistake[] {
  return Object.keys(entries)
    .filter((fullKey) => fullKey.startsWith(`${project}:`))
    .map((fullKey) => fullKey.slice(project.length + 1))
    .filter((key) => !Object.hasOwn(KEYS, key))
    .map((key) => ({ key, problem: `is not a key of this project; did you mean "${nearest(key, Object.keys(KEYS))}"?` }));
}

function azureMistakes({ entries }: RawConfig): Mistake[] {
  const mistakes: Mistake[] = [];
  const location = entries[LOCATION_KEY];
  const subscription = entries[SUBSCRIPTION_KEY];
  const locationUrl = "https://learn.microsoft.com/azure/reliability/regions-list";
  if (location === undefined || location === "") {
    mistakes.push({
      key: LOCATION_KEY,
      problem: `is not set. Run: pulumi config set ${LOCATION_KEY} westeurope`,
      url: locationUrl,
    });
  } else if (!/^[A-Za-z0-9 ]+$/.test(location)) {
    mistakes.push({ key: LOCATION_KEY, problem: "must be an Azure region", got: JSON.stringify(location), url: locationUrl });
  }
  if (subscription !== undefined && !GUID.test(subscription)) {
    mistakes.push({
      key: SUBSCRIPTION_KEY,
      problem: "must be the GUID of a subscription",
      got: JSON.stringify(subscription),
      url: "https://learn.microsoft.com/azure/azure-portal/get-subscription-tenant-id",
    });
  }
  return mistakes;
}
