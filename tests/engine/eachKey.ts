// Tries every row of a table of docs/lifecycle.md: each from the same stack and the same cloud, so that what happens is that key's doing.
import { strict as assert } from "node:assert";
import { type Effects, effectsOf } from "./effects";
import { type KeyTable, writeKeyRows } from "./keyTables";
import { savePoint } from "./savedPoint";
import { type TestStackOptions, withTestStack } from "./testStack";

/** Set, the table is written anew instead: for whoever changes on purpose what a key does. */
const WRITES = process.env.UPDATE_SNAPSHOTS === "1";

export function assertEachKey(
  { title, command, stack: name, set, rows }: KeyTable,
  options: TestStackOptions = {},
): Promise<void> {
  return withTestStack({ ...options, stack: name, set }, async (stack) => {
    const up = await stack.up();
    assert.equal(up.code, 0, up.output);
    const comeBack = await savePoint(stack);
    const found: Effects[] = [];
    for (const row of rows) {
      await stack.set(...set, ...row.set);
      found.push(effectsOf(await stack[command]()));
      if (command === "up") await comeBack();
    }
    if (WRITES)
      writeKeyRows(
        title,
        rows.map((row, index) => ({ ...row, ...found[index] })),
      );
    const lines = (effects: readonly Effects[]) =>
      effects.map(({ happens, pods }, index) => `${rows[index]?.set.join(" ")}: ${happens}; pods: ${pods}`);
    if (!WRITES)
      assert.deepEqual(lines(found), lines(rows), "docs/lifecycle.md is not what happens (UPDATE_SNAPSHOTS=1 writes it)");
  });
}
