// What somebody uploaded for a build: how much it is, and what of it hardly belongs in an image.
import { posix } from "node:path";
import { extract } from "tar-stream";
import { unzipped } from "../build/unpack";

export interface Uploaded {
  readonly files: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
  /** Paths of secrets, and of folders that a machine makes, sorted. */
  readonly unwanted: readonly string[];
}

/** Rejects what is no gzipped tar. */
export async function uploaded(archive: Buffer): Promise<Uploaded> {
  const entries = extract();
  entries.end(await unzipped(archive));
  const unwanted = new Set<string>();
  let files = 0;
  let bytes = 0;
  for await (const entry of entries) {
    const { header } = entry;
    if (header.type !== "directory") files += 1;
    bytes += header.size ?? 0;
    const found = unwantedIn(posix.normalize(header.name));
    if (found !== undefined) unwanted.add(found);
    entry.resume();
  }
  return { files, bytes, unwanted: [...unwanted].sort() };
}

const MADE = new Set([".git", "node_modules"]);
const SECRET = /^(\.env(\..+)?|.+\.(pem|key)|id_(rsa|dsa|ecdsa|ed25519))$/;
/** Says which variables there are, and holds none of their values. */
const EXAMPLE = /^\.env\.(example|sample|template)$/;

/** A folder stands for all that is in it. */
function unwantedIn(path: string): string | undefined {
  const parts = path.replace(/\/+$/, "").split("/");
  const made = parts.findIndex((part) => MADE.has(part));
  if (made >= 0) return parts.slice(0, made + 1).join("/");
  const name = parts.at(-1) ?? "";
  return SECRET.test(name) && !EXAMPLE.test(name) ? parts.join("/") : undefined;
}
