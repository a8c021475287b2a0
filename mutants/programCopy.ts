// A copy of a program in a folder of its own, with a mistake in its text.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Edit, edited } from "./plant";

/** What every program of the repository resolves its packages from. */
export const ROOT = join(__dirname, "..");

/** Files of the repository's own program that a mistake may stand in; everything else of it is linked, and loaded once. */
const OWN_FILES = ["index.ts", "config.ts", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"];
/** Left out of a copy: they hold no part of the program. */
const NOT_OF_THE_PROGRAM = [".git", "node_modules"];

/** `program` is a folder relative to the repository; "." is the repository's own program. */
export function copyProgram(program: string, target: string, edits: readonly Edit[]): void {
  mkdirSync(dirname(target), { recursive: true });
  if (program === ".") copyOwn(target);
  else cpSync(join(ROOT, program), target, { recursive: true });
  for (const edit of edits) {
    const file = join(target, edit.file ?? "index.ts");
    const text = edited(readFileSync(file, "utf8"), edit);
    writeFileSync(file, text);
  }
}

function copyOwn(target: string): void {
  mkdirSync(target);
  for (const entry of readdirSync(ROOT)) {
    if (NOT_OF_THE_PROGRAM.includes(entry)) continue;
    if (OWN_FILES.includes(entry)) cpSync(join(ROOT, entry), join(target, entry));
    else symlinkSync(join(ROOT, entry), join(target, entry));
  }
}

/** A folder whose programs find the repository's packages. The caller removes it. */
export function preparePackages(folder: string): void {
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
