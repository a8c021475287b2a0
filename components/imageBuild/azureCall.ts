// How every call to the registry is made: within a time, until it is aborted, and with one message where it fails.
import { buildErrorOf, type Undertaking } from "./refusals";

export const REQUEST_TIMEOUT_MS = 60_000;

/** Throws the signal's reason where it is aborted, and else a `BuildError`. */
export async function callAzure<T>(
  undertaking: Undertaking,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await (signal === undefined ? work() : untilAborted(signal, work()));
  } catch (error) {
    signal?.throwIfAborted();
    throw buildErrorOf(undertaking, error);
  }
}

export function callOptions(signal?: AbortSignal) {
  return { ...(signal === undefined ? {} : { abortSignal: signal }), requestOptions: { timeout: REQUEST_TIMEOUT_MS } };
}

// The clients heed the signal only where they send: they may wait for a token that never comes.
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
