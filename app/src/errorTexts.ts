// What the SDKs' errors hold, as far as it may be passed on: only texts that Azure wrote about an error. An SDK that cannot read an answer puts the
// whole of it, secret or token included, into its error's message.
import * as z from "zod/mini";

const TEXT_LIMIT = 300;
const ERROR_DEPTH = 4;

/** A DOMException's code is a number, and a service may answer anything. */
const text = z.catch(z.optional(z.string()), undefined);

const errorShape = z.object({
  name: text,
  code: text,
  message: text,
  cause: z.optional(z.unknown()),
  errors: z.catch(z.optional(z.array(z.unknown())), undefined),
});

/** Key Vault and Resource Manager say it in JSON; Storage in XML and, where an answer has no body, in a header. */
const serviceShape = z.object({
  details: z.object({
    error: z.catch(
      z.optional(z.object({ code: text, message: text, innerError: z.catch(z.optional(z.object({ code: text })), undefined) })),
      undefined,
    ),
    code: text,
    errorCode: text,
    message: text,
  }),
});

export interface ReadError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** An error with all that it was made of, outermost first. */
export function flatten(error: unknown, depth = 0): ReadError[] {
  const parsed = errorShape.safeParse(error);
  if (!parsed.success || depth > ERROR_DEPTH) return [];
  const { name = "", code = "", message = "", cause, errors = [] } = parsed.data;
  return [{ name, code, message }, ...[...errors, cause].flatMap((inner) => flatten(inner, depth + 1))];
}

/** What a service wrote about its refusal: its codes, the most precise first, and its sentence. */
export function serviceTexts(error: unknown): { readonly codes: readonly string[]; readonly message: string } {
  const parsed = serviceShape.safeParse(error);
  if (!parsed.success) return { codes: [], message: "" };
  const { error: body, code, errorCode, message = body?.message ?? "" } = parsed.data.details;
  const codes = [body?.innerError?.code, body?.code, errorCode, code, /^\w+(?=:)/.exec(message)?.[0]];
  // Storage ends its sentences with the number of the request and the time.
  return { codes: codes.filter((each) => each !== undefined), message: message.replace(/\s*RequestId:[\s\S]*$/, "") };
}

/** One line without control characters, and without anything that looks like a token. */
export function plainText(text: string): string {
  const line = text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/eyJ[\w-]{8,}(\.[\w-]*)*/g, "[token]")
    .trim();
  return line.length > TEXT_LIMIT ? `${line.slice(0, TEXT_LIMIT)}…` : line;
}
