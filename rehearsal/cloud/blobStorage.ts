// The storage account that a registry lends to builds: source archives are put there, logs of runs are read from there while they grow.
// https://learn.microsoft.com/rest/api/storageservices/put-blob and /get-blob
import type { EmulatedHost, EmulatedRequest, EmulatedResponse } from "../network/handler";
import { md5Of } from "./blobStore";
import { putRefusal, UPLOAD_LIMIT_BYTES } from "./blobWriting";
import { SharedAccess } from "./sharedAccess";
import { storageError } from "./storageErrors";
import { bufferContent, commonHeaders, readBlob, type StoredBlob } from "./storedBlob";

/** Azure names such accounts after a region, for example `acrtaskprodweu064`; nobody else's is in a rehearsal. */
const HOST = "acrtaskprodrehearsal.blob.core.windows.net";

class Blob implements StoredBlob {
  readonly headers: Readonly<Record<string, string>>;
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
    this.headers = { "content-type": type === "AppendBlob" ? "text/plain; charset=utf-8" : "application/octet-stream" };
  }

  get content() {
    return bufferContent(this.bytes);
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

  #put(request: EmulatedRequest): EmulatedResponse {
    const refusal = putRefusal(request);
    if (refusal !== undefined) return refusal(this.#now());
    const blob = new Blob("BlockBlob", request.bytes, this.#now());
    this.#blobs.set(request.url.pathname, blob);
    const headers = { ...commonHeaders(blob, request), "content-md5": md5Of(request.bytes) };
    return { status: 201, headers: { ...headers, "x-ms-request-server-encrypted": "true" } };
  }

  #get(request: EmulatedRequest): EmulatedResponse {
    const blob = this.#blobs.get(request.url.pathname);
    return blob === undefined ? storageError("BlobNotFound")(this.#now()) : readBlob(request, blob, this.#now());
  }
}
