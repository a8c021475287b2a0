// List Blobs, flat: pages in the order of names. https://learn.microsoft.com/rest/api/storageservices/list-blobs
import type { BlobContainerLink } from "../../chain";
import type { EmulatedRequest, EmulatedResponse } from "../network/handler";
import type { NamedBlob } from "./blobStore";
import { escapeXml, storageError } from "./storageErrors";
import { answerHeaders, etagOf } from "./storedBlob";

/** Azure's largest page, and what it gives where none is asked for. */
const PAGE_LIMIT = 5000;
const KNOWN = new Set(["restype", "comp", "prefix", "maxresults", "marker", "timeout"]);

export function listBlobs(
  request: EmulatedRequest,
  container: BlobContainerLink,
  blobs: readonly NamedBlob[],
  now: number,
): EmulatedResponse {
  const query = request.url.searchParams;
  const unknown = [...query.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return storageError("NotInRehearsal", ["QueryParameterName", unknown])(now);
  const limitText = query.get("maxresults");
  const limit = Number(limitText ?? PAGE_LIMIT);
  if (!Number.isInteger(limit)) return storageError("InvalidQueryParameterValue", ["QueryParameterName", "maxresults"])(now);
  if (limit < 1) return storageError("OutOfRangeQueryParameterValue", ["QueryParameterName", "maxresults"])(now);
  const marker = query.get("marker") ?? "";
  const from = Buffer.from(marker, "base64url").toString("utf8");
  // Ours is the name with which the next page begins; Azure's says nothing to anybody else either.
  if (Buffer.from(from).toString("base64url") !== marker)
    return storageError("InvalidQueryParameterValue", ["QueryParameterName", "marker"])(now);
  const prefix = query.get("prefix") ?? "";
  const matching = blobs.filter(({ name }) => name.startsWith(prefix) && name >= from);
  const page = matching.slice(0, Math.min(limit, PAGE_LIMIT));
  const next = matching[page.length]?.name;
  const asked = { Prefix: query.get("prefix"), Marker: query.get("marker"), MaxResults: limitText };
  const echoed = Object.entries(asked).map(([name, value]) => (value ? element(name, value) : ""));
  const nextMarker = next === undefined ? "<NextMarker />" : element("NextMarker", Buffer.from(next).toString("base64url"));
  const open = `<EnumerationResults ServiceEndpoint="${container.endpoint}" ContainerName="${container.name}">`;
  const items = page.map(item).join("");
  const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?>${open}${echoed.join("")}<Blobs>${items}</Blobs>${nextMarker}</EnumerationResults>`;
  return { status: 200, headers: { ...answerHeaders(request), "content-type": "application/xml" }, body };
}

const HEADER_ELEMENTS = {
  "content-type": "Content-Type",
  "content-encoding": "Content-Encoding",
  "content-language": "Content-Language",
  "content-md5": "Content-MD5",
  "cache-control": "Cache-Control",
  "content-disposition": "Content-Disposition",
} as const;

function item({ name, blob }: NamedBlob): string {
  const { content, modifiedMs, headers, type } = blob;
  const time = new Date(modifiedMs).toUTCString();
  const properties = [
    element("Creation-Time", time),
    element("Last-Modified", time),
    // Without the quotation marks that it has in a header.
    element("Etag", etagOf(blob).replaceAll('"', "")),
    element("Content-Length", String(content.sizeBytes)),
    ...Object.entries(HEADER_ELEMENTS).map(([header, tag]) => element(tag, headers[header] ?? "")),
    element("BlobType", type),
    element("LeaseStatus", "unlocked"),
    element("LeaseState", "available"),
    element("ServerEncrypted", "true"),
  ];
  return `<Blob>${element("Name", name)}<Properties>${properties.join("")}</Properties><OrMetadata /></Blob>`;
}

function element(name: string, text: string): string {
  return text === "" ? `<${name} />` : `<${name}>${escapeXml(text)}</${name}>`;
}
