// What the chain shows of itself: one state for each thing that the pod was configured to read.
import type { BlobProof } from "./blobs";
import type { SecretProof } from "./keyVault";
import type { ReadingState } from "./reading";
import type { RoleList } from "./roles";
import type { Goal } from "./source";

export interface ChainState {
  /** Whether Entra ID's last answer was a token. */
  readonly exchanged: boolean;
  readonly secret: ReadingState<SecretProof>;
  /** Undefined: the pod was not configured to read any. */
  readonly blobs: ReadingState<BlobProof> | undefined;
  readonly roles: ReadingState<RoleList> | undefined;
}

const GOALS: readonly Goal[] = ["secret", "blobs", "roles"];

function readings(state: ChainState): ReadingState<object>[] {
  return GOALS.map((goal) => state[goal]).filter((reading) => reading !== undefined);
}

/** Whether the latest try of everything worked. */
export function worksAll(state: ChainState): boolean {
  return readings(state).every(({ working }) => working);
}

/** What has never been read since the start, in the chain's order. */
export function neverRead(state: ChainState): readonly Goal[] {
  return GOALS.filter((goal) => state[goal] !== undefined && state[goal]?.last === undefined);
}

/** When the next try comes: of what is broken, if anything is. */
export function nextTryOf(state: ChainState): number | undefined {
  const broken = readings(state).filter(({ refusal }) => refusal !== undefined);
  const times = (broken.length > 0 ? broken : readings(state)).flatMap(({ nextTryAt }) => nextTryAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
