// The pod's token as Entra ID looks at it: parsed, matched with federated credentials, its signature and times verified.
import { compactVerify, decodeJwt, decodeProtectedHeader, errors } from "jose";
import { z } from "zod";
import type { FederatedCredentialLink } from "../../chain";
import type { EntraCode } from "./entraTexts";
import { type IssuerKeys, MetadataError } from "./issuerKeys";

/** https://learn.microsoft.com/entra/identity-platform/certificate-credentials allows for clocks that differ; five minutes is what SDKs assume. */
const SKEW_SECONDS = 300;

export interface Assertion {
  readonly jwt: string;
  readonly kid: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly expires: number;
}

export interface Refusal {
  readonly code: EntraCode;
  readonly values: Readonly<Record<string, string>>;
}

const HEADER = z.object({ alg: z.literal("RS256"), kid: z.string() });
const CLAIMS = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  nbf: z.number().optional(),
  iat: z.number(),
  exp: z.number(),
});

/** Undefined for text that is no JWT, or a JWT without the claims that a service account token has. */
export function parseAssertion(jwt: string): Assertion | undefined {
  try {
    const { kid } = HEADER.parse(decodeProtectedHeader(jwt));
    const { iss, sub, aud, nbf, iat, exp } = CLAIMS.parse(decodeJwt(jwt));
    return { jwt, kid, issuer: iss, subject: sub, audiences: [aud].flat(), notBefore: nbf ?? iat, expires: exp };
  } catch {
    return undefined;
  }
}

/** The first mismatch, from the least specific to the most: with several credentials the one that comes nearest decides. */
export function matchCredentials(credentials: readonly FederatedCredentialLink[], assertion: Assertion): Refusal | undefined {
  const { issuer, subject, audiences } = assertion;
  const ofIssuer = credentials.filter((credential) => credential.issuer === issuer);
  if (ofIssuer.length === 0) return { code: "AADSTS700211", values: { issuer } };
  const ofSubject = ofIssuer.filter((credential) => credential.subject === subject);
  if (ofSubject.length === 0) {
    const differsInCase = ofIssuer.some((credential) => credential.subject.toLowerCase() === subject.toLowerCase());
    return { code: differsInCase ? "AADSTS7002138" : "AADSTS700213", values: { subject } };
  }
  const matches = ofSubject.some((credential) => credential.audiences.some((audience) => audiences.includes(audience)));
  return matches ? undefined : { code: "AADSTS700212", values: { audience: audiences.join(",") } };
}

export async function verifySignature(assertion: Assertion, keys: IssuerKeys): Promise<Refusal | undefined> {
  const { issuer, kid } = assertion;
  try {
    const verifier = await keys.find(issuer, kid);
    if (verifier === undefined) return { code: "AADSTS7000272", values: { kid, issuer } };
    await compactVerify(assertion.jwt, verifier, { algorithms: ["RS256"] });
    return undefined;
  } catch (error) {
    if (error instanceof MetadataError) return { code: "AADSTS50166", values: { issuer } };
    if (error instanceof errors.JOSEError) return { code: "AADSTS50013", values: {} };
    throw error;
  }
}

export function checkTimes({ notBefore, expires }: Assertion, nowMs: number): Refusal | undefined {
  const now = nowMs / 1000;
  if (now >= notBefore - SKEW_SECONDS && now < expires + SKEW_SECONDS) return undefined;
  const text = (seconds: number) => new Date(seconds * 1000).toISOString();
  return { code: "AADSTS700024", values: { now: text(now), from: text(notBefore), to: text(expires) } };
}
