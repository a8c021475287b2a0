// What an image is built from, as a list of files and as one number: the same files give the same tag, so nothing is built or rolled out again.
import { statSync } from "node:fs";
import { normalize, resolve, sep } from "node:path";
import { mistake, type Place } from "../validate";
import { CONTEXT_URL, type FoundFile, filesIn, hasFile, IGNORE_URL, reading } from "./contextFiles";
import { type ContextEntry, leavesFolder, readEntry, sha256 } from "./entry";

export type { ContextEntry } from "./entry";

export interface BuildContext {
  /** Absolute. */
  readonly folder: string;
  /** Relative to `folder`, with slashes. */
  readonly dockerfile: string;
  /** In the order of their paths' code units, which no locale changes. */
  readonly entries: readonly ContextEntry[];
  /** Size of all contents. */
  readonly bytes: number;
  /** SHA-256 in hexadecimal digits. Paths, contents, links' targets, executable bits and which file is the Dockerfile count; times and owners do not. */
  readonly hash: string;
}

/**
 * The most bytes that may enter a build. Every preview reads them, every build holds them packed in memory and sends them; more is nearly always a folder
 * that .dockerignore should have named.
 */
export const CONTEXT_LIMIT_BYTES = 100 * 2 ** 20;

/** The most files and links that may enter a build. Where there are more, the rest is not even listed: somebody named a folder such as /usr. */
export const CONTEXT_LIMIT_FILES = 50_000;

export interface ContextLimits {
  readonly bytes?: number;
  readonly files?: number;
}

const DOCKERFILE_URL = "https://docs.docker.com/reference/dockerfile/";

/**
 * Reads what of `folder` enters a build: every file and symbolic link that its .dockerignore leaves, and the Dockerfile in any case.
 *
 * Folders are there by their files only: an empty one does not survive a checkout, so the same commit would be two contents. Sockets, pipes and devices
 * are no content and are left out. Throws a `RuleError` for a folder that no image can be built from.
 */
export function readContext(
  place: Place,
  folder: string,
  dockerfile: string,
  { bytes: limitBytes = CONTEXT_LIMIT_BYTES, files: limitFiles = CONTEXT_LIMIT_FILES }: ContextLimits = {},
): BuildContext {
  const root = resolve(folder);
  if (folder === "" || !reading(place, folder, () => statSync(root, { throwIfNoEntry: false })?.isDirectory())) {
    throw mistake(place, "folder", `a folder, relative to ${process.cwd()}`, folder, CONTEXT_URL);
  }
  const recipe = normalize(dockerfile).split(sep).join("/");
  if (!hasFile(place, root, recipe)) {
    throw mistake(place, "dockerfile", `a file in ${folder}, and not a link`, dockerfile, DOCKERFILE_URL);
  }
  const found: FoundFile[] = [];
  for (const file of filesIn(place, root, recipe)) {
    if (found.push(file) > limitFiles) throw tooManyFiles(place, limitFiles, file);
  }
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  checkSize(place, found, limitBytes);
  const entries = found.map(({ path }) => {
    const { entry } = reading(place, path, () => readEntry(root, path));
    if (entry.target !== undefined) checkLink(place, root, path, entry.target);
    return entry;
  });
  return {
    folder: root,
    dockerfile: recipe,
    entries,
    bytes: total(entries),
    hash: sha256(
      JSON.stringify([recipe, ...entries.map(({ path, kind, executable, sha256 }) => [path, kind, executable, sha256])]),
    ),
  };
}

function tooManyFiles(place: Place, limitFiles: number, { path }: FoundFile) {
  const rule = `at most ${limitFiles} files without what its .dockerignore names`;
  return mistake(place, "folder", rule, `more, for example ${path}`, IGNORE_URL);
}

function checkSize(place: Place, found: readonly FoundFile[], limitBytes: number): void {
  const bytes = total(found);
  if (bytes <= limitBytes) return;
  const largest = [...found].sort((a, b) => b.bytes - a.bytes).slice(0, 5);
  const names = largest.map((file) => `${file.path} ${size(file.bytes)}`).join(", ");
  const rule = `at most ${size(limitBytes)} without what its .dockerignore names`;
  throw mistake(place, "folder", rule, `${size(bytes)}, the largest: ${names}`, IGNORE_URL);
}

function checkLink(place: Place, root: string, path: string, target: string): void {
  const got = `${path} -> ${target}`;
  if (leavesFolder(root, path)) throw mistake(place, "folder", "without symbolic links that leave it", got, CONTEXT_URL);
  // Node puts this character for bytes that are no text.
  if (target.includes("\uFFFD")) throw mistake(place, "folder", "one whose file names are UTF-8", got, CONTEXT_URL);
}

function total(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
