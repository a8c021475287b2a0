// When to try again.

export interface RetrySettings {
  readonly refreshMs: number;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

/** The longest that a service can make the application wait: beyond it an answer is a mistake, and timers overflow. */
export const RETRY_AFTER_LIMIT_MS = 3_600_000;

/**
 * Wait before the next try, after `failures` failed ones in a row. It doubles from the first failure on and has no jitter: one reader of one secret
 * makes no thundering herd, and a person can tell when the next try comes. A service that asks for more time gets it.
 */
export function waitMs(settings: RetrySettings, failures: number, retryAfter: number | undefined): number {
  if (failures === 0) return settings.refreshMs;
  const backOff = Math.min(settings.retryMinMs * 2 ** (failures - 1), settings.retryMaxMs);
  return Math.max(backOff, retryAfter ?? 0);
}

/** A Retry-After header in milliseconds: seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) && wait >= 0 ? Math.min(wait, RETRY_AFTER_LIMIT_MS) : undefined;
}
