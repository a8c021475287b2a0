// The token of a rehearsed pod, beside what the same rehearsal exports of its chain.
import { CODES, type Code, type Token } from "../chain";
import { findBreak } from "../rehearsal/breaks";
import { clearKilledRuns, useRunFolder } from "../rehearsal/cluster/runFolder";
import { type Rehearsal, rehearse } from "../rehearsal/rehearse";
import { UsageError } from "../rehearsal/usageError";
import { interruptions } from "./interruptions";
import { requirePosix } from "./platform";
import { type Expected, expectedOfPod } from "./tokenExpected";
import { readToken } from "./tokenInput";

export interface PodOptions {
  readonly pod: string;
  readonly stack: string;
  readonly set: readonly string[];
  readonly breakName: string | undefined;
}

/** `missing` says why a pod has no token; `code` is null where the token is not to blame. */
export type PodToken =
  | { readonly token: Token; readonly expected: Expected | undefined }
  | { readonly missing: string; readonly code: Code | null };

export async function rehearsePodToken({ pod, stack, set, breakName }: PodOptions): Promise<PodToken> {
  requirePosix(process.platform);
  clearKilledRuns();
  useRunFolder();
  const { signal } = interruptions();
  const breakage = breakName === undefined ? undefined : findBreak(breakName);
  const rehearsal = await rehearse({ directory: process.cwd(), stack, set, app: undefined, breakage, signal });
  try {
    return await podToken(rehearsal, pod);
  } finally {
    await rehearsal.close();
  }
}

export async function podToken({ report, tokenFiles }: Pick<Rehearsal, "report" | "tokenFiles">, pod: string): Promise<PodToken> {
  const found = report.pods.find((candidate) => candidate.pod === pod);
  if (found === undefined) {
    const pods = report.pods.map((candidate) => candidate.pod);
    throw new UsageError(
      `the rehearsal of stack ${report.stack} has no pod "${pod}"`,
      pods.length === 0 ? "declare a pod for workload identity" : `name one of: ${pods.join(", ")}`,
    );
  }
  const file = tokenFiles.get(pod);
  if (file !== undefined)
    return {
      token: await readToken(file),
      expected: expectedOfPod(report.outputs.chain, found.namespace, found.serviceAccount),
    };
  if (found.mutated) return { missing: `${pod} was not started: npm run rehearse says why.`, code: null };
  const code = "PodNotMutated";
  return { missing: `${pod} has no token. ${CODES[code].meaning}\n  fix: ${CODES[code].fix}`, code };
}
