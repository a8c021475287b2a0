// What a request for a blob names, from the path as it was sent: a normalised one no longer shows what it was made of.

export interface BlobPath {
  readonly account: string;
  readonly container: string;
  readonly name: string;
}

/** https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#blob-names */
const NAME_LIMIT = 1024;
/** What a URL may hold unescaped; a backslash, a fragment and bytes beyond ASCII are not of it. */
const PATH_CHARACTERS = /^[\w\-.~!$&'()*+,;=:@/%]*$/;

/** "malformed": a name that no blob may be asked for by; undefined: not a path of this route. */
export function blobPathOf(target: string): BlobPath | "malformed" | undefined {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/\?.*$/s, "");
  const segments = path.split("/");
  const [root, api, ...named] = segments;
  if (root !== "" || api !== "api" || named.length < 3) return undefined;
  if (!PATH_CHARACTERS.test(path)) return "malformed";
  const decoded = named.map(decode);
  if (!decoded.every((segment) => segment !== undefined)) return "malformed";
  const [account = "", container = "", ...rest] = decoded;
  const name = rest.join("/");
  return name === "" || name.length > NAME_LIMIT ? "malformed" : { account, container, name };
}

/** A segment's text; undefined for what would mean another path to some reader of it: dots, slashes, control characters, bad escapes. */
function decode(segment: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    return undefined;
  }
  return text === "." || text === ".." || /[/\\\p{Cc}]/u.test(text) ? undefined : text;
}
