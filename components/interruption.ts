// Work that must be told when the run is cut short: what runs in Azure would go on.

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const HOLD_MS = 60_000;
const underWay = new Set<AbortController>();
let received: NodeJS.Signals | undefined;

/**
 * Does `work` with a signal that fires when the program is asked to end. All such work may then finish, and the program ends by the same signal; the
 * promise stays open, because nobody needs to read that something failed.
 *
 * Pulumi asks by SIGINT, twice, whether it was Ctrl-C or another resource that failed, and kills a program that is still there five seconds later. By then its
 * engine answers no calls any more. https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // A program with nothing left to wait for ends, and Pulumi deletes what it has not registered by then: an open promise alone does not count as waiting.
  const hold = setInterval(() => {}, HOLD_MS);
  if (underWay.size === 0) for (const name of SIGNALS) process.on(name, interrupt);
  underWay.add(controller);
  if (received !== undefined) controller.abort();
  try {
    return await work(controller.signal);
  } catch (error) {
    if (received === undefined) throw error;
    return new Promise<never>(() => {});
  } finally {
    clearInterval(hold);
    underWay.delete(controller);
    if (underWay.size === 0) {
      for (const name of SIGNALS) process.off(name, interrupt);
      if (received !== undefined) process.kill(process.pid, received);
    }
  }
}

function interrupt(signal: NodeJS.Signals): void {
  received = signal;
  for (const controller of underWay) controller.abort();
}
