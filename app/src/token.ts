// The claims of the pod's projected token that are not secret. The token itself never leaves this file.
import { readFileSync } from "node:fs";
import * as z from "zod/mini";

export interface TokenClaims {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audience: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

/** The file's claims, or why there are none. `unreadable` is a fault of the pod; a file that is no JWT is for Entra ID to refuse. */
export type TokenFile = { readonly claims: TokenClaims } | { readonly problem: string; readonly unreadable: boolean };

const text = z.optional(z.string());

const CLAIMS = z.object({
  iss: text,
  sub: text,
  aud: z.optional(z.union([z.string(), z.array(z.string())])),
  exp: z.optional(z.number().check(z.gte(0), z.lte(8_640_000_000_000))),
});

const SYSTEM_ERROR = z.object({ code: z.string() });

function decoded(token: string): unknown {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    return JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

export function claimsOf(token: string): TokenClaims | undefined {
  const parsed = CLAIMS.safeParse(decoded(token));
  if (!parsed.success) return undefined;
  const { iss, sub, aud, exp } = parsed.data;
  return {
    issuer: iss,
    subject: sub,
    audience: Array.isArray(aud) ? aud.join(", ") : aud,
    expiresAt: exp === undefined ? undefined : exp * 1000,
  };
}

/** Reads the file at every call, since the kubelet replaces it well before it expires. */
export function readTokenFile(path: string): TokenFile {
  let content: string;
  try {
    content = readFileSync(path, "utf8").trim();
  } catch (error) {
    const parsed = SYSTEM_ERROR.safeParse(error);
    return { problem: `${path} cannot be read (${parsed.success ? parsed.data.code : "unknown error"})`, unreadable: true };
  }
  if (content === "") return { problem: `${path} is empty`, unreadable: true };
  const claims = claimsOf(content);
  return claims === undefined ? { problem: `${path} holds no JWT`, unreadable: false } : { claims };
}
