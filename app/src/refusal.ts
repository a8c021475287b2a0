// Which link is broken, and its code, from what the SDKs throw.
import { flatten, plainText, type ReadError, serviceTexts } from "./errorTexts";
import { isKnownCode, type KnownCode } from "./names";
import type { Answer, Failure, Goal } from "./source";

export const LINKS = ["pod", "issuer", "subject", "audience", "token exchange", "secret", "blobs", "roles"] as const;
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
const OTHER_TENANT_TEXT = /acquire tokens for tenant ([\w.-]+?)\.?(?:\s|$)/;

/** A service of another tenant than the identity: the SDK compares the tenant of the service's challenge before it asks Entra ID. */
const OTHER_TENANT: Readonly<Record<Goal, { readonly code: string; readonly what: string }>> = {
  secret: { code: "VaultTenantMismatch", what: "a vault" },
  blobs: { code: "InvalidAuthenticationInfo", what: "a storage account" },
  roles: { code: "InvalidAuthenticationTokenTenant", what: "a subscription" },
};

/** `previous` is what the try before it met: what MSAL remembers of an answer is not a new one. */
export function refusalOf(failure: Failure, previous?: Refusal): Refusal {
  const errors = flatten(failure.error);
  return failure.atExchange ? exchangeRefusal(errors, failure, previous) : serviceRefusal(errors, failure);
}

function exchangeRefusal(errors: readonly ReadError[], { goal, answer }: Failure, previous: Refusal | undefined): Refusal {
  if (answer !== undefined && isPassing(answer)) return unreadable("token exchange", errors, answer);
  const remembered = answer === undefined && networkCode(errors) === undefined && !timedOut(errors);
  if (remembered && previous?.link === "token exchange" && isPassingCode(previous.code)) return previous;
  for (const { message } of errors) {
    const [, code, text = ""] = ENTRA_TEXT.exec(message) ?? [];
    if (code !== undefined) return { link: CLAIM_LINKS[code] ?? "token exchange", code, found: plainText(text) };
  }
  const tenant = errors.map(({ message }) => OTHER_TENANT_TEXT.exec(message)?.[1]).find((each) => each !== undefined);
  if (tenant === undefined) return unreadable("token exchange", errors, answer);
  const { code, what } = OTHER_TENANT[goal];
  return { link: goal, code, found: `${what} of tenant ${tenant}` };
}

function serviceRefusal(errors: readonly ReadError[], { goal, error, answer }: Failure): Refusal {
  if (errors.some(({ code }) => code === "ENOTFOUND")) return { link: goal, code: "HostNotFound", found: "no such host" };
  if (answer !== undefined && (isPassing(answer) || answer.status < 300)) return unreadable(goal, errors, answer);
  const { codes, message } = serviceTexts(error);
  const best = codes.find(isKnownCode) ?? codes.find((each) => /^\w{1,60}$/.test(each));
  if (best === undefined) return unreadable(goal, errors, answer);
  const caller = /appid=([^;]+);oid=([^;\s]+)/.exec(message);
  const found = plainText(caller === null ? message : `caller appid ${caller[1]}, oid ${caller[2]}`);
  return { link: goal, code: best, ...(found === "" ? {} : { found }) };
}

const PASSING_CODES: readonly string[] = ["Throttled", "ServiceUnavailable"] satisfies KnownCode[];

/** Whether nothing has to change for it to pass. */
export function isPassingCode(code: string): boolean {
  return PASSING_CODES.includes(code);
}

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
