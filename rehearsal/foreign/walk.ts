// Every text in a value of a program, with the path to it.

export interface TextAt {
  readonly path: string;
  readonly text: string;
}

export function textsIn(value: unknown, path = ""): TextAt[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((inner, index) => textsIn(inner, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, path === "" ? key : `${path}.${key}`));
}
