// What an image is built from, as one number: the same files give the same tag, so nothing is built or rolled out again.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore from "@balena/dockerignore";
import { mistake, type Place } from "./validate";

const CONTEXT_URL = "https://docs.docker.com/build/concepts/context/";
const IGNORE_FILE = ".dockerignore";

/**
 * SHA-256 in hexadecimal digits of the files that enter a build: every file of `folder` that its .dockerignore leaves, and the Dockerfile.
 * Paths, contents and executable bits count; times and owners do not. Throws for a folder that no image can be built from.
 */
export function contentHash(place: Place, folder: string, dockerfile: string): string {
  const root = resolve(folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw mistake(place, "folder", `a folder, relative to ${process.cwd()}`, folder, CONTEXT_URL);
  }
  if (!statSync(join(root, dockerfile), { throwIfNoEntry: false })?.isFile()) {
    throw mistake(place, "dockerfile", `a file in ${folder}`, dockerfile, "https://docs.docker.com/reference/dockerfile/");
  }
  const hash = createHash("sha256");
  try {
    const paths = new Set([...filesOf(root, ignoredIn(root, dockerfile)), dockerfile.split(sep).join("/")]);
    // Lengths keep two different trees from giving the same stream of bytes.
    for (const path of [...paths].sort()) {
      const { kind, bytes } = contentOf(place, root, path);
      hash.update(`${kind} ${Buffer.byteLength(path)} ${path} ${bytes.length}\n`).update(bytes);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      const path = "path" in error ? String(error.path) : folder;
      throw mistake(place, "folder", "readable", `${path} (${String(error.code)})`, CONTEXT_URL);
    }
    throw error;
  }
  return hash.digest("hex");
}

interface Ignored {
  matches(path: string): boolean;
  /** A folder need not be entered: no later rule brings a part of it back. */
  prunes: boolean;
}

// Docker prefers the ignore file of a Dockerfile of its own. https://docs.docker.com/build/concepts/context/#filename-and-location
function ignoredIn(root: string, dockerfile: string): Ignored {
  const file = [`${dockerfile}${IGNORE_FILE}`, IGNORE_FILE].map((name) => join(root, name)).find((name) => existsSync(name));
  const lines = file === undefined ? [] : readFileSync(file, "utf8").split(/\r?\n/);
  const rules = ignore().add(lines);
  return { matches: (path) => rules.ignores(path), prunes: !lines.some((line) => line.trimStart().startsWith("!")) };
}

function* filesOf(root: string, ignored: Ignored, folder = ""): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const skipped = ignored.matches(path);
    if (entry.isDirectory()) {
      if (!(skipped && ignored.prunes)) yield* filesOf(root, ignored, path);
    } else if (!skipped && (entry.isFile() || entry.isSymbolicLink())) yield path;
  }
}

function contentOf(place: Place, root: string, path: string): { kind: string; bytes: Buffer } {
  const file = join(root, path);
  const target = linkTarget(file);
  if (target !== undefined) {
    const inside = relative(root, resolve(dirname(file), target));
    if (inside.startsWith("..") || resolve(inside) === inside) {
      throw mistake(place, "folder", "without symbolic links that leave it", `${path} -> ${target}`, CONTEXT_URL);
    }
    return { kind: "link", bytes: Buffer.from(target) };
  }
  return { kind: (statSync(file).mode & 0o111) === 0 ? "file" : "executable", bytes: readFileSync(file) };
}

function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined; // Not a link; whatever else is wrong shows when the file is read.
  }
}
