// Azure fails at one operation of `pulumi up`: at every create, and at every update of an up that changes much; one run each.
import { strict as assert } from "node:assert";
import { contentOf } from "./consistency";
import { failed, inconsistent, notConverging } from "./expectations";
import { badlyTold, nameOf, refusing, type Target, targetsOf } from "./faults";
import { inLanes } from "./lanes";
import { APPLICATION, CHANGED, WIDE } from "./stacks";
import { type TestStack, withTestStack } from "./testStack";

describe("an up in which Azure fails at one operation leaves a state that is true, tells what failed, and is mended by another up", function () {
  this.timeout(1_200_000);

  const nothing = async () => {};
  const deployed = async (stack: TestStack) => {
    assert.deepEqual(failed(await stack.up(), "up"), []);
  };
  const wrongIn = (content: readonly string[]) => async (stack: TestStack, target: Target) => {
    const run = await refusing(stack, target, () => stack.up());
    return [
      ...badlyTold(run, target),
      ...(await inconsistent(stack, "after the fault")),
      ...(await notConverging(stack, content)),
    ];
  };
  /** What an up creates or updates, and what is there after one without a fault. */
  const whole = async (stack: TestStack, verb: "create" | "update") => ({
    targets: await targetsOf(stack, verb, () => stack.up()),
    content: contentOf(stack),
  });

  it("at each create", async () => {
    const { targets, content } = await withTestStack({ set: WIDE }, (stack) => whole(stack, "create"));
    assert.equal(targets.length, 39);
    assert.deepEqual(await inLanes({ set: WIDE }, nothing, targets, nameOf, wrongIn(content)), []);
  });

  it("at each create in the directory", async () => {
    const { targets, content } = await withTestStack({ set: APPLICATION }, (stack) => whole(stack, "create"));
    const inDirectory = targets.filter(({ declared }) => declared.startsWith("azuread:"));
    assert.deepEqual(inDirectory.map(nameOf).sort(), [
      "web-application",
      "web-application-federation-cluster",
      "web-service-principal",
    ]);
    assert.deepEqual(await inLanes({ set: APPLICATION }, nothing, inDirectory, nameOf, wrongIn(content)), []);
  });

  it("at each update", async () => {
    const { targets, content } = await withTestStack({ set: WIDE }, async (stack) => {
      await deployed(stack);
      await stack.set(...CHANGED);
      return whole(stack, "update");
    });
    assert.equal(targets.length, 17);
    const changed = async (stack: TestStack) => {
      await deployed(stack);
      await stack.set(...CHANGED);
    };
    assert.deepEqual(await inLanes({ set: WIDE }, changed, targets, nameOf, wrongIn(content)), []);
  });
});
