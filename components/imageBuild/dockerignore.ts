// Which files of a folder a build does not get. https://docs.docker.com/build/concepts/context/#dockerignore-files
import { posix, sep } from "node:path";
import ignore from "@balena/dockerignore";

export interface IgnoreRules {
  /** `path` is relative to the folder, with slashes. */
  ignores(path: string): boolean;
  /** Whether an ignored folder need not be entered: no exception can name anything below it. */
  prunes(folder: string): boolean;
}

/** The rules in the text of a .dockerignore. `refuse` makes the error for a pattern that means nothing. */
export function ignoreRules(text: string, refuse: (pattern: string) => Error): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const line of lines) {
    if (!isWellFormed(line) || !compiles(line)) throw refuse(line);
  }
  const rules = matcher(lines);
  const exceptions = lines.map(exceptionIn).filter((segments) => segments !== undefined);
  return {
    ignores: (path) => rules.ignores(path),
    prunes: (folder) => !exceptions.some((segments) => reachesBelow(segments, folder.split("/"))),
  };
}

// Docker tells upper from lower case on every system; the library by default on none.
function matcher(lines: readonly string[]) {
  const rules = ignore({ ignorecase: false }).add(lines.map(literal));
  // Its cache is a plain object, which has "constructor" and the like before anything is put into it: files of these names would never be ignored.
  return Object.assign(rules, { _cache: Object.create(null) });
}

// Docker's syntax of a pattern, which the library takes more loosely. https://pkg.go.dev/path/filepath#Match
const IN_BRACKETS = String.raw`(?:\\.|[^\\\-\]])`;
const WELL_FORMED = new RegExp(String.raw`^(?:\\.|\[\^?(?:${IN_BRACKETS}(?:-${IN_BRACKETS})?)+\]|[^\\[])*$`, "su");

// Docker refuses an exception of nothing, too. https://github.com/moby/patternmatcher
function isWellFormed(line: string): boolean {
  if (line.startsWith("#")) return true;
  const text = line.split(sep).join("/").trim();
  const pattern = text.replace(/^!/, "").trim();
  return (text === "" || pattern !== "") && WELL_FORMED.test(posix.normalize(pattern).replace(/\/$/, ""));
}

// The library compiles a pattern to a regular expression, and only when it first compares a path.
function compiles(line: string): boolean {
  try {
    matcher([line]).ignores("any");
    return true;
  } catch {
    return false;
  }
}

// Docker takes these characters as they are. The library leaves them their meaning in a regular expression, except in brackets.
function literal(line: string): string {
  const slashed = line.split(sep).join("/");
  return slashed.replace(/\\.|\[[^\]]*\]|[+(){}|]/g, (found) => (found.length === 1 ? `[${found}]` : found));
}

function exceptionIn(line: string): readonly string[] | undefined {
  const pattern = literal(line).trim();
  if (!pattern.startsWith("!")) return undefined;
  return posix.normalize(pattern.slice(1).trim()).split("/").filter(Boolean);
}

// May say yes for nothing, then a folder is entered in vain; never no for a folder in which something is brought back.
function reachesBelow(exception: readonly string[], folder: readonly string[]): boolean {
  for (const [index, segment] of exception.entries()) {
    if (segment.includes("**")) return true;
    const name = folder[index];
    if (name === undefined) return true;
    if (!/[*?[\\]/.test(segment) && segment !== name) return false;
  }
  return false;
}
