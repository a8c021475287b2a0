// Property paths as Pulumi writes them: https://www.pulumi.com/docs/iac/concepts/miscellaneous/property-paths/

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The path of a key in the object at `path`; empty is the whole. */
export function joinKey(path: string, key: string): string {
  if (/[."[\]]/.test(key)) return `${path}["${key.replaceAll('"', '\\"')}"]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The path of one key after another; a number is the place in an array. */
export function pathOf(keys: readonly (string | number)[]): string {
  return keys.reduce<string>((path, key) => (typeof key === "number" ? `${path}[${key}]` : joinKey(path, key)), "");
}
