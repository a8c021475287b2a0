// What a run of the program leaves behind: every registration with the options that Pulumi's own mocks do not show.

/** Stands for a value that only Azure knows, in preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface ResourceRecord {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for a component. */
  readonly custom: boolean;
  /** URN of the parent; undefined for the stack itself. */
  readonly parent: string | undefined;
  /** With secrets unwrapped; `secretInputs` names the top-level properties that held one. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: readonly string[];
  /** URNs from `dependsOn` alone, without those that an input brings along. */
  readonly dependsOn: readonly string[];
  /** All URNs that must exist first. */
  readonly dependencies: readonly string[];
  /** For each input, the URNs that its value is made of. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** `urn::id` of the explicit provider, or empty. */
  readonly provider: string;
  readonly protect: boolean;
  readonly deletedWith: string | undefined;
  readonly retainOnDelete: boolean;
  /** Undefined: as its provider has it. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly aliases: readonly AliasRecord[];
  /** Names of its hooks by when they are called; mocks call none. */
  readonly hooks: Readonly<Record<string, readonly string[]>>;
  /** As given, for example `{ create: "20m" }`. */
  readonly customTimeouts: Readonly<Record<string, string>>;
}

/** Under what else Pulumi looks for the resource in the state: a URN, or what differs from the resource as it is. */
export interface AliasRecord {
  readonly urn?: string;
  readonly type?: string;
  readonly name?: string;
  readonly project?: string;
  readonly stack?: string;
  /** URN of the parent; empty for none. */
  readonly parent?: string;
}

export interface Recording {
  readonly resources: readonly ResourceRecord[];
  /** Outputs that components registered, by URN. */
  readonly componentOutputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The stack's exports, with secrets unwrapped. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
  /** Everything that went wrong, each once; empty for a run that worked. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly message: string;
  /** Where it came from, when it is the program's own defect; a user's mistake has none. */
  readonly stack: string | undefined;
}

/** Pulumi marks each value that is more than JSON with this key: a secret, an asset, an archive, a resource. */
export const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270";

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecret(value: unknown): value is { value: unknown } {
  return isObject(value) && value[SECRET_SIGNATURE] === SECRET_VALUE;
}

/** The wire form of a value with every secret taken out of its wrapper. */
function unwrap(value: unknown): unknown {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
  return value;
}

export function unwrapRecord(values: unknown): Record<string, unknown> {
  const plain = unwrap(values);
  return isObject(plain) ? plain : {};
}

export function secretKeysOf(values: unknown): string[] {
  if (!isObject(values)) return [];
  const holdsSecret = (value: unknown): boolean =>
    isSecret(value) ||
    (Array.isArray(value) && value.some(holdsSecret)) ||
    (isObject(value) && Object.values(value).some(holdsSecret));
  return Object.keys(values)
    .filter((key) => holdsSecret(values[key]))
    .sort();
}

/** The paths of strings that hold Pulumi's text for an output used in a template by mistake. */
export function stringifiedOutputs(value: unknown, path = ""): string[] {
  if (typeof value === "string") return value.includes("Calling [toString] on an [Output<T>]") ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((inner, index) => stringifiedOutputs(inner, `${path}[${index}]`));
  if (isObject(value))
    return Object.entries(value).flatMap(([key, inner]) => stringifiedOutputs(inner, path === "" ? key : `${path}.${key}`));
  return [];
}
