// The issuers' keys as Entra ID sees them: read over HTTP from the discovery document, kept, and read again for a key id that is new.
import { createLocalJWKSet } from "jose";
import { z } from "zod";
import { discoveryUrl } from "../../chain";

export type FetchIssuer = (url: string) => Promise<{ readonly status: number; readonly body: string }>;

/** Thrown when an issuer's documents cannot be read, or are not its own. */
export class MetadataError extends Error {}

const DISCOVERY = z.object({ issuer: z.string(), jwks_uri: z.url() });
const KEY = z.looseObject({ kty: z.string(), kid: z.string() });
const KEY_SET = z.object({ keys: z.array(KEY) });

type KeySet = z.infer<typeof KEY_SET>;

export class IssuerKeys {
  readonly #fetchIssuer: FetchIssuer;
  readonly #known = new Map<string, Promise<KeySet>>();
  readonly #reading = new Map<string, Promise<KeySet>>();

  constructor(fetchIssuer: FetchIssuer) {
    this.#fetchIssuer = fetchIssuer;
  }

  /** The verifier for one key, or undefined when the issuer does not publish it. Throws MetadataError. */
  async find(issuer: string, kid: string) {
    const kept = await this.#known.get(issuer);
    const keys = kept?.keys.some((key) => key.kid === kid) === true ? kept : await this.#read(issuer);
    return keys.keys.some((key) => key.kid === kid) ? createLocalJWKSet(keys) : undefined;
  }

  /** Requests that come while the documents are being read share the one reading. */
  #read(issuer: string): Promise<KeySet> {
    const running = this.#reading.get(issuer);
    if (running !== undefined) return running;
    const reading = this.#fetchKeys(issuer).finally(() => this.#reading.delete(issuer));
    this.#reading.set(issuer, reading);
    reading.then(
      () => this.#known.set(issuer, reading),
      () => undefined,
    );
    return reading;
  }

  async #fetchKeys(issuer: string): Promise<KeySet> {
    const discovery = DISCOVERY.safeParse(await this.#json(discoveryUrl(issuer)));
    if (!discovery.success) throw new MetadataError(`The discovery document of ${issuer} is not one`);
    if (discovery.data.issuer !== issuer)
      throw new MetadataError(`The discovery document of ${issuer} names ${discovery.data.issuer}`);
    const keys = KEY_SET.safeParse(await this.#json(discovery.data.jwks_uri));
    if (!keys.success) throw new MetadataError(`${discovery.data.jwks_uri} is not a key set`);
    return keys.data;
  }

  async #json(url: string): Promise<unknown> {
    try {
      const { status, body } = await this.#fetchIssuer(url);
      if (status === 200) return JSON.parse(body);
    } catch {
      throw new MetadataError(`${url} could not be read`);
    }
    throw new MetadataError(`${url} could not be read`);
  }
}
