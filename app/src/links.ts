// The links of the chain as rows: what each should have and has, and which one is broken.
import type { ChainState } from "./chain";
import { type Config, podVariables } from "./config";
import { explain } from "./names";
import type { LinkName } from "./refusal";
import type { TokenStatus } from "./status";

export type ClaimName = "issuer" | "subject" | "audience";

/** One link of the chain. `ok` is null where the latest try did not reach it; at most one link is false. */
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
  const { refusal } = state;
  if (refusal?.link !== name) return { name, ok, expected, found, code: null, help: null };
  // The token's own claim says more than Entra ID's sentence about it.
  const refused = isClaim(name) ? (found ?? refusal.found) : (refusal.found ?? found);
  return { name, ok: false, expected, found: refused ?? null, code: refusal.code, help: explain(refusal.code).help };
}

function isClaim(name: LinkName): name is ClaimName {
  return name === "issuer" || name === "subject" || name === "audience";
}

type Unbroken = Pick<LinkStatus, "ok" | "expected" | "found">;

function unbroken(name: LinkName, config: Config, state: ChainState, token: TokenStatus | null): Unbroken {
  const { working, exchanged, secret } = state;
  if (isClaim(name)) {
    if (token === null) return { ok: null, expected: null, found: null };
    return { ok: exchanged || token.equal[name] === true || null, expected: token.expected[name], found: token[name] };
  }
  if (name === "token exchange") {
    const whose = config.inCluster ? ` for client ${config.clientId} of tenant ${config.tenantId}` : "";
    return { ok: exchanged || null, expected: `an access token${whose}`, found: exchanged ? "an access token" : null };
  }
  if (name === "secret") {
    const found = working && secret !== undefined ? `version ${secret.version}` : null;
    return { ok: working || null, expected: `secret "${config.secretName}" of ${config.vaultUri}`, found };
  }
  if (!config.inCluster) return { ok: null, expected: null, found: "not in a cluster: local sign-in" };
  const names = podVariables(config).map(([variable]) => variable);
  return { ok: true, expected: `${names.join(", ")}, and a token file`, found: "all of them" };
}
