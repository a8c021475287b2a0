// The tables of docs/lifecycle.md that say what changing a config key does: read as data, so that a test can try each row.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = join(__dirname, "..", "..", "docs", "lifecycle.md");
/** A heading, what follows it up to the next one, and in it a block with the stack and its config, and the table. */
const TABLE =
  /^### (?<title>[^\n]+)\n(?:(?![#`])[^\n]*\n)*```text\npulumi (?<command>up|preview) --stack (?<stack>[\w-]+)\n(?<set>[^`]*)```\n\n\| Key \|[^\n]*\n\|[-| ]+\|\n(?<rows>(?:\|[^\n]*\|\n)+)/gm;

export interface KeyRow {
  /** The key, or a part of it: `names.vault`. */
  readonly key: string;
  /** As for `--set`: the key's value, and what must be set along with it. */
  readonly set: readonly string[];
  /** As it stands in the table. */
  readonly change: string;
  readonly happens: string;
  readonly pods: string;
}

export interface KeyTable {
  readonly title: string;
  readonly command: "up" | "preview";
  readonly stack: string;
  /** The stack's config before the change, beside its file. */
  readonly set: readonly string[];
  readonly rows: readonly KeyRow[];
}

export function keyTables(text = readFileSync(FILE, "utf8")): KeyTable[] {
  return [...text.matchAll(TABLE)].map(({ groups = {} }) => ({
    title: groups.title ?? "",
    command: groups.command === "preview" ? "preview" : "up",
    stack: groups.stack ?? "",
    set: (groups.set ?? "").split("\n").filter(Boolean),
    rows: (groups.rows ?? "").split("\n").filter(Boolean).map(rowOf),
  }));
}

export function keyTable(title: string): KeyTable {
  const found = keyTables().find((table) => table.title === title);
  if (found === undefined) throw new Error(`docs/lifecycle.md has no table under "${title}"`);
  return found;
}

/** Writes what was found into a table, for whoever changes what a key does on purpose. */
export function writeKeyRows(title: string, rows: readonly KeyRow[]): void {
  const text = readFileSync(FILE, "utf8");
  const table = [...text.matchAll(TABLE)].find(({ groups }) => groups?.title === title)?.[0] ?? "";
  const [head = ""] = /^.*\n\|[-| ]+\|\n/s.exec(table) ?? [];
  writeFileSync(
    FILE,
    text.replace(table, () => head + rows.map(lineOf).join("")),
  );
}

function lineOf({ key, change, happens, pods }: KeyRow): string {
  return `| \`${key}\` | ${change} | ${happens} | ${pods} |\n`;
}

function rowOf(line: string): KeyRow {
  const [, key = "", change = "", happens = "", pods = ""] = line.split("|").map((cell) => cell.trim());
  const name = key.replaceAll("`", "");
  const [value = "", ...others] = [...change.matchAll(/`([^`]*)`/g)].map(([, code = ""]) => code);
  return { key: name, set: [`${name}=${value}`, ...others], change, happens, pods };
}
