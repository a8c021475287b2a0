// The life of a stack on the real engine.
import { strict as assert } from "node:assert";
import { changes, withTestStack } from "./testStack";

describe("a stack on the engine", function () {
  this.timeout(120_000);

  it("comes up, has nothing left to do, is as the cloud has it, and goes without a trace", () =>
    withTestStack({}, async (stack) => {
      const preview = await stack.preview();
      assert.equal(preview.code, 0, preview.output);
      const up = await stack.up();
      assert.equal(up.code, 0, up.output);
      for (const run of [
        await stack.preview("--expect-no-changes"),
        await stack.refresh("--expect-no-changes"),
        await stack.up("--expect-no-changes"),
      ])
        assert.deepEqual([run.code, changes(run)], [0, []], run.output);
      const destroy = await stack.destroy();
      assert.equal(destroy.code, 0, destroy.output);
      assert.deepEqual(stack.there(), []);
    }));
});
