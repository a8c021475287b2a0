// Where a token comes from: a file or standard input. What is no token is said without repeating any of it.
import { createReadStream } from "node:fs";
import { z } from "zod";
import { decodeToken, type Token, withoutTokens } from "../chain";
import { UsageError } from "../rehearsal/usageError";

/** A projected token has about one KiB; one of Entra ID with many groups has a few. */
export const MOST_BYTES = 64 * 1024;

export const STANDARD_INPUT = "-";

const FIX = 'name the file that AZURE_FEDERATED_TOKEN_FILE names, or "-" for standard input';

export async function readToken(source: string): Promise<Token> {
  const place = source === STANDARD_INPUT ? "standard input" : source;
  // Whoever gives the token itself has it in the shell's history now, and need not see it once more.
  if (source !== withoutTokens(source))
    throw new UsageError("a token was given as an argument, where other processes and the shell's history see it", FIX);
  const decoded = decodeToken(await readText(source, FIX));
  if ("problem" in decoded) throw new UsageError(`${place} ${decoded.problem}`, FIX);
  return decoded.token;
}

const systemError = z.object({ code: z.string() });
const REASONS: Readonly<Record<string, string>> = { ENOENT: "is not there", EISDIR: "is a directory, not a file" };

/** The text of a file or of standard input; throws a `UsageError` for what cannot be one. */
export async function readText(source: string, fix: string): Promise<string> {
  const place = source === STANDARD_INPUT ? "standard input" : source;
  const stream = source === STANDARD_INPUT ? process.stdin : createReadStream(source);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      const part = Buffer.from(chunk);
      chunks.push(part);
      bytes += part.length;
      if (bytes > MOST_BYTES) throw new UsageError(`${place} is larger than ${MOST_BYTES / 1024} KiB`, fix);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { data } = systemError.safeParse(error);
    throw new UsageError(`${place} ${REASONS[data?.code ?? ""] ?? `cannot be read (${data?.code ?? "unknown error"})`}`, fix);
  }
  return textOf(Buffer.concat(chunks), place, fix);
}

function textOf(bytes: Buffer, place: string, fix: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Not UTF-8: no text either.
  }
  throw new UsageError(`${place} holds binary data, not text`, fix);
}
