// Put Blob, in one piece. https://learn.microsoft.com/rest/api/storageservices/put-blob
import type { BlobContainerLink } from "../../chain";
import type { EmulatedRequest, EmulatedResponse } from "../network/handler";
import { type BlobStore, md5Of } from "./blobStore";
import { type StorageRefusal, storageError } from "./storageErrors";
import { commonHeaders, conditionRefusal } from "./storedBlob";

/** Azure takes 5,000 MiB in one piece. Here a body is held in memory, so a larger one is refused as too large. */
export const UPLOAD_LIMIT_BYTES = 104_857_600;

/** Why the body cannot become a block blob: its kind is missing or another one, or its bytes are not those that were meant. */
export function putRefusal({ headers, bytes }: EmulatedRequest): StorageRefusal | undefined {
  const type = headers["x-ms-blob-type"];
  if (type === undefined) return storageError("MissingRequiredHeader", ["HeaderName", "x-ms-blob-type"]);
  if (type !== "BlockBlob") return storageError("InvalidHeaderValue", ["HeaderName", "x-ms-blob-type"]);
  return (headers["content-md5"] ?? md5Of(bytes)) === md5Of(bytes) ? undefined : storageError("Md5Mismatch");
}

/** What a blob keeps of the request's headers, by the name under which it is given back. */
const KEPT = ["content-type", "content-encoding", "content-language", "content-disposition", "cache-control"];
const META = "x-ms-meta-";

export function putBlob(
  request: EmulatedRequest,
  { account, name: container }: BlobContainerLink,
  store: BlobStore,
  name: string,
  now: number,
): EmulatedResponse {
  const { headers: given, bytes } = request;
  const refusal = putRefusal(request);
  if (refusal !== undefined) return refusal(now);
  const existing = store.get(account, container, name);
  const unmet =
    existing === undefined ? given["if-match"] && storageError("ConditionNotMet") : conditionRefusal(given, existing, true);
  if (unmet) return unmet(now);
  const headers = KEPT.flatMap((header) => {
    const value = given[`x-ms-blob-${header}`] ?? (header === "content-type" ? given[header] : undefined);
    return value === undefined ? [] : [[header, value] as const];
  });
  const metadata = Object.entries(given)
    .filter(([header]) => header.startsWith(META))
    .map(([header, value]) => [header.slice(META.length), value]);
  const blob = store.put({
    account,
    container,
    name,
    content: bytes,
    headers: Object.fromEntries(headers),
    metadata: Object.fromEntries(metadata),
  });
  return {
    status: 201,
    headers: { ...commonHeaders(blob, request), "content-md5": md5Of(bytes), "x-ms-request-server-encrypted": "true" },
  };
}
