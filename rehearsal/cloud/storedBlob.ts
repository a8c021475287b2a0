// One blob of emulated storage, and how it is read: conditions, ranges, headers.
// https://learn.microsoft.com/rest/api/storageservices/get-blob
import { createHash, randomUUID } from "node:crypto";
import type { EmulatedRequest, EmulatedResponse } from "../network/handler";
import { type StorageRefusal, storageError } from "./storageErrors";

/** What is answered to a request that names no version of the interface. */
const DEFAULT_VERSION = "2024-11-04";

/** Bytes that are there, or that are made while they are sent: a blob may be larger than memory. */
export interface BlobContent {
  readonly sizeBytes: number;
  /** From the byte `start` to the one before `end`. */
  read(start: number, end: number): Buffer | AsyncIterable<Buffer>;
}

export interface StoredBlob {
  readonly type: "BlockBlob" | "AppendBlob";
  readonly content: BlobContent;
  readonly modifiedMs: number;
  /** Told apart from another one of the same size and time. */
  readonly revision?: number;
  /** `content-type` and its like, by header name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** By the name without `x-ms-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export function bufferContent(bytes: Buffer): BlobContent {
  return { sizeBytes: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

export function etagOf({ modifiedMs, content, revision = 0 }: StoredBlob): string {
  const hash = createHash("sha256").update(`${modifiedMs} ${content.sizeBytes} ${revision}`).digest("hex");
  return `"0x${hash.slice(0, 15).toUpperCase()}"`;
}

/** What every answer about a blob has. */
export function commonHeaders(blob: StoredBlob, request: Pick<EmulatedRequest, "headers">): Record<string, string> {
  return { etag: etagOf(blob), "last-modified": new Date(blob.modifiedMs).toUTCString(), ...answerHeaders(request) };
}

/** What every answer of the service has: by these ids Azure's support finds a request. */
export function answerHeaders({ headers }: Pick<EmulatedRequest, "headers">): Record<string, string> {
  const client = headers["x-ms-client-request-id"];
  return {
    "x-ms-request-id": randomUUID(),
    "x-ms-version": headers["x-ms-version"] ?? DEFAULT_VERSION,
    ...(client === undefined ? {} : { "x-ms-client-request-id": client }),
  };
}

/** `GET` or `HEAD` of a blob that is there and may be read. `HEAD` knows no range. */
export function readBlob(request: EmulatedRequest, blob: StoredBlob, now: number): EmulatedResponse {
  const { method, headers } = request;
  const unmet = conditionRefusal(headers, blob);
  if (unmet !== undefined) return unmet(now);
  const { sizeBytes } = blob.content;
  const common = { ...commonHeaders(blob, request), ...propertyHeaders(blob) };
  if (method === "HEAD") return { status: 200, headers: { ...common, "content-length": String(sizeBytes) } };
  const [, first, last = ""] = /^bytes=(\d+)-(\d*)$/.exec(headers["x-ms-range"] ?? headers.range ?? "") ?? [];
  // A range in another form is not one that Azure knows, and is left out of account.
  // https://learn.microsoft.com/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations
  if (first === undefined) {
    const whole = { ...common, "content-length": String(sizeBytes) };
    return { status: 200, headers: whole, body: blob.content.read(0, sizeBytes) };
  }
  const start = Number(first);
  const end = Math.min(last === "" ? sizeBytes : Number(last) + 1, sizeBytes);
  if (start >= sizeBytes || end <= start)
    return storageError("InvalidRange", undefined, { "content-range": `bytes */${sizeBytes}` })(now);
  // The hash of the whole is no hash of a part: Azure sends it under another name then.
  const { "content-md5": md5, ...others } = common;
  const part = { "content-range": `bytes ${start}-${end - 1}/${sizeBytes}`, "content-length": String(end - start) };
  const ofWhole = md5 === undefined ? {} : { "x-ms-blob-content-md5": md5 };
  return { status: 206, headers: { ...others, ...ofWhole, ...part }, body: blob.content.read(start, end) };
}

function propertyHeaders({ type, headers, metadata }: StoredBlob): Record<string, string> {
  const named = Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]);
  return { ...Object.fromEntries(named), "accept-ranges": "bytes", ...headers, "x-ms-blob-type": type };
}

/**
 * Why the conditions of a read or a write are not met. An ETag decides where one is given, as in https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2;
 * a read of what the client has already is 304. https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
 */
export function conditionRefusal(
  headers: EmulatedRequest["headers"],
  blob: StoredBlob,
  writes = false,
): StorageRefusal | undefined {
  const etag = etagOf(blob);
  const has = (given: string) => given === "*" || given === etag;
  // A header has whole seconds.
  const modified = Math.floor(blob.modifiedMs / 1000) * 1000;
  const { "if-match": match, "if-none-match": none, "if-modified-since": since, "if-unmodified-since": until } = headers;
  const failed = match === undefined ? until !== undefined && modified > Date.parse(until) : !has(match);
  if (failed) return storageError("ConditionNotMet");
  const unchanged = none === undefined ? since !== undefined && modified <= Date.parse(since) : has(none);
  if (!unchanged) return undefined;
  if (writes) return storageError(none === "*" ? "BlobAlreadyExists" : "ConditionNotMet");
  return (now) => {
    const { headers: refused = {}, code = null } = storageError("ConditionNotMet")(now);
    const { "content-type": _, ...kept } = refused;
    return { status: 304, code, headers: { ...kept, etag, "last-modified": new Date(blob.modifiedMs).toUTCString() } };
  };
}
