// Whether a request's conditions let it through, in the order that is prescribed. https://www.rfc-editor.org/rfc/rfc9110#section-13
import type { IncomingHttpHeaders } from "node:http";
import type { BlobVersion } from "./blobs";

type Version = Pick<BlobVersion, "etag" | "lastModified">;

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** 304 and 412 are answered as they are; undefined: go on. */
export function conditionStatus(headers: IncomingHttpHeaders, version: Version): 304 | 412 | undefined {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  const modifiedSince = dateOf(headers["if-modified-since"]);
  const unmodifiedSince = dateOf(headers["if-unmodified-since"]);
  const changedAt = seconds(version.lastModified.getTime());
  if (ifMatch !== undefined) {
    if (!lists(ifMatch, (tag) => tag === version.etag && !isWeak(tag))) return 412;
  } else if (unmodifiedSince !== undefined && changedAt > unmodifiedSince) return 412;
  if (ifNoneMatch !== undefined) return lists(ifNoneMatch, (tag) => strong(tag) === strong(version.etag)) ? 304 : undefined;
  return modifiedSince !== undefined && changedAt <= modifiedSince ? 304 : undefined;
}

/**
 * Whether a Range header counts: always without If-Range, and with it only for the version that the client has a part of. A date says which version
 * that is only if the blob did not change again within the same second.
 */
export function rangeCounts(ifRange: string | string[] | undefined, { etag, lastModified }: Version, now: number): boolean {
  if (typeof ifRange !== "string") return ifRange === undefined;
  const text = ifRange.trim();
  if (text.endsWith('"')) return text === etag && !isWeak(text);
  const changedAt = seconds(lastModified.getTime());
  return dateOf(text) === changedAt && changedAt < seconds(now);
}

function lists(header: string, fits: (tag: string) => boolean): boolean {
  return header.trim() === "*" || (header.match(ENTITY_TAG) ?? []).some(fits);
}

function isWeak(tag: string): boolean {
  return tag.startsWith("W/");
}

function strong(tag: string): string {
  return tag.replace(/^W\//, "");
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** An HTTP date in any of its three forms, in seconds; undefined also for what is none: such a condition does not count. */
function dateOf(header: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  if (!/^[A-Z][a-z]{2,8},? \S/.test(text)) return undefined;
  const time = Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : seconds(time);
}
