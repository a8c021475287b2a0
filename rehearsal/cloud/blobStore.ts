// What the program's storage accounts hold: blobs by container and name. The program declares containers; blobs come from elsewhere.
import { createHash } from "node:crypto";
import { type BlobContent, bufferContent, type StoredBlob } from "./storedBlob";
import { Table, type TableSnapshot } from "./table";

export interface BlobPut {
  readonly account: string;
  readonly container: string;
  readonly name: string;
  /** Text, bytes, or bytes that are made while somebody reads them. */
  readonly content: string | Buffer | BlobContent;
  /** `content-type` and its like; the type defaults to bytes without a meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface NamedBlob {
  readonly name: string;
  readonly blob: StoredBlob;
}

/** By account and container, then by name. A blob that is made while it is read is the same one in the snapshot and in the store. */
export type BlobsSnapshot = TableSnapshot<TableSnapshot<StoredBlob>>;

export class BlobStore {
  readonly #now: () => number;
  /** By account and container. A blob's name counts in its case. */
  readonly #containers = new Map<string, Table<StoredBlob>>();
  #revision = 0;

  /** `now` is the emulated clock, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Puts a blob past every right, as it would be there from before; whether the container exists is asked at each request. */
  put({ account, container, name, content, headers = {}, metadata = {} }: BlobPut): StoredBlob {
    const given = typeof content === "string" ? Buffer.from(content) : content;
    const bytes = Buffer.isBuffer(given) ? { content: bufferContent(given), md5: md5Of(given) } : { content: given };
    this.#revision += 1;
    const blob: StoredBlob = {
      type: "BlockBlob",
      content: bytes.content,
      modifiedMs: this.#now(),
      revision: this.#revision,
      headers: {
        "content-type": "application/octet-stream",
        ...("md5" in bytes ? { "content-md5": bytes.md5 } : {}),
        ...headers,
      },
      metadata,
    };
    const held = this.#containers.get(key(account, container)) ?? new Table<StoredBlob>();
    this.#containers.set(key(account, container), held.set(name, blob));
    return blob;
  }

  get(account: string, container: string, name: string): StoredBlob | undefined {
    return this.#containers.get(key(account, container))?.get(name);
  }

  delete(account: string, container: string, name: string): void {
    this.#containers.get(key(account, container))?.delete(name);
  }

  /** In the order of their names, as Azure lists them. */
  list(account: string, container: string): readonly NamedBlob[] {
    return [...(this.#containers.get(key(account, container)) ?? [])]
      .map(([name, blob]) => ({ name, blob }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  clear(): void {
    this.#containers.clear();
  }

  snapshot(): BlobsSnapshot {
    return [...this.#containers].map(([key, blobs]) => [key, blobs.snapshot()]);
  }
  restore(snapshot: BlobsSnapshot): void {
    this.#containers.clear();
    for (const [key, blobs] of snapshot) this.#containers.set(key, new Table(blobs));
  }
}

export function md5Of(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("base64");
}

function key(account: string, container: string): string {
  return `${account.toLowerCase()}/${container.toLowerCase()}`;
}
