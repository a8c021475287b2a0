// Where a project's program begins, as Pulumi's Node.js language host finds it.
// https://www.pulumi.com/docs/iac/concepts/projects/project-file/#main and https://github.com/pulumi/pulumi/blob/v3.270.0/sdk/nodejs/cmd/run/run.ts
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "../usageError";

export interface ProgramEntry {
  /** The folder in which the program runs: its relative paths begin here. */
  readonly directory: string;
  /** The file that is loaded, relative to the folder. */
  readonly main: string;
}

const target = z.union([
  z.string(),
  z.looseObject({ default: z.string().optional(), require: z.string().optional(), import: z.string().optional() }),
]);
const packageShape = z.looseObject({
  type: z.string().optional(),
  main: z.string().optional(),
  exports: z.union([z.string(), z.looseObject({ ".": target.optional() })]).optional(),
});
type Package = z.infer<typeof packageShape>;

const INDEX = ["index.js", "index.cjs", "index.mjs", "index.ts", "index.cts", "index.mts"];

/** `main` as Pulumi.yaml has it: a folder or a file, relative to the project's folder; undefined where it has none. */
export function programEntry(project: string, main: string | undefined): ProgramEntry {
  const given = resolve(project, main ?? ".");
  const file = isFolder(given) ? inFolder(given) : fileOf(given);
  if (file === undefined) {
    const what =
      main === undefined
        ? `${project} has no program: none of package.json's main, ${INDEX.join(", ")} is there`
        : `main in ${join(project, "Pulumi.yaml")} is "${main}", and there is no such program`;
    throw new UsageError(what, "give main in Pulumi.yaml the file, or the folder, in which the program begins");
  }
  const directory = isFolder(given) ? given : dirname(given);
  return { directory, main: relative(directory, file) };
}

/** Whether Node.js loads the file as an ES module. https://nodejs.org/api/packages.html#determining-module-system */
export function isModule(file: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  if (/\.c[jt]s$/.test(file)) return false;
  return nearestPackage(dirname(file))?.type === "module";
}

/** What installs a program's packages: npm ci refuses to run where no lockfile is. */
export function installIn(directory: string): string {
  const isLocked = ["package-lock.json", "npm-shrinkwrap.json"].some((file) => existsSync(join(directory, file)));
  return `${isLocked ? "npm ci" : "npm install"} in ${directory}`;
}

/** Refuses a program that cannot load Pulumi: its packages are not installed. */
export function requirePulumi({ directory, main }: ProgramEntry): void {
  try {
    createRequire(resolve(directory, main)).resolve("@pulumi/pulumi");
  } catch {
    throw new UsageError(
      `the program in ${directory} finds no @pulumi/pulumi: its packages are not installed`,
      installIn(directory),
    );
  }
}

function inFolder(folder: string): string | undefined {
  const found = readPackage(folder);
  const named = found === undefined ? undefined : mainOf(found);
  // Pulumi too goes on with the folder's index where package.json names what is not there, such as what a build would write.
  return (named === undefined ? undefined : fileOf(join(folder, named))) ?? indexOf(folder);
}

function mainOf({ main, exports: exported }: Package): string | undefined {
  const root = typeof exported === "object" ? exported["."] : exported;
  if (root === undefined) return main;
  return typeof root === "string" ? root : (root.default ?? root.require ?? root.import);
}

function fileOf(path: string): string | undefined {
  if (isFolder(path)) return indexOf(path);
  return ["", ".js", ".ts"].map((extension) => `${path}${extension}`).find((file) => existsSync(file));
}

function indexOf(folder: string): string | undefined {
  return INDEX.map((name) => join(folder, name)).find((file) => existsSync(file));
}

function nearestPackage(folder: string): Package | undefined {
  const found = readPackage(folder);
  return found !== undefined || dirname(folder) === folder ? found : nearestPackage(dirname(folder));
}

function readPackage(folder: string): Package | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`, "mend the file");
  }
  const parsed = packageShape.safeParse(content);
  if (!parsed.success) throw new UsageError(`${file}: ${z.prettifyError(parsed.error)}`, "mend the file");
  return parsed.data;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
