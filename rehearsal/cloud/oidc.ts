// The cluster's OpenID Connect issuer: it signs the pods' projected tokens and publishes its keys for Entra ID.

import { createPublicKey, type KeyObject, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from "jose";
import { discoveryUrl, withSlash } from "../../chain";
import { azureError, type EmulatedHost, type EmulatedResponse } from "../network/handler";
import { newRsaKey } from "./rsaKey";

export interface TokenClaims {
  readonly subject: string;
  readonly audience: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly podName?: string;
  readonly lifetimeSeconds: number;
  /** Milliseconds since 1970. Defaults to the emulated clock. */
  readonly issuedAtMs?: number;
  /** Claims that replace or add to the others, for a token that no cluster would issue. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
}

const KEYS_PATH = "openid/v1/jwks";

/** One issuer with its keys. */
export class Issuer {
  readonly #now: () => number;
  /** Oldest first; the last one signs. */
  #keys: Promise<readonly SigningKey[]>;

  /** `now` is the emulated clock, in milliseconds since 1970. */
  constructor(
    /** Exactly as the cluster shows it; a trailing slash is part of it. */
    readonly url: string,
    now: () => number,
    /** The first key. Defaults to a new one. */
    key: Promise<KeyObject> = newRsaKey(),
  ) {
    this.#now = now;
    this.#keys = signingKey(key).then((first) => [first]);
    this.#keys.catch(() => undefined);
  }

  /** A projected service account token, with the claims that AKS puts in one. */
  async mint(claims: TokenClaims): Promise<string> {
    const key = (await this.#keys).at(-1);
    if (key === undefined) throw new Error(`Issuer ${this.url} has no key`);
    const issuedAt = Math.floor((claims.issuedAtMs ?? this.#now()) / 1000);
    const payload = {
      aud: [claims.audience],
      exp: issuedAt + claims.lifetimeSeconds,
      iat: issuedAt,
      iss: this.url,
      jti: randomUUID(),
      "kubernetes.io": {
        namespace: claims.namespace,
        ...(claims.podName === undefined ? {} : { pod: { name: claims.podName, uid: randomUUID() } }),
        serviceaccount: { name: claims.serviceAccount, uid: randomUUID() },
      },
      nbf: issuedAt,
      sub: claims.subject,
      ...claims.overrides,
    };
    return new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: key.kid }).sign(key.privateKey);
  }

  /** Signs with a new key from now on. The old ones stay published, as AKS keeps them for a day, unless `revokeOld` is set. */
  async rotate(options: { readonly revokeOld?: boolean } = {}): Promise<void> {
    const old = options.revokeOld === true ? [] : await this.#keys;
    const key = await signingKey(newRsaKey());
    this.#keys = Promise.resolve([...old, key]);
  }

  discovery(): object {
    return {
      issuer: this.url,
      jwks_uri: new URL(KEYS_PATH, withSlash(this.url)).href,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
  }

  async jwks(): Promise<{ readonly keys: readonly JWK[] }> {
    return { keys: (await this.#keys).map(({ jwk }) => jwk) };
  }
}

/** The host of all AKS issuers. A path that belongs to no issuer is a 404: Entra ID then cannot read the metadata. */
export function oidcHost(issuers: () => readonly Issuer[]): EmulatedHost {
  return {
    pattern: "*.oic.prod-aks.azure.com",
    async handle({ method, url }): Promise<EmulatedResponse> {
      if (method !== "GET") return azureError(405, "MethodNotAllowed", "An issuer answers GET only.");
      const address = url.origin + url.pathname;
      for (const issuer of issuers()) {
        if (address === new URL(discoveryUrl(issuer.url)).href) return { status: 200, body: issuer.discovery() };
        if (address === new URL(KEYS_PATH, withSlash(issuer.url)).href) return { status: 200, body: await issuer.jwks() };
      }
      return azureError(404, "IssuerNotFound", `No cluster of this rehearsal has an issuer with the document ${address}.`);
    },
  };
}

async function signingKey(key: Promise<KeyObject>): Promise<SigningKey> {
  const privateKey = await key;
  const jwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, jwk: { ...jwk, kid, alg: "RS256", use: "sig" } };
}
