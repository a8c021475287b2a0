// The links of the chain as rows: what each should have and has, and which one is broken.
import type { ChainState } from "./chainState";
import { type Config, podVariables } from "./config";
import { explain } from "./names";
import { LINKS, type LinkName, type Refusal } from "./refusal";
import type { TokenStatus } from "./status";

export type ClaimName = "issuer" | "subject" | "audience";

/** One link of the chain. `ok` is null where the latest try did not reach it; of the links up to the token exchange at most one is false. */
export interface LinkStatus {
  readonly name: LinkName;
  readonly ok: boolean | null;
  readonly expected: string | null;
  readonly found: string | null;
  /** AADSTS number, Azure error code, or a code of this project; null unless the link is broken. */
  readonly code: string | null;
  readonly help: string | null;
}

/** The broken link is false; a link that Azure accepted, or that needs nothing of Azure and is right, is true; the rest was not reached. */
export function linkStatus(name: LinkName, config: Config, state: ChainState, token: TokenStatus | null): LinkStatus {
  const { ok, expected, found } = unbroken(name, config, state, token);
  const refusal = refusals(state).find(({ link }) => link === name);
  if (refusal === undefined) return { name, ok, expected, found, code: null, help: null };
  // The token's own claim says more than Entra ID's sentence about it.
  const refused = isClaim(name) ? (found ?? refusal.found) : (refusal.found ?? found);
  return { name, ok: false, expected, found: refused ?? null, code: refusal.code, help: explain(refusal.code).help };
}

/** The links of this pod's chain, in its order: what it was not configured to read is not among them. */
export function linkNames({ blobs, roleList }: Config): LinkName[] {
  return LINKS.filter((name) => (name !== "blobs" || blobs !== undefined) && (name !== "roles" || roleList !== undefined));
}

function refusals({ secret, blobs, roles }: ChainState): Refusal[] {
  return [secret.refusal, blobs?.refusal, roles?.refusal].filter((refusal) => refusal !== undefined);
}

function isClaim(name: LinkName): name is ClaimName {
  return name === "issuer" || name === "subject" || name === "audience";
}

type Unbroken = Pick<LinkStatus, "ok" | "expected" | "found">;

function unbroken(name: LinkName, config: Config, state: ChainState, token: TokenStatus | null): Unbroken {
  const { exchanged, secret } = state;
  if (isClaim(name)) {
    if (token === null) return { ok: null, expected: null, found: null };
    return { ok: exchanged || token.equal[name] === true || null, expected: token.expected[name], found: token[name] };
  }
  if (name === "token exchange") {
    const whose = config.inCluster ? ` for client ${config.clientId} of tenant ${config.tenantId}` : "";
    return { ok: exchanged || null, expected: `an access token${whose}`, found: exchanged ? "an access token" : null };
  }
  if (name === "secret") {
    const found = secret.working && secret.last !== undefined ? `version ${secret.last.version}` : null;
    return { ok: secret.working || null, expected: `secret "${config.secretName}" of ${config.vaultUri}`, found };
  }
  if (name === "blobs") return blobsLink(config, state);
  if (name === "roles") return rolesLink(config, state);
  if (!config.inCluster) return { ok: null, expected: null, found: "not in a cluster: local sign-in" };
  const names = podVariables(config).map(([variable]) => variable);
  return { ok: true, expected: `${names.join(", ")}, and a token file`, found: "all of them" };
}

function blobsLink({ blobs }: Config, state: ChainState): Unbroken {
  const works = state.blobs?.working === true;
  const expected = blobs === undefined ? null : `container "${blobs.container}" of ${blobs.endpoint}`;
  return { ok: works || null, expected, found: works ? "blobs can be read" : null };
}

function rolesLink({ roleList }: Config, { roles }: ChainState): Unbroken {
  const works = roles?.working === true;
  const expected = roleList === undefined ? null : `the roles of ${roleList.principal} at ${roleList.scope}`;
  const count = roles?.last?.roles.length ?? 0;
  return { ok: works || null, expected, found: works ? `${count} ${count === 1 ? "role" : "roles"}` : null };
}
