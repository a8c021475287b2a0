// The storage account that a registry lends to builds: source archives are put there, logs of runs are read from there while they grow.
// https://learn.microsoft.com/rest/api/storageservices/put-blob and /get-blob
import { createHash, randomUUID } from "node:crypto";
import type { EmulatedHost, EmulatedRequest, EmulatedResponse } from "../network/handler";
import { SharedAccess } from "./sharedAccess";
import { storageError } from "./storageErrors";

/** Azure names such accounts after a region, for example `acrtaskprodweu064`; nobody else's is in a rehearsal. */
const HOST = "acrtaskprodrehearsal.blob.core.windows.net";
/** An archive may have 100 MiB; what is larger is refused before it comes here. */
const UPLOAD_LIMIT_BYTES = 104_857_600;

class Blob {
  /** By header name, in the spelling that Azure sends. */
  readonly metadata: Record<string, string> = {};
  // Put together when somebody reads: a log comes in thousands of lines, and each copy would hold all before it.
  #bytes: Buffer;
  readonly #added: Buffer[] = [];

  constructor(
    readonly type: "BlockBlob" | "AppendBlob",
    bytes: Buffer,
    public modifiedMs: number,
  ) {
    this.#bytes = bytes;
  }

  get bytes(): Buffer {
    if (this.#added.length > 0) this.#bytes = Buffer.concat([this.#bytes, ...this.#added.splice(0)]);
    return this.#bytes;
  }

  append(text: string): void {
    this.#added.push(Buffer.from(text));
  }
}

export class BlobStorage {
  readonly host: EmulatedHost;
  readonly #blobs = new Map<string, Blob>();
  readonly #access: SharedAccess;
  readonly #now: () => number;

  /** `now` is the emulated clock, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
    this.#access = new SharedAccess(now);
    this.host = { pattern: HOST, bodyLimitBytes: UPLOAD_LIMIT_BYTES, handle: (request) => this.#handle(request) };
  }

  /** An address that permits to read (`r`) or to create and write (`cw`) one blob, for an hour. */
  address(path: string, permissions: "r" | "cw"): string {
    return `https://${HOST}${path}?${this.#access.query(path, permissions)}`;
  }

  read(path: string): Buffer | undefined {
    return this.#blobs.get(path)?.bytes;
  }

  /** Appends to a blob that is there from its first bytes on. */
  append(path: string, text: string): void {
    const blob = this.#appendBlob(path);
    blob.append(text);
    blob.modifiedMs = this.#now();
  }

  setMetadata(path: string, name: string, value: string): void {
    this.#appendBlob(path).metadata[name] = value;
  }

  #appendBlob(path: string): Blob {
    const blob = this.#blobs.get(path) ?? new Blob("AppendBlob", Buffer.alloc(0), this.#now());
    this.#blobs.set(path, blob);
    return blob;
  }

  #handle(request: EmulatedRequest): EmulatedResponse {
    const writes = request.method === "PUT";
    if (!writes && !["GET", "HEAD"].includes(request.method)) return storageError("UnsupportedHttpVerb")(this.#now());
    const refusal = this.#access.refusal(request.url, writes ? "w" : "r");
    if (refusal !== undefined) return refusal(this.#now());
    return writes ? this.#put(request) : this.#get(request);
  }

  #put({ url, headers, bytes }: EmulatedRequest): EmulatedResponse {
    const type = headers["x-ms-blob-type"];
    if (type === undefined) return storageError("MissingRequiredHeader", ["HeaderName", "x-ms-blob-type"])(this.#now());
    if (type !== "BlockBlob") return storageError("InvalidHeaderValue", ["HeaderName", "x-ms-blob-type"])(this.#now());
    const md5 = createHash("md5").update(bytes).digest("base64");
    if ((headers["content-md5"] ?? md5) !== md5) return storageError("Md5Mismatch")(this.#now());
    const blob = new Blob(type, bytes, this.#now());
    this.#blobs.set(url.pathname, blob);
    return { status: 201, headers: { ...this.#common(blob), "content-md5": md5, "x-ms-request-server-encrypted": "true" } };
  }

  #get({ url, headers }: EmulatedRequest): EmulatedResponse {
    const blob = this.#blobs.get(url.pathname);
    if (blob === undefined) return storageError("BlobNotFound")(this.#now());
    const size = blob.bytes.length;
    const metadata = Object.fromEntries(Object.entries(blob.metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]));
    const common = {
      ...this.#common(blob),
      ...metadata,
      "accept-ranges": "bytes",
      "content-type": blob.type === "AppendBlob" ? "text/plain; charset=utf-8" : "application/octet-stream",
      "x-ms-blob-type": blob.type,
    };
    const range = headers["x-ms-range"] ?? headers.range;
    const [, first, last = ""] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
    // A range in another form is not one that Azure knows, and is left out of account.
    if (first === undefined) return { status: 200, headers: common, body: blob.bytes };
    const start = Number(first);
    const end = Math.min(last === "" ? size : Number(last) + 1, size);
    if (start >= size) return storageError("InvalidRange", undefined, { "content-range": `bytes */${size}` })(this.#now());
    return {
      status: 206,
      headers: { ...common, "content-range": `bytes ${start}-${end - 1}/${size}` },
      body: blob.bytes.subarray(start, end),
    };
  }

  #common({ bytes, modifiedMs }: Blob): Record<string, string> {
    return {
      etag: `"0x${createHash("sha256").update(`${modifiedMs} ${bytes.length}`).digest("hex").slice(0, 15).toUpperCase()}"`,
      "last-modified": new Date(modifiedMs).toUTCString(),
      "x-ms-request-id": randomUUID(),
      "x-ms-version": "2024-11-04",
    };
  }
}
