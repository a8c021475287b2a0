// What is wrong after a run, as sentences: a case reports all of it, and the next case runs all the same.

import type { EngineRun } from "../../rehearsal/engine/session";
import { CONSISTENT, contentOf, difference } from "./consistency";
import { changes, type TestStack } from "./testStack";

/** What may be in the cloud and no longer in the state at this point: `going`. */
export async function inconsistent(stack: TestStack, when: string, going: readonly string[] = []): Promise<string[]> {
  const found = await difference(stack);
  const unexpected = { ...found, forgotten: found.forgotten.filter((each) => !going.includes(each)) };
  return JSON.stringify(unexpected) === JSON.stringify(CONSISTENT) ? [] : [`${when}: ${JSON.stringify(unexpected)}`];
}

export function failed(run: EngineRun, what: string): string[] {
  return run.code === 0 ? [] : [`${what} ended with ${run.code ?? run.signal}:\n${run.output.trim()}`];
}

/** The same command again ends well, and then there is what an up without a fault makes: `content`. Without it, a preview must find nothing to do. */
export async function notConverging(stack: TestStack, content?: readonly string[]): Promise<string[]> {
  const again = failed(await stack.up(), "the second up");
  if (again.length > 0) return again;
  const consistency = await inconsistent(stack, "after the second up");
  if (content !== undefined) {
    const found = contentOf(stack);
    const wrong = [...found.filter((each) => !content.includes(each)), ...content.filter((each) => !found.includes(each))];
    return [...consistency, ...wrong.map((each) => `after the second up, otherwise than without the fault: ${each}`)];
  }
  const preview = await stack.preview("--expect-no-changes");
  return [...consistency, ...(preview.code === 0 ? [] : [`a preview afterwards shows ${JSON.stringify(changes(preview))}`])];
}
