// The form of an image's reference, as the kubelet takes it apart before it pulls anything.
// https://github.com/distribution/reference/blob/main/regexp.go

const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** What is wrong with it; undefined for one of the right form. */
export function whyInvalidImage(reference: string): string | undefined {
  const [before = "", ...digests] = reference.split("@");
  if (digests.length > 1 || digests.some((digest) => !DIGEST.test(digest)))
    return "its digest is not sha256: and hexadecimal digits";
  const colon = before.lastIndexOf(":");
  const isTagged = colon > before.lastIndexOf("/");
  const name = isTagged ? before.slice(0, colon) : before;
  if (isTagged && !TAG.test(before.slice(colon + 1))) return "its tag is not letters, digits, _, . and -";
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  // Without a dot or a port the first part is a folder of Docker Hub.
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  if (isHost && !HOST.test(first)) return `${first} is no registry's host name`;
  const path = isHost ? name.slice(slash + 1) : name;
  if (PATH.test(path)) return undefined;
  return PATH.test(path.toLowerCase())
    ? "its repository has capital letters"
    : "its repository is not small letters, digits, and single separators between them";
}
