// What an image is built from, as a list of files and as one number: the same files give the same tag, so nothing is built or rolled out again.
import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, normalize, resolve, sep } from "node:path";
import { mistake, type Place } from "../validate";
import { ignoreRules } from "./dockerignore";
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

const CONTEXT_URL = "https://docs.docker.com/build/concepts/context/";
const DOCKERFILE_URL = "https://docs.docker.com/reference/dockerfile/";
const IGNORE_URL = "https://docs.docker.com/build/concepts/context/#dockerignore-files";
const IGNORE_FILE = ".dockerignore";

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
  limitBytes: number = CONTEXT_LIMIT_BYTES,
): BuildContext {
  const root = resolve(folder);
  if (!reading(place, folder, () => statSync(root, { throwIfNoEntry: false })?.isDirectory())) {
    throw mistake(place, "folder", `a folder, relative to ${process.cwd()}`, folder, CONTEXT_URL);
  }
  const recipe = normalize(dockerfile).split(sep).join("/");
  const found = [...filesIn(place, root, selectionOf(place, root, recipe))].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (!found.some(({ path, link }) => path === recipe && !link)) {
    throw mistake(place, "dockerfile", `a file in ${folder}, and not a link`, dockerfile, DOCKERFILE_URL);
  }
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

/** What of a folder enters the build. */
interface Selection {
  enters(folder: string): boolean;
  takes(path: string): boolean;
}

// An ignore file goes in as any other file does. But a builder that reads only .dockerignore would apply it where the Dockerfile's own one was preferred.
function selectionOf(place: Place, root: string, dockerfile: string): Selection {
  const { name, text } = ignoreFileOf(place, root, dockerfile);
  const rules = ignoreRules(text, (pattern) =>
    mistake(place, "folder", `one whose ${name} has only patterns that Docker knows`, pattern, IGNORE_URL),
  );
  return {
    enters: (folder) => !(rules.ignores(folder) && rules.prunes(folder)) || dockerfile.startsWith(`${folder}/`),
    takes: (path) => path === dockerfile || !(rules.ignores(path) || (path === IGNORE_FILE && name !== IGNORE_FILE)),
  };
}

// Docker prefers the ignore file of a Dockerfile of its own. https://docs.docker.com/build/concepts/context/#filename-and-location
function ignoreFileOf(place: Place, root: string, dockerfile: string): { name: string; text: string } {
  for (const name of [`${dockerfile}${IGNORE_FILE}`, IGNORE_FILE]) {
    const text = reading(place, name, () => textIfThere(join(root, name)));
    if (text !== undefined) return { name, text };
  }
  return { name: IGNORE_FILE, text: "" };
}

function textIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}

interface Found {
  readonly path: string;
  readonly link: boolean;
  readonly bytes: number;
}

function* filesIn(place: Place, root: string, selection: Selection, folder = ""): Generator<Found> {
  const options = { withFileTypes: true, encoding: "buffer" } as const;
  for (const entry of reading(place, folder || ".", () => readdirSync(join(root, folder), options))) {
    const name = entry.name.toString();
    const path = folder === "" ? name : `${folder}/${name}`;
    const link = entry.isSymbolicLink();
    const wanted = entry.isDirectory() ? selection.enters(path) : (link || entry.isFile()) && selection.takes(path);
    if (!wanted) continue;
    if (!isUtf8(entry.name)) throw mistake(place, "folder", "one whose file names are UTF-8", path, CONTEXT_URL);
    if (entry.isDirectory()) yield* filesIn(place, root, selection, path);
    else yield { path, link, bytes: link ? 0 : reading(place, path, () => lstatSync(join(root, path)).size) };
  }
}

function checkSize(place: Place, found: readonly Found[], limitBytes: number): void {
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

function reading<T>(place: Place, path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw mistake(place, "folder", "readable", `${path} (${String(error.code)})`, CONTEXT_URL);
  }
}

function total(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
