// Azure fails at one operation of `pulumi destroy`: at every delete, one run each.
import { strict as assert } from "node:assert";
import { goingWithOthers } from "./consistency";
import { failed, inconsistent } from "./expectations";
import { badlyTold, nameOf, refusing, targetsOf } from "./faults";
import { inLanes } from "./lanes";
import { WIDE } from "./stacks";
import { type TestStack, withTestStack } from "./testStack";

describe("a destroy in which Azure fails at one delete", function () {
  this.timeout(1_200_000);

  const deployed = async (stack: TestStack) => {
    assert.deepEqual(failed(await stack.up(), "up"), []);
  };

  it("tells what failed, and another destroy leaves nothing", async () => {
    const deletes = await withTestStack({ set: WIDE }, async (stack) => {
      await deployed(stack);
      return targetsOf(stack, "delete", () => stack.destroy());
    });
    assert.equal(deletes.length, 22);
    const wrong = await inLanes({ set: WIDE }, deployed, deletes, nameOf, async (stack, target) => {
      const going = await goingWithOthers(stack);
      const run = await refusing(stack, target, () => stack.destroy());
      const after = await inconsistent(stack, "after the fault", going);
      const again = await stack.destroy();
      return [
        ...badlyTold(run, target),
        ...after,
        ...failed(again, "the second destroy"),
        ...(await inconsistent(stack, "after the second destroy")),
        ...stack.there().map((id) => `${id} is left`),
      ];
    });
    assert.deepEqual(wrong, []);
  });
});
