// The packages of a build: nothing is downloaded, what is installed in a folder of the project is linked.
import { readdir, readFile, realpath, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BuildFailure } from "./failure";

const LOCK = "package-lock.json";
const MODULES = "node_modules";
/** How far below the project's folder an application may lie. */
const DEEPEST = 4;

const lockShape = z.looseObject({ packages: z.record(z.string(), z.unknown()).optional() });
const manifestShape = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** Real path of the installed packages of the folder, by its lock file; undefined where it needs none. Throws a `BuildFailure` where there are none. */
export async function installedFor(folder: string, projectDirectory: string, command: string): Promise<string | undefined> {
  const lock = await readFile(join(folder, LOCK)).catch(() => undefined);
  if (lock === undefined) return withoutLock(folder, command);
  const twins = await foldersWith(lock, projectDirectory);
  for (const twin of twins) {
    const modules = await realpath(join(twin, MODULES)).catch(() => undefined);
    if (modules !== undefined) return modules;
  }
  if (Object.keys(lockShape.catch({}).parse(json(lock)).packages ?? {}).every((name) => name === "")) return undefined;
  const [twin] = twins;
  throw new BuildFailure(
    twin === undefined
      ? `the rehearsal downloads nothing: "${command}" links packages that are installed, and no folder of ${projectDirectory} has this ${LOCK}`
      : `packages are not installed in ${twin}: run npm ci --prefix ${twin} first (the rehearsal downloads nothing)`,
  );
}

/** Puts a link to installed packages into a folder, in place of what is there: `npm ci` does not keep that either. */
export async function linkInstalled(modules: string, folder: string): Promise<void> {
  const link = join(folder, MODULES);
  await rm(link, { recursive: true, force: true });
  await symlink(modules, link);
}

async function withoutLock(folder: string, command: string): Promise<undefined> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => undefined);
  if (text === undefined) throw new BuildFailure(`"${command}" finds no package.json in its folder`);
  const manifest = manifestShape.safeParse(json(text)).data;
  const needed = Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies });
  if (needed.length === 0 && !/^npm (ci|clean-install)\b/.test(command)) return undefined;
  throw new BuildFailure(
    `"${command}" needs a ${LOCK} beside package.json, which says what is installed: copy it into the image, too`,
  );
}

async function foldersWith(lock: Buffer, directory: string, depth = 0): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const own = entries.some((entry) => entry.isFile() && entry.name === LOCK) && (await isSame(join(directory, LOCK), lock));
  const below =
    depth === DEEPEST
      ? []
      : entries.filter((entry) => entry.isDirectory() && entry.name !== MODULES && !entry.name.startsWith("."));
  const found = await Promise.all(below.map(({ name }) => foldersWith(lock, join(directory, name), depth + 1)));
  return [...(own ? [directory] : []), ...found.flat()];
}

async function isSame(file: string, content: Buffer): Promise<boolean> {
  return (await stat(file)).size === content.length && (await readFile(file)).equals(content);
}

function json(text: string | Buffer): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
