// What is printed of a token: its claims in words, and each beside the federated credential. Never its signature, never the whole of it.
import { stripVTControlCharacters } from "node:util";
import { CODES, duration, type Token, type TokenCheck, utc } from "../chain";
import { paint } from "./paint";

export interface Explained {
  readonly token: Token;
  readonly checks: readonly TokenCheck[];
  /** Whose credential it stands beside; undefined where there is none to compare with. */
  readonly of: string | undefined;
}

const NOTE = "Nothing was sent, and the signature was not verified: whether Entra ID takes the token depends on that as well.";

export function printToken({ token, checks, of }: Explained, nowMs: number): void {
  for (const [name, value] of claims(token, nowMs)) console.log(`${name.padEnd(WIDTH)}  ${plain(value)}`);
  console.log(
    `\n${paint("bold", of === undefined ? "Its time (no federated credential was given)" : `Beside the federated credential of ${of}`)}`,
  );
  for (const check of checks) printCheck(check);
  const first = checks.find(({ difference }) => difference !== undefined)?.difference;
  console.log();
  if (first !== undefined) {
    const { meaning, fix } = CODES[first.code];
    console.log(`${paint("red", `Entra ID answers ${first.code}`)}: ${meaning}\n  fix: ${fix}\n`);
  }
  console.log(paint("dim", NOTE));
}

const WIDTH = "kubernetes.io".length;

function claims(
  { algorithm, keyId, issuer, subject, audiences, issuedAt, expiresAt, origin }: Token,
  nowMs: number,
): [string, string][] {
  return [
    ["header", `alg ${algorithm ?? "none"}, kid ${keyId ?? "none"}`],
    ["issuer", issuer ?? "none"],
    ["subject", subject ?? "none"],
    ["audience", audiences.join(", ") || "none"],
    ["issued", issuedAt === undefined ? "not said" : utc(issuedAt)],
    ["expires", expiresAt === undefined ? "not said" : `${utc(expiresAt)}, ${remaining(expiresAt - nowMs / 1000)}`],
    ["kubernetes.io", origin === undefined ? "no such claim: no cluster issued this token" : originText(origin)],
  ];
}

function remaining(seconds: number): string {
  return seconds > 0 ? `still valid for ${duration(seconds)}` : `expired ${duration(seconds)} ago`;
}

function originText({ namespace = "none", serviceAccount = "none", pod = "none" }: NonNullable<Token["origin"]>): string {
  return `namespace ${namespace}, ServiceAccount ${serviceAccount}, pod ${pod}`;
}

function printCheck({ claim, expected, found, difference }: TokenCheck): void {
  const name = claim.padEnd("validity".length);
  if (difference === undefined) {
    console.log(`  ${paint("green", "✓")} ${name}  ${claim === "validity" ? "" : "match: "}${plain(found)}`);
    return;
  }
  console.log(`  ${paint("red", "✗")} ${name}  expected ${plain(expected)}`);
  const indent = " ".repeat(name.length + 6);
  console.log(`${indent}found    ${plain(found)}\n${indent}${plain(difference.what)} (${difference.code})`);
}

// Claims are anybody's text: none may move the cursor or colour what follows.
function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, "?");
}

const isoOf = (seconds: number | undefined) => (seconds === undefined ? null : new Date(seconds * 1000).toISOString());

/** The document of --json. What is not there is null. */
export function tokenDocument({ token, checks, of }: Explained): object {
  const { algorithm, keyId, issuer, subject, audiences, issuedAt, notBefore, expiresAt, origin } = token;
  const first = checks.find(({ difference }) => difference !== undefined);
  return {
    schemaVersion: 1,
    ok: first === undefined,
    header: { algorithm: algorithm ?? null, keyId: keyId ?? null },
    claims: {
      issuer: issuer ?? null,
      subject: subject ?? null,
      audiences,
      issuedAt: isoOf(issuedAt),
      notBefore: isoOf(notBefore),
      expiresAt: isoOf(expiresAt),
      kubernetes: {
        namespace: origin?.namespace ?? null,
        serviceAccount: origin?.serviceAccount ?? null,
        pod: origin?.pod ?? null,
      },
    },
    comparedWith: of ?? null,
    checks: checks.map(({ claim, expected, found, difference }) => ({
      claim,
      expected,
      found,
      difference: difference?.what ?? null,
      code: difference?.code ?? null,
    })),
    code: first?.difference?.code ?? null,
    signatureVerified: false,
  };
}
