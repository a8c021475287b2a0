// What was uploaded, as a folder: whoever uploads it may have packed anything.
import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix, relative, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { BuildFailure } from "./failure";

/** The most that an archive may hold once it is unpacked: `AppImage` sends 100 MiB of files at most, and tar adds little. */
export const UNPACKED_LIMIT_BYTES = 256 * 2 ** 20;

const inflate = promisify(gunzip);

/** The tar of what was uploaded. Throws a `BuildFailure` for what is no gzip and for more than the limit. */
export async function unzipped(archive: Buffer, limitBytes = UNPACKED_LIMIT_BYTES): Promise<Buffer> {
  try {
    return await inflate(archive, { maxOutputLength: limitBytes });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new BuildFailure(
      code === "ERR_BUFFER_TOO_LARGE"
        ? `the uploaded archive holds more than ${limitBytes / 2 ** 20} MiB`
        : "the uploaded archive is no gzip file, or not all of it",
    );
  }
}

/** Unpacks a tar into an empty folder. Throws a `BuildFailure` for an entry that would leave it, and for one that is no file, folder or symbolic link. */
export async function unpack(tar: Buffer, folder: string): Promise<void> {
  const links = new Map<string, string>();
  const unpacking = extract();
  unpacking.end(tar);
  try {
    for await (const entry of unpacking) {
      const { type, linkname, mode } = entry.header;
      const path = pathOf(entry.header);
      const file = join(folder, path);
      if (ancestors(path).some((above) => links.has(above))) throw refusal(path, "lies below a link");
      if (type === "directory") await mkdir(file, { recursive: true });
      else if (type === "symlink") links.set(path, linkname ?? "");
      else if (type === "file") await write(file, await buffer(entry), mode);
      else throw refusal(path, `is a ${type}, not a file, folder or symbolic link`);
      entry.resume();
    }
  } catch (error) {
    if (error instanceof BuildFailure) throw error;
    throw new BuildFailure(`the uploaded archive cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  // Last, so that nothing is ever written through one.
  for (const [path, target] of links) await link(folder, path, target);
  for (const path of links.keys()) await checkEnd(folder, path);
}

function pathOf({ name }: Header): string {
  const path = posix.normalize(name).replace(/\/+$/, "");
  if (posix.isAbsolute(name) || path.split("/").includes("..") || name.includes("\0")) throw refusal(name, "leaves the folder");
  return path;
}

function ancestors(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function write(file: string, content: Buffer, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content, { mode: (mode & 0o111) === 0 ? 0o644 : 0o755 });
}

async function link(folder: string, path: string, target: string): Promise<void> {
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  if (target === "" || posix.isAbsolute(target) || end === ".." || end.startsWith("../"))
    throw refusal(path, `is a link to ${target}, outside of the folder`);
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await symlink(target, file);
}

// A way over another link may end elsewhere than it looks.
async function checkEnd(folder: string, path: string): Promise<void> {
  const end = await realpath(join(folder, path)).catch(() => folder);
  const way = relative(folder, end);
  if (way === ".." || way.startsWith(`..${sep}`)) throw refusal(path, "is a link that ends outside of the folder");
}

function refusal(path: string, why: string): BuildFailure {
  return new BuildFailure(`the uploaded archive is refused: ${JSON.stringify(path)} ${why}`);
}
