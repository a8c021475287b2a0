// What a workload costs beyond the constant part of a run, and whether that stays the same as they become more.

export interface Point {
  readonly workloads: number;
  readonly value: number;
}

export interface PerWorkload {
  readonly workloads: number;
  /** What each workload beyond the smallest run's costs. */
  readonly perWorkload: number;
  /** Against the same of the next larger run after the smallest; 1 for that one. */
  readonly ratio: number;
}

/** For every run but the smallest, whose cost counts as the constant part. */
export function perWorkload(points: readonly Point[]): PerWorkload[] {
  const [smallest, ...larger] = [...points].sort((left, right) => left.workloads - right.workloads);
  if (smallest === undefined) return [];
  const costs = larger.map(({ workloads, value }) => ({
    workloads,
    perWorkload: (value - smallest.value) / (workloads - smallest.workloads),
  }));
  const [reference] = costs;
  return costs.map((cost) => ({ ...cost, ratio: cost.perWorkload / (reference?.perWorkload ?? Number.NaN) }));
}
