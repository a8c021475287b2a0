// A pod's token as text: what its claims say. Nothing here verifies a signature, and nothing that is returned holds one.
import { count } from "./count";

/** What the kubelet writes into a token about where it comes from. */
export interface TokenOrigin {
  readonly namespace?: string | undefined;
  readonly serviceAccount?: string | undefined;
  readonly pod?: string | undefined;
}

/** The claims of a token that this project looks at. What is missing, or of another type than it must be, is undefined. */
export interface Token {
  readonly algorithm: string | undefined;
  readonly keyId: string | undefined;
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audiences: readonly string[];
  /** Seconds since 1970. */
  readonly issuedAt: number | undefined;
  readonly notBefore: number | undefined;
  readonly expiresAt: number | undefined;
  readonly origin: TokenOrigin | undefined;
}

/** `problem` ends the sentence that starts with the name of the file, and repeats nothing of the text. */
export type DecodedToken = { readonly token: Token } | { readonly problem: string };

/** Seconds that a date of JavaScript can hold. */
const LAST_SECOND = 8_640_000_000_000;

const NOT_A_JWT = "holds no JWT";

export function decodeToken(text: string): DecodedToken {
  const jwt = text.trim();
  if (jwt === "") return { problem: "is empty" };
  if (/^bearer\s/i.test(jwt)) return { problem: `${NOT_A_JWT}, but a header of a request: remove the word Bearer` };
  if (/\s/.test(jwt)) return { problem: `${NOT_A_JWT}, but several words or lines` };
  const parts = jwt.split(".");
  if (parts.length === 5) return { problem: "holds an encrypted token, which only its recipient can read" };
  if (parts.length !== 3)
    return { problem: `${NOT_A_JWT}, which is three parts with dots between them, but ${count(parts.length, "part")}` };
  const [header, claims] = [partOf(parts[0]), partOf(parts[1])];
  if (header === undefined) return { problem: `${NOT_A_JWT}: the first part is not a JSON object in base64url` };
  if (claims === undefined) return { problem: `${NOT_A_JWT}: the second part is not a JSON object in base64url` };
  return { token: tokenOf(header, claims) };
}

type Fields = ReadonlyMap<string, unknown>;

function tokenOf(header: Fields, claims: Fields): Token {
  const audience = claims.get("aud");
  return {
    algorithm: textOf(header.get("alg")),
    keyId: textOf(header.get("kid")),
    issuer: textOf(claims.get("iss")),
    subject: textOf(claims.get("sub")),
    audiences: (Array.isArray(audience) ? audience : [audience]).filter((value) => typeof value === "string"),
    issuedAt: secondsOf(claims.get("iat")),
    notBefore: secondsOf(claims.get("nbf")),
    expiresAt: secondsOf(claims.get("exp")),
    origin: originOf(claims),
  };
}

// A projected token has one claim for it; one from a Secret, as clusters once made them, has several with slashes in their names.
function originOf(claims: Fields): TokenOrigin | undefined {
  const own = fieldsOf(claims.get("kubernetes.io"));
  if (own !== undefined)
    return {
      namespace: textOf(own.get("namespace")),
      serviceAccount: textOf(fieldsOf(own.get("serviceaccount"))?.get("name")),
      pod: textOf(fieldsOf(own.get("pod"))?.get("name")),
    };
  const namespace = textOf(claims.get("kubernetes.io/serviceaccount/namespace"));
  const serviceAccount = textOf(claims.get("kubernetes.io/serviceaccount/service-account.name"));
  return namespace === undefined && serviceAccount === undefined ? undefined : { namespace, serviceAccount };
}

function partOf(part = ""): Fields | undefined {
  // Node decodes what is not base64url as far as it can.
  if (!/^[\w-]+={0,2}$/.test(part)) return undefined;
  try {
    return fieldsOf(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url"))));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function secondsOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value <= LAST_SECOND ? value : undefined;
}

/** What looks like a JWT, with or without its signature. Every one starts like that: it is how `{"` reads in base64url. */
const JWT = /eyJ[\w-]*\.[\w-]*(\.[\w-]*)*/g;

/** The same text without any token in it, for messages that repeat what somebody typed. */
export function withoutTokens(text: string): string {
  return text.replace(JWT, "[token]");
}
