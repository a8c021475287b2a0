// One file or symbolic link of a build context, as it is on the disk.
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { isAbsolute, join, sep } from "node:path";

export interface ContextEntry {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly kind: "file" | "link";
  readonly executable: boolean;
  /** Size of the contents; 0 for a link. */
  readonly bytes: number;
  /** Where a link points to, with slashes. */
  readonly target?: string;
  /** SHA-256, in hexadecimal digits, of the contents or of a link's target. */
  readonly sha256: string;
}

/** Links on the way to a file; the limit of Linux. https://man7.org/linux/man-pages/man7/path_resolution.7.html */
const LINKS_LIMIT = 40;

/** What `path` is now, with its contents. A link is not followed. */
export function readEntry(root: string, path: string): { entry: ContextEntry; content: Buffer } {
  const file = join(root, path);
  const status = lstatSync(file);
  if (status.isSymbolicLink()) {
    const target = targetOf(file);
    return {
      entry: { path, kind: "link", executable: false, bytes: 0, target, sha256: sha256(target) },
      content: Buffer.alloc(0),
    };
  }
  // To read from a pipe that took the file's place would wait for ever.
  if (!status.isFile()) throw new Error(`${path} is neither a file nor a symbolic link any more.`);
  const content = readFileSync(file);
  const executable = isExecutable(process.platform, status.mode, content);
  return { entry: { path, kind: "file", executable, bytes: content.length, sha256: sha256(content) }, content };
}

/** Windows keeps no executable bit: there, a file counts as executable that Linux could start, a script with `#!` or an ELF program. */
export function isExecutable(platform: NodeJS.Platform, mode: number, content: Buffer): boolean {
  if (platform !== "win32") return (mode & 0o111) !== 0;
  const start = content.toString("latin1", 0, 4);
  return start.startsWith("#!") || start === "\x7fELF";
}

/**
 * Whether a link leads out of `root`, itself or through others on its way. An absolute target always does: the folder is elsewhere in the build. So does
 * one that leaves and comes back by the folder's own name.
 */
export function leavesFolder(root: string, link: string): boolean {
  const inside: string[] = [];
  const ahead = link.split("/");
  let links = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (inside.pop() === undefined) return true;
      continue;
    }
    inside.push(name);
    const target = linkTarget(join(root, ...inside));
    if (target === undefined) continue;
    if (isAbsolute(target)) return true;
    links += 1;
    if (links > LINKS_LIMIT) return false; // Links in a circle lead nowhere; they do no harm as long as nothing is read through them.
    inside.pop();
    ahead.unshift(...target.split("/"));
  }
  return false;
}

function linkTarget(file: string): string | undefined {
  try {
    return targetOf(file);
  } catch {
    return undefined; // Not a link, or nothing at all: a link may point to what the build creates.
  }
}

function targetOf(link: string): string {
  return readlinkSync(link).split(sep).join("/");
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
