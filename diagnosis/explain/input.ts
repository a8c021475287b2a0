// Where the text comes from: an argument, a file or standard input, read line by line. What cannot be a text is said in one message.
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { z } from "zod";
import { UsageError } from "../../rehearsal/usageError";

export const STANDARD_INPUT = "-";

export type Source = { readonly text: string } | { readonly file: string };

/** Longer lines are read in parts. */
const LONGEST_LINE = 64 * 1024;
/** What two parts of a long line share, so that nothing is cut in two. */
const OVERLAP = 1024;

const FIX = 'give an error\'s text, the name of a text file, or "-" for standard input';
const systemError = z.object({ code: z.string() });
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  EISDIR: "is a directory, not a file",
  EACCES: "may not be read",
};

/** Yields lines with their numbers; a long line comes in several parts with one number. Throws a `UsageError` for what is no text, or has none. */
export async function* linesOf(source: Source): AsyncGenerator<{ readonly line: string; readonly number: number }> {
  const place = placeOf(source);
  let rest = "";
  let number = 1;
  let empty = true;
  for await (const text of textOf(source, place)) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      empty &&= line.trim() === "";
      yield { line, number };
      number += 1;
    }
    while (rest.length > LONGEST_LINE) {
      empty &&= rest.trim() === "";
      yield { line: rest.slice(0, LONGEST_LINE), number };
      rest = rest.slice(LONGEST_LINE - OVERLAP);
    }
  }
  if (empty && rest.trim() === "") throw new UsageError(`${place} is empty`, FIX);
  yield { line: rest, number };
}

export function placeOf(source: Source): string {
  if ("text" in source) return "the text";
  return source.file === STANDARD_INPUT ? "standard input" : source.file;
}

async function* textOf(source: Source, place: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of streamOf(source)) {
      const bytes = Buffer.from(chunk);
      // Windows PowerShell writes UTF-16, with a mark before it.
      decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8", { fatal: true });
      yield checked(decoder.decode(bytes, { stream: true }), place);
    }
    yield checked(decoder?.decode() ?? "", place);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof TypeError) throw new UsageError(`${place} is not text in UTF-8`, FIX);
    const { data } = systemError.safeParse(error);
    throw new UsageError(`${place} ${REASONS[data?.code ?? ""] ?? `cannot be read (${data?.code ?? "unknown error"})`}`, FIX);
  }
}

function streamOf(source: Source): Readable {
  if ("text" in source) return Readable.from([Buffer.from(source.text)]);
  return source.file === STANDARD_INPUT ? process.stdin : createReadStream(source.file);
}

function checked(text: string, place: string): string {
  if (text.includes("\0")) throw new UsageError(`${place} holds binary data, not text`, FIX);
  return text;
}
