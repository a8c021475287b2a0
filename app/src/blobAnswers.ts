// What the route to blobs answers. Whoever asks from outside learns whether a blob is there and when to ask again, and nothing of Azure.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BlobVersion } from "./blobs";
import type { ByteRange } from "./byteRange";
import { isPassingCode, type Refusal } from "./refusal";
import type { Answer } from "./source";

/** Wait that a client is asked for where Azure asked for none. */
const RETRY_AFTER_SECONDS = 1;

/** What is not there, or cannot be by its name. https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const ABSENT: readonly string[] = ["BlobNotFound", "ContainerNotFound", "ResourceNotFound", "InvalidUri", "OutOfRangeInput"];

export interface ErrorAnswer {
  readonly status: number;
  readonly error: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const NOT_FOUND: ErrorAnswer = { status: 404, error: "not found" };
export const MALFORMED: ErrorAnswer = { status: 400, error: "the blob's name is malformed" };
export const WRONG_METHOD: ErrorAnswer = { status: 405, error: "only GET and HEAD", headers: { allow: "GET, HEAD" } };
export const PRECONDITION_FAILED: ErrorAnswer = { status: 412, error: "the blob is another version" };

/** Whatever a blob holds, a browser that opens it runs nothing of it, and gives it none of this origin's rights. */
export const BLOB_SECURITY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

export function unavailable(answer?: Answer): ErrorAnswer {
  const seconds = Math.max(RETRY_AFTER_SECONDS, Math.ceil((answer?.retryAfterMs ?? 0) / 1000));
  return { status: 503, error: "try again later", headers: { "retry-after": String(seconds) } };
}

export function noSuchRange(size: number): ErrorAnswer {
  return { status: 416, error: "no such range", headers: { "content-range": `bytes */${size}`, "accept-ranges": "bytes" } };
}

/** What a refusal by Azure is to whoever asked for the blob. */
export function answerTo({ code }: Refusal, answer: Answer | undefined): ErrorAnswer {
  if (ABSENT.includes(code)) return NOT_FOUND;
  // A refusal stays one, also where nobody can read why.
  const refused = answer !== undefined && answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  return isPassingCode(code) && !refused ? unavailable(answer) : { status: 502, error: "the blob cannot be read" };
}

export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  { status, error, headers = {} }: ErrorAnswer,
): void {
  const body = `${JSON.stringify({ error })}\n`;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** A cache may keep a blob, but must ask each time whether it is still the same. */
function validators({ etag, lastModified }: BlobVersion) {
  return { etag, "last-modified": lastModified.toUTCString(), "cache-control": "no-cache" };
}

export function sendNotModified(response: ServerResponse, version: BlobVersion): void {
  response.writeHead(304, validators(version));
  response.end();
}

/** The head of an answer whose body follows, or would follow a GET. */
export function writeBlobHead(response: ServerResponse, version: BlobVersion, range?: ByteRange): void {
  const { size, content } = version;
  const part =
    range === undefined
      ? { "content-length": size }
      : { "content-length": range.last - range.first + 1, "content-range": `bytes ${range.first}-${range.last}/${size}` };
  response.writeHead(range === undefined ? 200 : 206, { ...content, ...part, ...validators(version), "accept-ranges": "bytes" });
}
