// The facts as they are sent. Taken at most once a second, so that a crowd of readers costs the pod little, and at once when the chain or the token
// file changes.
import { statSync } from "node:fs";
import type { Chain } from "./chain";
import type { ChainState } from "./chainState";
import type { Config } from "./config";
import { page } from "./page";
import { statusOf } from "./status";

/** As bytes: encoding the page anew for each reader would cost more than all else of a request. */
export interface Snapshot {
  readonly page: Uint8Array<ArrayBuffer>;
  readonly json: Uint8Array<ArrayBuffer>;
}

const MAX_AGE_MS = 1000;
const encoder = new TextEncoder();

interface Taken extends Snapshot {
  readonly at: number;
  readonly state: ChainState;
  readonly tokenChangedAt: number | undefined;
}

export function snapshots(config: Config, chain: Pick<Chain, "state">, now: () => number = Date.now): () => Snapshot {
  const tokenChangedAt = () =>
    config.tokenFile === undefined ? undefined : statSync(config.tokenFile, { throwIfNoEntry: false })?.mtimeMs;
  let last: Taken | undefined;
  return () => {
    const current = { at: now(), state: chain.state, tokenChangedAt: tokenChangedAt() };
    const fresh = last !== undefined && Math.abs(current.at - last.at) < MAX_AGE_MS;
    if (fresh && last?.state === current.state && last.tokenChangedAt === current.tokenChangedAt) return last;
    const status = statusOf(config, chain, current.at);
    last = { ...current, page: encoder.encode(String(page(status))), json: encoder.encode(JSON.stringify(status)) };
    return last;
  };
}
