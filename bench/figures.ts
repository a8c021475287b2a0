// Figures as medians, and two things compared in turn, so that a machine whose speed drifts hurts both alike.

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Runs A and B alternately, after one run of each that does not count, and returns what each measured. */
export async function inTurn<A, B>(rounds: number, runA: () => Promise<A>, runB: () => Promise<B>): Promise<{ a: A[]; b: B[] }> {
  await runA();
  await runB();
  const a: A[] = [];
  const b: B[] = [];
  for (let round = 0; round < rounds; round += 1) {
    a.push(await runA());
    b.push(await runB());
  }
  return { a, b };
}

export function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

/** Milliseconds that `work` takes. */
export async function time(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
