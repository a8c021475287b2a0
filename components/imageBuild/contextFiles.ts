// Which files of a folder enter a build: they are listed here, and read elsewhere.
import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mistake, type Place } from "../validate";
import { ignoreRules } from "./dockerignore";

export const CONTEXT_URL = "https://docs.docker.com/build/concepts/context/";
export const IGNORE_URL = "https://docs.docker.com/build/concepts/context/#dockerignore-files";
const IGNORE_FILE = ".dockerignore";

/** Whether a file has this path, relative to `root`, over folders and no links. */
// Looked up in lists: they have no "..", and no name in other letters, which some systems would find.
export function hasFile(place: Place, root: string, path: string): boolean {
  const names = path.split("/");
  return names.every((name, index) => {
    const above = names.slice(0, index).join("/");
    const entries = reading(place, above || ".", () => readdirSync(join(root, above), { withFileTypes: true }));
    const found = entries.find((entry) => entry.name === name);
    return (index === names.length - 1 ? found?.isFile() : found?.isDirectory()) ?? false;
  });
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

export interface FoundFile {
  readonly path: string;
  readonly link: boolean;
  readonly bytes: number;
}

/** What of the folder enters the build: what its ignore file leaves, and the Dockerfile in any case. */
export function filesIn(place: Place, root: string, dockerfile: string): Generator<FoundFile> {
  return walk(place, root, selectionOf(place, root, dockerfile), "");
}

function* walk(place: Place, root: string, selection: Selection, folder: string): Generator<FoundFile> {
  const options = { withFileTypes: true, encoding: "buffer" } as const;
  for (const entry of reading(place, folder || ".", () => readdirSync(join(root, folder), options))) {
    const name = entry.name.toString();
    const path = folder === "" ? name : `${folder}/${name}`;
    const link = entry.isSymbolicLink();
    const wanted = entry.isDirectory() ? selection.enters(path) : (link || entry.isFile()) && selection.takes(path);
    if (!wanted) continue;
    if (!isUtf8(entry.name)) throw mistake(place, "folder", "one whose file names are UTF-8", path, CONTEXT_URL);
    if (entry.isDirectory()) yield* walk(place, root, selection, path);
    else yield { path, link, bytes: link ? 0 : reading(place, path, () => lstatSync(join(root, path)).size) };
  }
}

/** What `read` gives; a system's refusal as a mistake of whoever named the folder. */
export function reading<T>(place: Place, path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw mistake(place, "folder", "readable", `${path} (${String(error.code)})`, CONTEXT_URL);
  }
}
