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
  InvalidAuthenticationInfo: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  KeyBasedAuthenticationNotPermitted: [403, "Key based authentication is not permitted on this storage account."],
  PublicAccessNotPermitted: [409, "Public access is not permitted on this storage account."],
  AuthorizationPermissionMismatch: [403, "This request is not authorized to perform this operation using this permission."],
  ContainerNotFound: [404, "The specified container does not exist."],
  BlobNotFound: [404, "The specified blob does not exist."],
  BlobAlreadyExists: [409, "The specified blob already exists."],
  ConditionNotMet: [412, "The condition specified using HTTP conditional header(s) is not met."],
  InvalidRange: [416, "The range specified is invalid for the current size of the resource."],
  MissingRequiredHeader: [400, "An HTTP header that's mandatory for this request is not specified."],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  Md5Mismatch: [400, "The MD5 value specified in the request did not match with the MD5 value calculated by the server."],
  InvalidQueryParameterValue: [400, "Value for one of the query parameters specified in the request URI is invalid."],
  OutOfRangeQueryParameterValue: [
    400,
    "One of the query parameters specified in the request URI is outside the permissible range.",
  ],
  /** Ours: Azure has no such code, so no program takes it for one of Azure's answers. */
  NotInRehearsal: [501, "The rehearsal's blob storage does not do this."],
  UnsupportedHttpVerb: [405, "The resource doesn't support specified Http Verb."],
} as const satisfies Record<string, readonly [number, string]>;

export type StorageCode = keyof typeof TEXTS;
export type StorageRefusal = (now: number) => EmulatedResponse;

/** What Azure says beside code and message: which header or parameter, or what about the signature. */
export type StorageDetail = readonly [element: "HeaderName" | "QueryParameterName" | "AuthenticationErrorDetail", text: string];

export function storageError(
  code: StorageCode,
  detail?: StorageDetail,
  headers: Readonly<Record<string, string>> = {},
): StorageRefusal {
  const [status, text] = TEXTS[code];
  return (now) => {
    const requestId = randomUUID();
    const message = `${text}\nRequestId:${requestId}\nTime:${new Date(now).toISOString()}`;
    const more = detail === undefined ? "" : `<${detail[0]}>${escapeXml(detail[1])}</${detail[0]}>`;
    return {
      status,
      code,
      body: `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`,
      headers: { "content-type": "application/xml", "x-ms-error-code": code, "x-ms-request-id": requestId, ...headers },
    };
  };
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
