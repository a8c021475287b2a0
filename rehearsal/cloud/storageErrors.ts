// Refusals as Azure Storage writes them: XML with a byte order mark, and the code in a header too.
// https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
import { randomUUID } from "node:crypto";
import type { EmulatedResponse } from "../network/handler";

const TEXTS = {
  NoAuthenticationInformation: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  AuthenticationFailed: [
    403,
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
  ],
  AuthorizationPermissionMismatch: [403, "This request is not authorized to perform this operation using this permission."],
  BlobNotFound: [404, "The specified blob does not exist."],
  InvalidRange: [416, "The range specified is invalid for the current size of the resource."],
  MissingRequiredHeader: [400, "An HTTP header that's mandatory for this request is not specified."],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  Md5Mismatch: [400, "The MD5 value specified in the request did not match with the MD5 value calculated by the server."],
  UnsupportedHttpVerb: [405, "The resource doesn't support specified Http Verb."],
} as const satisfies Record<string, readonly [number, string]>;

export type StorageCode = keyof typeof TEXTS;
export type StorageRefusal = (now: number) => EmulatedResponse;

/** What Azure says beside code and message: which header, or what about the signature. */
export type StorageDetail = readonly [element: "HeaderName" | "AuthenticationErrorDetail", text: string];

export function storageError(
  code: StorageCode,
  detail?: StorageDetail,
  headers: Readonly<Record<string, string>> = {},
): StorageRefusal {
  const [status, text] = TEXTS[code];
  return (now) => {
    const requestId = randomUUID();
    const message = `${text}\nRequestId:${requestId}\nTime:${new Date(now).toISOString()}`;
    const more = detail === undefined ? "" : `<${detail[0]}>${escaped(detail[1])}</${detail[0]}>`;
    return {
      status,
      code,
      body: `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`,
      headers: { "content-type": "application/xml", "x-ms-error-code": code, "x-ms-request-id": requestId, ...headers },
    };
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
