// How many requests Azure takes: buckets of tokens that fill again, one for each limit that is documented.
import { AzureError } from "../azureError";
import type { Clock, Operation, OperationRule } from "../operations";
import { BUCKETS, type BucketName, type BucketSize, type Throttled } from "./buckets";

export interface ThrottlingOptions {
  readonly subscriptionId: string;
  /** Sizes that differ from the documented ones; undefined for one that is not to count. */
  readonly sizes?: Readonly<Partial<Record<BucketName, BucketSize | undefined>>>;
}

interface Level {
  readonly tokens: number;
  readonly atMs: number;
}

/** 429 with `retry-after` for what comes when a bucket is empty. What is refused costs nothing. */
export function throttling(clock: Clock, { subscriptionId, sizes = {} }: ThrottlingOptions): OperationRule {
  const levels = new Map<string, Level>();
  const buckets = Object.values(BUCKETS).flatMap((bucket) => {
    const size = bucket.name in sizes ? sizes[bucket.name] : bucket.size;
    return size === undefined ? [] : [{ ...bucket, size }];
  });
  return {
    before(operation: Operation) {
      const drawn = buckets.flatMap((bucket) => {
        const key = bucket.keyOf(operation);
        return key === undefined ? [] : [{ bucket, key: `${bucket.name}|${key.toLowerCase()}` }];
      });
      const filled = drawn.map(({ bucket, key }) => ({ bucket, key, tokens: level(levels.get(key), bucket.size, clock.now()) }));
      for (const { bucket, tokens } of filled) {
        if (tokens >= 1) continue;
        const seconds = Math.ceil((1 - tokens) / bucket.size.refillPerSecond);
        throw tooMany(bucket.refusal({ operation, subscriptionId, seconds }), seconds);
      }
      for (const { key, tokens } of filled) levels.set(key, { tokens: tokens - 1, atMs: clock.now() });
    },
  };
}

function level(before: Level | undefined, { size, refillPerSecond }: BucketSize, nowMs: number): number {
  if (before === undefined) return size;
  return Math.min(size, before.tokens + ((nowMs - before.atMs) / 1000) * refillPerSecond);
}

function tooMany({ code, message }: Throttled, seconds: number): AzureError {
  return new AzureError(429, code, message, { "retry-after": String(seconds) });
}
