// From the text that the CLI hands over to typed values, noting every mistake on the way.
import { z } from "zod";
import { azureMistakes, LIKELY_AZURE_KEYS, LOCATION_KEY } from "./azure";
import { type ConfigValues, KEYS, type Kind, NESTED, SECRET_KEYS } from "./keys";
import { type Mistake, suggestion } from "./mistakes";

export interface RawConfig {
  readonly project: string;
  readonly stack: string;
  /** Full keys (`project:key`) to values as Pulumi stores them: text, or JSON for objects and lists. */
  readonly entries: Readonly<Record<string, string>>;
  /** Full keys whose value is encrypted: it never shows in a message. */
  readonly secretKeys: readonly string[];
}

export interface Decoded {
  /** The keys that are right in themselves; `holds` tells which. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly location: string;
  readonly mistakes: readonly Mistake[];
}

export function decode(raw: RawConfig): Decoded {
  const mistakes: Mistake[] = [...unknownKeys(raw), ...azureMistakes(raw)];
  const values: Record<string, unknown> = {};
  for (const [key, { kind, schema }] of Object.entries(KEYS)) {
    const fullKey = `${raw.project}:${key}`;
    const text = raw.entries[fullKey];
    if (text === undefined) {
      mistakes.push({
        key,
        problem: "has neither a value nor its default from Pulumi.yaml: run Pulumi in the folder of the project",
      });
      continue;
    }
    const value = fromText(kind, text);
    const parsed = schema.safeParse(value);
    const hidden = SECRET_KEYS.has(key) || raw.secretKeys.includes(fullKey);
    if (parsed.success) {
      values[key] = parsed.data;
      if (SECRET_KEYS.has(key) && parsed.data !== undefined && !raw.secretKeys.includes(fullKey)) mistakes.push(inClear(key));
    } else mistakes.push(...parsed.error.issues.flatMap((issue) => mistakesOf(key, issue, value, hidden)));
  }
  return { values, location: raw.entries[LOCATION_KEY] ?? "", mistakes };
}

/** Whether all of these keys are right in themselves. */
export function holds<K extends keyof ConfigValues>(
  values: Readonly<Record<string, unknown>>,
  keys: readonly K[],
): values is Pick<ConfigValues, K> & Record<string, unknown> {
  return keys.every((key) => key in values);
}

// What stands in clear in a stack's file ends up in the repository.
function inClear(key: string): Mistake {
  return {
    key,
    problem: `is not encrypted: set it with pulumi config set --secret ${key}`,
    url: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  };
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

const paramsShape = z.object({ url: z.string().optional(), value: z.unknown().optional() }).catch({});

function mistakesOf(key: string, issue: z.core.$ZodIssue, value: unknown, hidden: boolean): Mistake[] {
  const at = issue.path.reduce<string>(
    (outer, step) => (typeof step === "number" ? `${outer}[${step}]` : `${outer}.${String(step)}`),
    key,
  );
  if (issue.code === "unrecognized_keys") {
    const known = NESTED[key] ?? [];
    return issue.keys.map((unknown) => ({
      key: `${at}.${unknown}`,
      problem: `is not known${suggestion(unknown, known)}`,
    }));
  }
  const params = paramsShape.parse(issue.code === "custom" ? issue.params : {});
  const got = params.value ?? issue.path.reduce<unknown>((inner, step) => Object(inner)[step], value);
  const shown = got === undefined ? "nothing" : JSON.stringify(got);
  return [
    {
      key: at,
      problem: `must be ${issue.message}`,
      got: hidden ? "a secret" : shown,
      ...(params.url ? { url: params.url } : {}),
    },
  ];
}

function unknownKeys({ project, entries }: RawConfig): Mistake[] {
  return Object.keys(entries)
    .filter((fullKey) => fullKey.startsWith(`${project}:`))
    .map((fullKey) => fullKey.slice(project.length + 1))
    .filter((key) => !Object.hasOwn(KEYS, key))
    .map((key) => ({
      key,
      problem: `is not a key of this project${suggestion(key, [...Object.keys(KEYS), ...LIKELY_AZURE_KEYS])}`,
    }));
}
