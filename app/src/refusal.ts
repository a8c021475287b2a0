// Which link is broken, and its code, from what the SDKs throw. Only texts that Azure wrote about an error are passed on: an SDK that cannot read
// an answer puts the whole of it, secret or token included, into its error's message.
import * as z from "zod/mini";
import { isKnownCode, type KnownCode } from "./names";
import type { Answer, Failure } from "./secretSource";

export const LINKS = ["pod", "issuer", "subject", "audience", "token exchange", "secret"] as const;
export type LinkName = (typeof LINKS)[number];

export interface Refusal {
  readonly link: LinkName;
  /** AADSTS number, Azure error code, or a code of this project's table. */
  readonly code: string;
  /** What was found instead of what the link should have; undefined: what the link shows anyway. */
  readonly found?: string;
}

/** Entra ID's numbers for one claim of the token; all others belong to the exchange itself. */
const CLAIM_LINKS: Readonly<Record<string, LinkName>> = {
  AADSTS700211: "issuer",
  AADSTS700212: "audience",
  AADSTS700213: "subject",
  AADSTS7002137: "subject",
  AADSTS7002138: "subject",
};

const ENTRA_TEXT = /(AADSTS\d+):\s*([\s\S]*?)\s*(?:Trace ID:|Correlation ID:|Timestamp:|- Correlation|$)/;
const VAULT_TENANT_TEXT = /acquire tokens for tenant ([\w.-]+?)\.?(?:\s|$)/;
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

const bodyShape = z.object({
  details: z.object({
    error: z.object({
      code: text,
      message: text,
      innerError: z.catch(z.optional(z.object({ code: text })), undefined),
    }),
  }),
});

interface ReadError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** An error with all that it was made of, outermost first. */
function flatten(error: unknown, depth = 0): ReadError[] {
  const parsed = errorShape.safeParse(error);
  if (!parsed.success || depth > ERROR_DEPTH) return [];
  const { name = "", code = "", message = "", cause, errors = [] } = parsed.data;
  return [{ name, code, message }, ...[...errors, cause].flatMap((inner) => flatten(inner, depth + 1))];
}

/** One line without control characters, and without anything that looks like a token. */
export function plainText(text: string): string {
  const line = text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/eyJ[\w-]{8,}(\.[\w-]*)*/g, "[token]")
    .trim();
  return line.length > TEXT_LIMIT ? `${line.slice(0, TEXT_LIMIT)}…` : line;
}

/** `previous` is what the try before it met: what MSAL remembers of an answer is not a new one. */
export function refusalOf(failure: Failure, previous?: Refusal): Refusal {
  const errors = flatten(failure.error);
  return failure.step === "secret" ? secretRefusal(errors, failure) : exchangeRefusal(errors, failure, previous);
}

function exchangeRefusal(errors: readonly ReadError[], failure: Failure, previous: Refusal | undefined): Refusal {
  const { answer } = failure;
  if (answer !== undefined && isPassing(answer)) return unreadable("token exchange", errors, answer);
  const remembered = answer === undefined && networkCode(errors) === undefined && !timedOut(errors);
  if (remembered && previous?.link === "token exchange" && PASSING_CODES.includes(previous.code)) return previous;
  for (const { message } of errors) {
    const [, code, text = ""] = ENTRA_TEXT.exec(message) ?? [];
    if (code !== undefined) return { link: CLAIM_LINKS[code] ?? "token exchange", code, found: plainText(text) };
  }
  // The SDK compares the tenant of the vault's challenge before it asks Entra ID.
  const vaultTenant = errors.map(({ message }) => VAULT_TENANT_TEXT.exec(message)?.[1]).find((tenant) => tenant !== undefined);
  if (vaultTenant !== undefined)
    return { link: "secret", code: "VaultTenantMismatch", found: `a vault of tenant ${vaultTenant}` };
  return unreadable("token exchange", errors, answer);
}

function secretRefusal(errors: readonly ReadError[], { error, answer }: Failure): Refusal {
  if (errors.some(({ code }) => code === "ENOTFOUND")) return { link: "secret", code: "HostNotFound", found: "no such host" };
  const body = bodyShape.safeParse(error);
  if (!body.success || (answer !== undefined && isPassing(answer))) return unreadable("secret", errors, answer);
  const { code, message = "", innerError } = body.data.details.error;
  const told = [innerError?.code, code, /^\w+(?=:)/.exec(message)?.[0]].filter((each) => each !== undefined);
  const best = told.find(isKnownCode) ?? told.find((each) => /^\w{1,60}$/.test(each));
  if (best === undefined) return unreadable("secret", errors, answer);
  const caller = /appid=([^;]+);oid=([^;\s]+)/.exec(message);
  return {
    link: "secret",
    code: best,
    found: plainText(caller === null ? message : `caller appid ${caller[1]}, oid ${caller[2]}`),
  };
}

const PASSING_CODES: readonly string[] = ["Throttled", "ServiceUnavailable"] satisfies KnownCode[];

/** A 429 or 5xx names no fault of the chain, whatever its body says. */
function isPassing({ status }: Answer): boolean {
  return status === 429 || status >= 500;
}

function timedOut(errors: readonly ReadError[]): boolean {
  return errors.some(({ name }) => name === "TimeoutError" || name === "AbortError");
}

function networkCode(errors: readonly ReadError[]): string | undefined {
  return errors.map(({ code }) => code).find((code) => /^[A-Z][A-Z0-9_]{3,40}$/.test(code));
}

/** Throttled, a failing service, no connection, or an answer that cannot be read: nothing that says what is wrong with the chain. */
function unreadable(link: LinkName, errors: readonly ReadError[], answer: Answer | undefined): Refusal {
  const code: KnownCode = answer?.status === 429 ? "Throttled" : "ServiceUnavailable";
  if (timedOut(errors)) return { link, code, found: "no answer in time" };
  if (answer !== undefined && answer.status >= 400) return { link, code, found: `HTTP ${answer.status}` };
  if (answer !== undefined) return { link, code, found: `HTTP ${answer.status} with an answer that cannot be read` };
  const network = networkCode(errors);
  return { link, code, found: network === undefined ? "no answer" : `no answer (${network})` };
}
