// Which part of a blob a Range header asks for. https://www.rfc-editor.org/rfc/rfc9110#section-14

/** Both ends belong to it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const ONE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * The part that is asked for; undefined: all of it, as for several ranges, another unit, or what is no range at all, which a server may leave
 * unheeded. "none": the blob has no such part.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | "none" | undefined {
  const [, from = "", to = ""] = ONE_RANGE.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "none" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return undefined;
  return first < size ? { first, last } : "none";
}
