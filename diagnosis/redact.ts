// What may be shown of a text that somebody pasted: no tokens, no secrets, nothing that moves the cursor.
import { stripVTControlCharacters } from "node:util";
import { withoutTokens } from "../chain";

/** Names that stand before a secret in URLs, forms, JSON, connection strings and headers. */
const NAMED =
  /((?:client[_-]?secret|client[_-]?assertion|access[_-]?token|refresh[_-]?token|id[_-]?token|password|passwd|pwd|AccountKey|SharedAccessKey|SharedAccessSignature|api[_-]?key|\bsig)["']?\s*[=:]\s*["']?)[^\s"'&;,}]+/gi;
const HEADER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

export function redacted(text: string): string {
  return withoutTokens(text).replace(HEADER, "$1 [secret]").replace(NAMED, "$1[secret]");
}

/** The same on one line. */
export function shown(text: string): string {
  return stripVTControlCharacters(redacted(text)).replace(/\p{Cc}+/gu, " ");
}
