// A build context as one .tar.gz: the same content gives the same bytes on every machine.
import { setImmediate } from "node:timers/promises";
import { Gzip } from "fflate";
import { type Pack, pack } from "tar-stream";
import type { BuildContext, ContextEntry } from "./context";
import { readEntry } from "./entry";

/** What is compressed at a time. Between two blocks the process gets to its other work, such as an interruption. */
const BLOCK_BYTES = 64 * 1024;
const EPOCH = new Date(0);

/**
 * Reads the context's files again and packs them, in memory. Throws when one is no longer what it was when the context was read, since its hash would name
 * another content.
 */
export async function archiveOf(context: BuildContext): Promise<Uint8Array> {
  const tar = pack();
  const [archive] = await Promise.all([compressed(tar), fill(tar, context)]);
  return archive;
}

async function fill(tar: Pack, context: BuildContext): Promise<void> {
  try {
    for (const entry of context.entries) await add(tar, entry, unchanged(context.folder, entry));
    tar.finalize();
  } catch (error) {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

// tar-stream writes what ustar cannot hold, such as a long path, into a PAX header, and leaves owners 0 and without names.
function add(tar: Pack, { path, executable, target }: ContextEntry, content: Buffer): Promise<void> {
  const file = { name: path, mtime: EPOCH, type: "file", mode: executable ? 0o755 : 0o644 } as const;
  const header = target === undefined ? file : ({ ...file, type: "symlink", linkname: target, mode: 0o777 } as const);
  return new Promise((resolve, reject) => {
    tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

function unchanged(folder: string, before: ContextEntry): Buffer {
  const { entry, content } = now(folder, before.path);
  const same = entry.kind === before.kind && entry.executable === before.executable && entry.sha256 === before.sha256;
  if (!same) throw changed(folder, before.path);
  return content;
}

function now(folder: string, path: string): ReturnType<typeof readEntry> {
  try {
    return readEntry(folder, path);
  } catch (error) {
    throw changed(folder, path, error);
  }
}

function changed(folder: string, path: string, cause?: unknown): Error {
  const why = cause instanceof Error ? ` (${cause.message})` : "";
  return new Error(
    `${JSON.stringify(path)} in ${folder} changed while the image was prepared${why}. Run again when nothing writes to the folder.`,
    { cause },
  );
}

// Not node:zlib: its bytes differ with the version of zlib that Node was built with. fflate writes no file name and no system's number that varies.
async function compressed(tar: Pack): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const gzip = new Gzip({ level: 6, mem: 8, mtime: 0 }, (part) => parts.push(part));
  const block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  for await (const chunk of tar) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("tar-stream gives bytes; its types do not say so");
    for (let from = 0; from < chunk.length; ) {
      const piece = chunk.subarray(from, from + BLOCK_BYTES - filled);
      block.set(piece, filled);
      filled += piece.length;
      from += piece.length;
      if (filled < BLOCK_BYTES) continue;
      gzip.push(block);
      filled = 0;
      await setImmediate();
    }
  }
  gzip.push(block.subarray(0, filled), true);
  return Buffer.concat(parts);
}
