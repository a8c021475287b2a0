// The project's own Markdown files, as tests look at them.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../../cli/docsParts";

const OUTSIDE = /(^|\/)(node_modules|dist|\.[^/]+)\//;

/** Paths relative to the project. */
export function markdownFiles(): string[] {
  const entries = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return OUTSIDE.test(`${relative(ROOT, path)}/`) ? [] : entries(path);
      return entry.name.endsWith(".md") ? [relative(ROOT, path)] : [];
    });
  return entries(ROOT).sort();
}

export function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** What stands in code is no link and no heading. */
export function prose(text: string): string {
  return text
    .replace(/^```.*?^```/gms, "")
    .replace(/^ {4,}.*$/gm, "")
    .replace(/`[^`\n]+`/g, (code) => code.replace(/[[\]()#]/g, ""));
}

/** The fragments that GitHub gives a file's headings. */
export function anchors(text: string): string[] {
  return [...text.replace(/^```.*?^```/gms, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The cells of every table row between a start and an end marker, without head and rule. */
export function tableRows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
