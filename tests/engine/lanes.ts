// Many cases that each begin at the same point: two stacks take them one after the other, each in a cloud of its own.
import { savePoint } from "./savedPoint";
import { type TestStack, type TestStackOptions, withTestStack } from "./testStack";

const LANES = 2;

/** What each case found wrong, by its name. `prepare` leads to where every case begins. */
export async function inLanes<T>(
  options: TestStackOptions,
  prepare: (stack: TestStack) => Promise<void>,
  cases: readonly T[],
  nameOf: (one: T) => string,
  wrongIn: (stack: TestStack, one: T) => Promise<readonly string[]>,
): Promise<string[]> {
  const waiting = [...cases];
  const wrong: string[] = [];
  const lane = () =>
    withTestStack(options, async (stack) => {
      await prepare(stack);
      const back = await savePoint(stack);
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        await back();
        const name = nameOf(one);
        const found = await wrongIn(stack, one).catch((error: unknown) => [String(error)]);
        wrong.push(...found.map((text) => `${name}: ${text}`));
      }
    });
  await Promise.all(Array.from({ length: Math.min(LANES, waiting.length) }, lane));
  return wrong.sort();
}
