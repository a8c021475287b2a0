// The facts that the page and /api/status both show.
import type { Chain } from "./chain";
import { type ChainState, nextTryOf, worksAll } from "./chainState";
import type { Config } from "./config";
import { type ClaimName, type LinkStatus, linkNames, linkStatus } from "./links";
import { type PodFacts, podFacts } from "./pod";
import type { ListedRole } from "./roles";
import { readTokenFile, type TokenClaims, type TokenFile } from "./token";

export interface TokenStatus {
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audience: string | null;
  readonly expiresAt: string | null;
  /** Whole minutes; negative for an expired token. */
  readonly minutesLeft: number | null;
  readonly expected: Readonly<Record<ClaimName, string | null>>;
  /** Whether the claim is what the federated credential expects, byte for byte; null where either is not known. */
  readonly equal: Readonly<Record<ClaimName, boolean | null>>;
  /** Why the claims cannot be shown. */
  readonly problem: string | null;
}

export interface Status {
  /** Whether the latest try of everything that the pod was configured to read worked. */
  readonly ok: boolean;
  readonly pod: PodFacts;
  /** The variables that the webhook injects. */
  readonly identity: Readonly<Record<"clientId" | "tenantId" | "tokenFile" | "authorityHost", string | null>>;
  /** Null where the pod has no token file. */
  readonly token: TokenStatus | null;
  /** The last good read; nulls before it. */
  readonly secret: {
    readonly name: string;
    readonly vaultUri: string;
    readonly version: string | null;
    readonly length: number | null;
    readonly fingerprint: string | null;
    readonly readAt: string | null;
  };
  /** Null where the pod was not configured to list its roles; the last good list otherwise, empty before it. */
  readonly roles: null | {
    readonly scope: string;
    readonly principal: string;
    readonly readAt: string | null;
    readonly roles: readonly ListedRole[];
  };
  /** Null where the pod was not configured to read blobs. */
  readonly blobs: null | {
    readonly endpoint: string;
    readonly container: string;
    /** Whether the application serves them. */
    readonly route: boolean;
    readonly readAt: string | null;
  };
  readonly links: readonly LinkStatus[];
  readonly nextTryAt: string | null;
}

export function statusOf(config: Config, chain: Pick<Chain, "state">, now: number): Status {
  const { state } = chain;
  const file = config.tokenFile === undefined ? undefined : readTokenFile(config.tokenFile);
  const token = file === undefined ? null : tokenStatus(config, file, now);
  const secret = state.secret.last;
  return {
    ok: worksAll(state),
    pod: podFacts(config, now),
    identity: identityOf(config),
    token,
    secret: {
      name: config.secretName,
      vaultUri: config.vaultUri,
      version: secret?.version ?? null,
      length: secret?.length ?? null,
      fingerprint: secret?.fingerprint ?? null,
      readAt: iso(secret?.readAt),
    },
    roles: rolesOf(config, state),
    blobs: blobsOf(config, state),
    links: linkNames(config).map((name) => linkStatus(name, config, state, token)),
    nextTryAt: iso(nextTryOf(state)),
  };
}

function rolesOf({ roleList }: Config, { roles }: ChainState): Status["roles"] {
  if (roleList === undefined) return null;
  const { scope, principal } = roleList;
  return { scope, principal, readAt: iso(roles?.last?.readAt), roles: roles?.last?.roles ?? [] };
}

function blobsOf({ blobs }: Config, state: ChainState): Status["blobs"] {
  if (blobs === undefined) return null;
  const { endpoint, container, route } = blobs;
  return { endpoint, container, route, readAt: iso(state.blobs?.last?.readAt) };
}

function identityOf({ clientId, tenantId, tokenFile, authorityHost }: Config): Status["identity"] {
  return {
    clientId: clientId ?? null,
    tenantId: tenantId ?? null,
    tokenFile: tokenFile ?? null,
    authorityHost: authorityHost ?? null,
  };
}

function tokenStatus(config: Config, file: TokenFile, now: number): TokenStatus {
  const claims: Partial<TokenClaims> = "claims" in file ? file.claims : {};
  const found = { issuer: claims.issuer ?? null, subject: claims.subject ?? null, audience: claims.audience ?? null };
  const expected = {
    issuer: config.expectedIssuer ?? null,
    subject: config.expectedSubject ?? null,
    audience: config.expectedAudience ?? null,
  };
  const equal = (name: ClaimName) => (found[name] === null || expected[name] === null ? null : found[name] === expected[name]);
  const { expiresAt } = claims;
  return {
    ...found,
    expiresAt: iso(expiresAt),
    minutesLeft: expiresAt === undefined ? null : Math.floor((expiresAt - now) / 60_000),
    expected,
    equal: { issuer: equal("issuer"), subject: equal("subject"), audience: equal("audience") },
    problem: "problem" in file ? file.problem : null,
  };
}

function iso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
