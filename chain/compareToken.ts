// A pod's token beside the federated credential that must trust it: what exactly differs, and what Entra ID answers to that.

import type { Code } from "./codes";
import { count } from "./count";
import type { Token } from "./token";
import { describeAudience, describeIssuer, describeSubject } from "./tokenDifferences";

/** What the federated credential says; what is undefined is not compared. */
export interface ExpectedToken {
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly audience?: string | undefined;
}

export interface TokenCheck {
  readonly claim: "issuer" | "subject" | "audience" | "validity";
  readonly expected: string;
  readonly found: string;
  /** Absent where the two match. */
  readonly difference?: {
    /** What exactly differs, as a sentence without its full stop. */
    readonly what: string;
    /** What Entra ID answers to this difference alone. */
    readonly code: Code;
  };
}

/** In the order in which Entra ID looks: the first difference is the one that it names. */
export function compareToken(token: Token, expected: ExpectedToken, nowMs: number): readonly TokenCheck[] {
  return [
    ...check("issuer", expected.issuer, token.issuer, "AADSTS700211", (wanted) => describeIssuer(wanted, token)),
    ...check("subject", expected.subject, token.subject, subjectCode(expected.subject, token.subject), (wanted) =>
      describeSubject(wanted, token),
    ),
    ...audience(token, expected.audience),
    validity(token, nowMs),
  ];
}

function check(
  claim: "issuer" | "subject",
  expected: string | undefined,
  found: string | undefined,
  code: Code,
  describe: (expected: string) => string,
): TokenCheck[] {
  if (expected === undefined) return [];
  const both = { claim, expected, found: found ?? "none" };
  return [found === expected ? both : { ...both, difference: { what: describe(expected), code } }];
}

function subjectCode(expected = "", found = ""): Code {
  return found.toLowerCase() === expected.toLowerCase() ? "AADSTS7002138" : "AADSTS700213";
}

function audience(token: Token, expected: string | undefined): TokenCheck[] {
  if (expected === undefined) return [];
  const both = { claim: "audience", expected, found: token.audiences.join(", ") || "none" } as const;
  if (token.audiences.includes(expected)) return [both];
  return [{ ...both, difference: { what: describeAudience(expected, token), code: "AADSTS700212" } }];
}

const NO_TIME = "no time at all";

function validity({ notBefore, issuedAt, expiresAt }: Token, nowMs: number): TokenCheck {
  const from = notBefore ?? issuedAt;
  const found = expiresAt === undefined ? NO_TIME : `until ${utc(expiresAt)}`;
  const both = { claim: "validity", expected: `valid at ${utc(Math.floor(nowMs / 1000))}`, found } as const;
  const code = "AADSTS700024";
  if (expiresAt === undefined)
    return { ...both, difference: { what: "the token does not say when it expires", code: "AADSTS50027" } };
  if (expiresAt * 1000 <= nowMs)
    return { ...both, difference: { what: `it expired ${duration(nowMs / 1000 - expiresAt)} ago`, code } };
  if (from !== undefined && from * 1000 > nowMs)
    return {
      ...both,
      difference: { what: `it is valid only in ${duration(from - nowMs / 1000)}: one of the clocks is wrong`, code },
    };
  return both;
}

/** `2026-11-22 08:15:00 UTC`. */
export function utc(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** The two largest units, such as "1 hour 5 minutes". */
export function duration(seconds: number): string {
  let rest = Math.floor(Math.abs(seconds));
  const parts = UNITS.flatMap(([unit, size]) => {
    const number = Math.floor(rest / size);
    rest %= size;
    return number === 0 ? [] : [count(number, unit)];
  });
  return parts.slice(0, 2).join(" ") || "0 seconds";
}
