// How many calls are left before Resource Manager throttles, as its answers tell. This only counts: who refuses is a rule of `Operations`.
// Buckets: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
import type { Clock } from "../operations";
import { ARM_SIZES } from "../rules/buckets";

type Bucket = keyof typeof ARM_SIZES;

const BUCKET_OF: Readonly<Record<string, Bucket>> = { GET: "reads", HEAD: "reads", DELETE: "deletes" };

export class Limits {
  readonly #clock: Clock;
  readonly #levels = new Map<string, { readonly level: number; readonly atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one call of a principal in a subscription from its bucket, and returns the header that says how many are left. */
  take(principalId: string, method: string): Readonly<Record<string, string>> {
    const bucket = BUCKET_OF[method] ?? "writes";
    const { size, refillPerSecond } = ARM_SIZES[bucket];
    const key = `${principalId}|${bucket}`;
    const now = this.#clock.now();
    const { level, atMs } = this.#levels.get(key) ?? { level: size, atMs: now };
    const refilled = Math.min(size, level + ((now - atMs) / 1000) * refillPerSecond);
    const left = Math.max(0, refilled - 1);
    this.#levels.set(key, { level: left, atMs: now });
    return { [`x-ms-ratelimit-remaining-subscription-${bucket}`]: String(Math.floor(left)) };
  }
}
