// Reads what the Pulumi CLI reads: the project, the stack's config over the project's defaults, and values set for one run.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseInner, parseOverride, parseValue, withPath } from "./overrides";
import { UsageError } from "./usageError";

const declaration = z.looseObject({
  type: z.string().optional(),
  default: z.unknown().optional(),
  value: z.unknown().optional(),
  secret: z.boolean().optional(),
});
const projectShape = z.looseObject({
  name: z.string(),
  main: z.string().optional(),
  runtime: z.union([z.string(), z.looseObject({ name: z.string() })]).default("nodejs"),
  config: z.record(z.string(), z.unknown()).default({}),
});
const stackShape = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() });

export interface StackFiles {
  readonly project: string;
  readonly stack: string;
  /** Folder in which the program runs: that of Pulumi.yaml, unless its `main` names another. */
  readonly directory: string;
  /** The program's entry, relative to the folder. */
  readonly main: string;
  /** Full keys to values as the CLI hands them to the program. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** Keys whose value is encrypted in the stack's file, and not set for this run: a stand-in took its place. */
  readonly standIns: readonly string[];
}

/** Stands for an encrypted value: it is known to nobody's vault. */
const STAND_IN = "rehearsal-stand-in";

/** A key that is set for one run and has such a name counts as encrypted: it stands in no file. Others keep their value in messages. */
const SECRET_NAME = /(secret|password|token)(?!name)/i;

/** https://www.pulumi.com/docs/iac/concepts/stacks/#stack-naming */
const STACK_NAME = /^[\w.-]{1,100}$/;

export function readStack(directory: string, name: string, overrides: readonly string[]): StackFiles {
  // Pulumi's full names are organization/project/stack.
  const stack = name.slice(name.lastIndexOf("/") + 1);
  if (!STACK_NAME.test(stack))
    throw new UsageError(
      `a stack's name has 1 to 100 letters, digits, "-", "_" and ".", got "${name}"`,
      "name one as in Pulumi.dev.yaml: --stack dev",
    );
  const project = readProject(directory);
  const file = join(directory, `Pulumi.${stack}.yaml`);
  const stacks = readdirSync(directory).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  // A project that needs no config may have no such file at all.
  const isThere = existsSync(file);
  if (!isThere && (stacks.length > 0 || Object.keys(project.config).length > 0)) {
    const others = stacks.length === 0 ? "" : `use one of: ${stacks.join(", ")}, or `;
    throw new UsageError(`stack "${stack}" has no file Pulumi.${stack}.yaml`, `${others}create the file`);
  }
  const declarations = new Map(
    Object.entries(project.config).map(([key, value]) => [fullKey(project.name, key), declarationOf(value)]),
  );
  const values = new Map<string, unknown>();
  for (const [key, { default: fallback, value }] of declarations)
    if ((fallback ?? value) !== undefined) values.set(key, fallback ?? value);
  const ofStack = isThere ? readYaml(file, stackShape).config : undefined;
  for (const [key, value] of Object.entries(ofStack ?? {})) values.set(fullKey(project.name, key), withStandIns(value));
  const encrypted = [...values].filter(([, value]) => holdsStandIn(value)).map(([key]) => key);
  const asSecrets = new Set<string>();
  for (const override of overrides) {
    const { key: given, path, text } = parseOverride(override);
    const key = fullKey(project.name, given);
    if (SECRET_NAME.test(key)) asSecrets.add(key);
    const whole = () => parseValue(text, declarations.get(key)?.type ?? "string");
    values.set(key, path.length === 0 ? whole() : withPath(values.get(key), path, parseInner(text)));
  }
  return {
    project: project.name,
    stack,
    directory,
    main: project.main ?? "index.ts",
    config: Object.fromEntries(
      [...values].map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys: [...values.keys()].filter(
      (key) => encrypted.includes(key) || asSecrets.has(key) || declarations.get(key)?.secret === true,
    ),
    standIns: encrypted.filter((key) => holdsStandIn(values.get(key))),
  };
}

export type Project = z.infer<typeof projectShape>;

export function readProject(directory: string): Project {
  return readYaml(join(directory, "Pulumi.yaml"), projectShape);
}

function readYaml<T>(file: string, shape: z.ZodType<T>): T {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`cannot read ${file}`, "run the command in the folder of the Pulumi project");
  }
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw new UsageError(
      `${file} is not YAML: ${error instanceof Error ? error.message.split("\n")[0] : error}`,
      "mend the file",
    );
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new UsageError(`${file}: ${z.prettifyError(parsed.error)}`, "mend the file");
  return parsed.data;
}

function declarationOf(value: unknown): z.infer<typeof declaration> {
  const parsed = declaration.safeParse(value);
  return parsed.success ? parsed.data : { default: value };
}

function fullKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/** An encrypted value may stand anywhere in an object. */
function withStandIns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStandIns);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return STAND_IN;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withStandIns(inner)]));
}

function holdsStandIn(value: unknown): boolean {
  return JSON.stringify(value)?.includes(JSON.stringify(STAND_IN)) ?? false;
}
