// Access tokens of emulated Entra ID: real signatures, so that no service accepts a token that Entra did not issue.
import { createPublicKey, type KeyObject, randomUUID } from "node:crypto";
import { errors, exportJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { newRsaKey } from "./rsaKey";

export interface AccessTokenRequest {
  readonly tenantId: string;
  /** The resource, as in a scope without `/.default`. */
  readonly audience: string;
  readonly clientId: string;
  readonly principalId: string;
  /** What a registry's own access token permits; no other token has it. */
  readonly access?: readonly RegistryGrant[];
}

/** https://distribution.github.io/distribution/spec/auth/jwt/ */
export interface RegistryGrant {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

export interface AccessToken {
  readonly issuer: string;
  readonly clientId: string;
  readonly principalId: string;
  readonly access?: readonly RegistryGrant[] | undefined;
}

/** Why a service does not accept a token. */
export type TokenProblem = "malformed" | "signature" | "expired" | "issuer" | "audience";

export type Verification = { readonly token: AccessToken } | { readonly problem: TokenProblem; readonly found: string };

/** What a token for Resource Manager may be issued to: its present address and the one before. */
export const RESOURCE_MANAGER_AUDIENCES = ["https://management.azure.com", "https://management.core.windows.net"];

const KID = "rehearsal";

const GRANT = z.object({ type: z.string(), name: z.string(), actions: z.array(z.string()) });
const CLAIMS = z.object({
  aud: z.string(),
  iss: z.string(),
  appid: z.string(),
  oid: z.string(),
  access: z.array(GRANT).optional(),
});

/** Issues and verifies access tokens. */
export class TokenSigner {
  readonly #now: () => number;
  readonly #key: Promise<KeyObject>;
  /** Life of an access token. Entra ID's default is a random time from 60 to 90 minutes. */
  readonly lifetimeSeconds = 3600;

  /** `now` is the emulated clock, in milliseconds since 1970. The key defaults to a new one: others accept no token of this signer. */
  constructor(now: () => number, key: Promise<KeyObject> = newRsaKey()) {
    this.#now = now;
    this.#key = key;
  }

  async issue({ tenantId, audience, clientId, principalId, access }: AccessTokenRequest): Promise<string> {
    const issuedAt = Math.floor(this.#now() / 1000);
    const issuer = tokenIssuer(tenantId);
    const privateKey = await this.#key;
    return new SignJWT({
      aud: audience,
      iss: issuer,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + this.lifetimeSeconds,
      appid: clientId,
      appidacr: "2",
      idp: issuer,
      idtyp: "app",
      oid: principalId,
      sub: principalId,
      tid: tenantId,
      uti: randomUUID(),
      ver: "1.0",
      ...(access === undefined ? {} : { access }),
    })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: KID })
      .sign(privateKey);
  }

  /** The public half of the key that signs. */
  async jwks(): Promise<{ readonly keys: readonly JWK[] }> {
    const jwk = await exportJWK(createPublicKey(await this.#key));
    return { keys: [{ ...jwk, kid: KID, alg: "RS256", use: "sig" }] };
  }

  /** Checks signature, times, tenant and audience, in this order. Audiences are compared without a trailing slash. */
  async verify(
    token: string,
    expected: { readonly tenantId: string; readonly audiences: readonly string[] },
  ): Promise<Verification> {
    const publicKey = createPublicKey(await this.#key);
    try {
      const { payload } = await jwtVerify(token, publicKey, { algorithms: ["RS256"], currentDate: new Date(this.#now()) });
      const { aud, iss, appid, oid, access } = CLAIMS.parse(payload);
      if (iss !== tokenIssuer(expected.tenantId)) return { problem: "issuer", found: iss };
      if (!expected.audiences.includes(aud.replace(/\/$/, ""))) return { problem: "audience", found: aud };
      return { token: { issuer: iss, clientId: appid, principalId: oid, access } };
    } catch (error) {
      return { problem: problemOf(error), found: "" };
    }
  }
}

export function tokenIssuer(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}

function problemOf(error: unknown): TokenProblem {
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) return "expired";
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed) return "signature";
  return "malformed";
}
