// What a preview says of a resource, and which of its values it cannot say.

export type Properties = Readonly<Record<string, unknown>>;

/** A resource that a program registers, as a preview, an update or a recorded run shows it. */
export interface PlannedResource {
  readonly urn: string;
  /** Pulumi's type token, with or without an API version. */
  readonly type: string;
  readonly name: string;
  /** What the program sends, secrets unwrapped, with `UNKNOWN` for what is not known yet; `UNKNOWN` for a resource that the program only reads. */
  readonly inputs: Properties | typeof UNKNOWN;
  /** What its provider says of it. Default: nothing, as in the preview of a resource that does not exist. */
  readonly outputs?: Properties;
  /** URN of its provider, also with `::` and an id after it; empty for a component. */
  readonly provider: string;
  /** URNs of everything that must exist before it. */
  readonly dependencies: readonly string[];
  /** For each input, the URNs of the resources that its value is made of. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** What Pulumi sends for a text that is not known yet: https://github.com/pulumi/pulumi/blob/v3.255.0/sdk/go/common/resource/plugin/rpc.go */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The same for a flag, a number, a list, an asset, an archive and an object. */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): boolean {
  return UNKNOWNS.has(value);
}

export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at this path: undefined where there is none, `UNKNOWN` where it, or what holds it, is not known. */
export function at(value: unknown, ...[key, ...rest]: readonly string[]): unknown {
  if (isUnknown(value)) return UNKNOWN;
  if (key === undefined || value === undefined) return value ?? undefined;
  return isProperties(value) ? at(value[key], ...rest) : undefined;
}

/** A text that is known. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" && found !== UNKNOWN ? found : undefined;
}

export function flagAt(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = at(value, ...path);
  return typeof found === "boolean" ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** `type::name`: how a finding names a resource. */
export function labelOf({ type, name }: Pick<PlannedResource, "type" | "name">): string {
  return `${type}::${name}`;
}

/**
 * A type without package form and API version: `keyvault:Vault` for azure-native in any of its forms (`azure-native:keyvault/v20230701:Vault`, or a package of
 * its own for one version), `azuread:Application`, `kubernetes:ServiceAccount` whatever the group. Other types stay as they are.
 */
export function kindOf(type: string): string {
  const azure = /^azure-native(?:_\w+)?:(\w+)(?:[/:]v\w+)?:(\w+)$/.exec(type);
  if (azure !== null) return azure.slice(1).join(":");
  const directory = /^azuread:.*:(\w+)$/.exec(type)?.[1];
  if (directory !== undefined) return `azuread:${directory}`;
  const [, group, kind] = /^kubernetes:(core|apps|batch|extensions)\/\w+:(\w+)$/.exec(type) ?? [];
  return group === undefined || kind === undefined ? type : `kubernetes:${kind}`;
}
