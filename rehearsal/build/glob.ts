// Patterns in the sources of COPY. https://pkg.go.dev/path/filepath#Match

export function hasWildcard(path: string): boolean {
  return /(?<!\\)[*?[]/.test(path);
}

/** Matches whole paths; a `*` stops at a slash. */
export function globExpression(pattern: string): RegExp {
  const parts = pattern.replace(/\/+$/, "").matchAll(/\\(.)|\[(\^?)([^\]]+)\]|([*?])|([\s\S])/g);
  const source = [...parts].map(([, escaped, negated, set, wildcard, char]) => {
    if (set !== undefined) return `[${negated === "" ? "" : "^/"}${set.replace(/[\\\]^]/g, "\\$&")}]`;
    if (wildcard !== undefined) return wildcard === "*" ? "[^/]*" : "[^/]";
    return (escaped ?? char ?? "").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`, "su");
}
