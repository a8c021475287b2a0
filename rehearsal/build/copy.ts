// COPY, and ADD of local files, between folders that stand for file systems.
// https://docs.docker.com/reference/dockerfile/#copy
import { constants, copyFile, lstat, mkdir, readdir, readlink, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, posix } from "node:path";
import { BuildFailure } from "./failure";
import type { Folder } from "./folder";
import { globExpression, hasWildcard } from "./glob";

export interface CopyRequest {
  readonly keyword: string;
  readonly from: Folder;
  /** Undefined: the build context, where everything must be. Otherwise whether something that is not there may be in the image all the same. */
  readonly mayHave: ((path: string) => boolean) | undefined;
  readonly sources: readonly string[];
  readonly to: Folder;
  /** Absolute. */
  readonly destination: string;
  /** Whether the destination was written as a folder, so that a file keeps its name in it. */
  readonly intoFolder: boolean;
  /** Whether it was written so that more than one source may be copied to it. */
  readonly takesSeveral: boolean;
}

/** Copies, and says what it could not copy because this machine does not have it. Throws a `BuildFailure` where the build fails in a registry, too. */
export async function copy(request: CopyRequest): Promise<readonly string[]> {
  const { keyword, from, to, destination, intoFolder, takesSeveral } = request;
  const left: string[] = [];
  const found = await sourcesOf(request, left);
  if (found.length > 1 && !takesSeveral)
    throw new BuildFailure(
      `When using ${keyword} with more than one source file, the destination must be a directory and end with a /`,
    );
  for (const source of found) {
    const { path, borrowed } = await from.resolve(source);
    const target = await to.resolve(destination);
    if (target.borrowed && target.path === path) continue;
    if (target.borrowed)
      throw new BuildFailure(`${keyword} failed: ${destination} lies in installed packages, which are only linked here`);
    const folder = await statOf(path);
    const into = folder?.isDirectory() || !(intoFolder || (await statOf(target.path))?.isDirectory());
    const end = into ? target.path : (await to.resolve(posix.join(destination, basename(source)))).path;
    if (borrowed) await lend(path, end, { from, to });
    else await copyTree(path, end, { from, to, left });
  }
  return left;
}

type Sources = Pick<CopyRequest, "keyword" | "from" | "mayHave" | "sources">;

/** Throws a `BuildFailure` for sources that are not there. */
export async function checkSources(sources: Sources): Promise<void> {
  await sourcesOf(sources, []);
}

async function sourcesOf({ keyword, from, mayHave, sources }: Sources, left: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const written of sources) {
    const source = written.replace(/^\/+/, "").replace(/^\.\//, "");
    if (mayHave === undefined && posix.normalize(source).startsWith(".."))
      throw new BuildFailure(`${keyword} failed: forbidden path outside the build context: ${source} ()`);
    if (hasWildcard(source)) {
      const expression = globExpression(source);
      const matches = (await everything(from.root)).filter((path) => expression.test(path));
      if (matches.length === 0 && mayHave?.(source)) left.push(written);
      found.push(...matches);
    } else if ((await statOf((await from.resolve(source)).path)) !== undefined) found.push(source);
    else if (mayHave === undefined)
      throw new BuildFailure(
        `${keyword} failed: file not found in build context or excluded by .dockerignore: stat ${source}: file does not exist`,
      );
    else if (mayHave(source)) left.push(written);
    else throw new BuildFailure(`${keyword} failed: stat ${source}: file does not exist`);
  }
  if (found.length === 0 && left.length === 0) throw new BuildFailure(`${keyword} failed: no source files were specified`);
  return found;
}

async function everything(root: string, below = ""): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const all = await Promise.all(
    entries.map(async (entry) => {
      const path = posix.join(below, entry.name);
      return [path, ...(entry.isDirectory() ? await everything(root, path) : [])];
    }),
  );
  return all.flat().sort();
}

interface Trees {
  readonly from: Folder;
  readonly to: Folder;
  readonly left: string[];
}

async function copyTree(source: string, target: string, trees: Trees): Promise<void> {
  const stat = await lstat(source);
  const there = await statOf(target);
  // Whatever a link at the destination leads to, nothing is written there.
  if (there !== undefined && (there.isSymbolicLink() || there.isDirectory() !== stat.isDirectory()))
    await rm(target, { recursive: true });
  if (stat.isDirectory()) {
    await mkdir(target, { recursive: true });
    const names = await readdir(source);
    for (const name of names) await copyTree(join(source, name), join(target, name), trees);
  } else if (stat.isSymbolicLink()) await copyLink(source, target, trees);
  else if (stat.isFile()) {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}

async function copyLink(source: string, target: string, { from, to, left }: Trees): Promise<void> {
  const end = await readlink(source);
  const place = target.slice(to.root.length);
  if (from.isLent(end)) await lend(end, target, { from, to });
  else if (to.keeps(place, end)) await symlink(end, target);
  else left.push(`${place}, a link to ${end}`);
}

// Installed packages are not copied, however often an image copies them: they are large, and nothing writes to them.
async function lend(path: string, target: string, { from, to }: Pick<Trees, "from" | "to">): Promise<void> {
  to.lendAsIn(from);
  if ((await statOf(target))?.isDirectory()) {
    for (const name of await readdir(path)) await lend(join(path, name), join(target, name), { from, to });
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { force: true });
  await symlink(path, target);
}

async function statOf(path: string) {
  return lstat(path).catch(() => undefined);
}
