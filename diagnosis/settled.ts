// Waiting no longer than a signal says, whatever a client makes of it.

/** A client that takes no signal, or forgets it while a proxy or a body keeps it waiting, does not hold a command up. Rejects with the signal's reason. */
export async function settled<T>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([ask(signal), aborted]);
}
