// The kind of identity that the pods act as, changed in a running stack, and back.
import { strict as assert } from "node:assert";
import { changes, PREBUILT, withTestStack } from "./testStack";

describe("the kind of a workload's identity", function () {
  this.timeout(300_000);

  it("changes under a running workload: the new one is made before the pods move, the old one goes last, and the ServiceAccount stays", () =>
    withTestStack({}, async (stack) => {
      const up = await stack.up();
      assert.equal(up.code, 0, up.output);
      const [there, first] = [stack.there(), await stack.outputs()];

      await stack.set(...PREBUILT, "identityKind=application");
      const toApplication = await stack.up();
      assert.equal(toApplication.code, 0, toApplication.output);
      assertOrder(changes(toApplication), [
        "create web-application",
        "create web-service-principal",
        "create web-application-role-vault",
        "update web-service-account",
        "create web-application-federation-cluster",
        "update web-deployment",
        "delete web-federation-cluster",
        "delete web-role-vault",
        "delete web-identity",
      ]);
      assert.notEqual((await stack.outputs()).clientId, first.clientId);

      await stack.set(...PREBUILT);
      const back = await stack.up();
      assert.equal(back.code, 0, back.output);
      assertOrder(changes(back), [
        "create web-identity",
        "create web-role-vault",
        "update web-service-account",
        "create web-federation-cluster",
        "update web-deployment",
        "delete web-application-federation-cluster",
        "delete web-application-role-vault",
        "delete web-service-principal",
        "delete web-application",
      ]);
      assert.deepEqual(withoutIds(stack.there()), withoutIds(there));
    }));
});

/** What must be there before the pods move, then the pods, then what goes; independent resources in any order. */
function assertOrder(all: readonly string[], expected: readonly string[]): void {
  const found = all.filter((change) => !/ default_\S+$/.test(change));
  assert.deepEqual([...found].sort(), [...expected].sort());
  const place = (change: string) => found.indexOf(change);
  const pods = place("update web-deployment");
  for (const change of found) {
    if (change.startsWith("create ")) assert.equal(place(change) < pods, true, `${change} comes after the pods have moved`);
    if (change.startsWith("delete ")) assert.equal(place(change) > pods, true, `${change} comes before the pods have moved`);
  }
}

/** An assignment's name follows from its principal, and the identity made again has another one. */
function withoutIds(there: readonly string[]): string[] {
  return there.map((each) => each.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "<id>")).sort();
}
