// Reads what the Pulumi CLI reads: the project, the stack's config over the project's defaults, and values set for one run.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
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
  config: z.record(z.string(), z.unknown()).default({}),
});
const stackShape = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() });

export interface StackFiles {
  readonly project: string;
  readonly stack: string;
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  /** The program's entry, relative to the folder. */
  readonly main: string;
  /** Full keys to values as the CLI hands them to the program. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** Keys whose value is encrypted in the stack's file: the rehearsal cannot know it and puts a stand-in there. */
  readonly standIns: readonly string[];
}

/** Stands for an encrypted value: it is known to nobody's vault. */
const STAND_IN = "rehearsal-stand-in";

export function readStack(directory: string, stack: string, overrides: readonly string[]): StackFiles {
  const project = readYaml(join(directory, "Pulumi.yaml"), projectShape);
  const file = join(directory, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = readdirSync(directory).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new UsageError(
      `stack "${stack}" has no file Pulumi.${stack}.yaml`,
      `use one of: ${stacks.join(", ")}, or create the file`,
    );
  }
  const declarations = new Map(
    Object.entries(project.config).map(([key, value]) => [fullKey(project.name, key), declarationOf(value)]),
  );
  const values = new Map<string, unknown>();
  for (const [key, { default: fallback, value }] of declarations)
    if ((fallback ?? value) !== undefined) values.set(key, fallback ?? value);
  for (const [key, value] of Object.entries(readYaml(file, stackShape).config ?? {}))
    values.set(fullKey(project.name, key), value);
  const standIns = [...values].filter(([, value]) => isSecure(value)).map(([key]) => key);
  for (const key of standIns) values.set(key, STAND_IN);
  for (const override of overrides) applyOverride(values, project.name, declarations, override);
  return {
    project: project.name,
    stack,
    directory,
    main: project.main ?? "index.ts",
    config: Object.fromEntries(
      [...values].map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys: [...values.keys()].filter((key) => standIns.includes(key) || declarations.get(key)?.secret === true),
    standIns,
  };
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

function isSecure(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

// The same forms as `pulumi config set --path key value`: a dot goes into an object.
function applyOverride(
  values: Map<string, unknown>,
  project: string,
  declarations: Map<string, z.infer<typeof declaration>>,
  override: string,
): void {
  const at = override.indexOf("=");
  if (at < 1) throw new UsageError(`--set takes key=value, got "${override}"`, "for example: --set replicas=2");
  const [head = "", ...path] = splitKey(override.slice(0, at));
  const key = fullKey(project, head);
  const type = path.length === 0 ? (declarations.get(key)?.type ?? "string") : undefined;
  const value = parseValue(override.slice(at + 1), type);
  values.set(key, path.length === 0 ? value : withPath(values.get(key), path, value));
}

function splitKey(key: string): string[] {
  const colon = key.lastIndexOf(":") + 1;
  const parts = key.slice(colon).split(".");
  return [`${key.slice(0, colon)}${parts[0] ?? ""}`, ...parts.slice(1)];
}

// Text stays text where the project declares text: "1.30" is a Kubernetes version and not a number.
function parseValue(text: string, type: string | undefined): unknown {
  if (type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function withPath(value: unknown, path: readonly string[], leaf: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return leaf;
  const parent = z.record(z.string(), z.unknown()).catch({}).parse(value);
  return { ...parent, [head]: withPath(parent[head], rest, leaf) };
}
