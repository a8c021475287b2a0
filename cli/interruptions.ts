// Ctrl-C and its like while a rehearsal runs.

/** What a shell shows of a command that Ctrl-C ended. */
export const INTERRUPTED_EXIT = 130;

/** Why everything ends that was under way. */
export class Interrupted extends Error {}

/** npm passes a signal on that the terminal has sent already: what comes that soon is the same Ctrl-C. */
const SAME_INTERRUPT_MS = 500;

let asked: AbortSignal | undefined;

/** Whether a signal has come since `interruptions` was asked. */
export function isInterrupted(): boolean {
  return asked?.aborted === true;
}

/** Whoever runs a rehearsal asks this once. The first signal ends everything in order; a second one does not wait for that. */
export function interruptions(): { readonly signal: AbortSignal; readonly interrupted: Promise<void> } {
  const interrupt = new AbortController();
  asked = interrupt.signal;
  const interrupted = new Promise<void>((resolve) => {
    interrupt.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  let sinceMs = Number.POSITIVE_INFINITY;
  const end = () => {
    sinceMs = Math.min(sinceMs, performance.now());
    interrupt.abort(new Interrupted());
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => (performance.now() - sinceMs > SAME_INTERRUPT_MS ? process.exit(INTERRUPTED_EXIT) : end()));
  // Whoever read the output has gone, as with "| head".
  process.stdout.on("error", end);
  process.stderr.on("error", end);
  return { signal: interrupt.signal, interrupted };
}
