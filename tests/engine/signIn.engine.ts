// The deployer's sign-in expires during a run: everything of Azure is refused until somebody signs in again.
import { strict as assert } from "node:assert";
import { AzureError } from "../../rehearsal/cloud/azureError";
import { goingWithOthers } from "./consistency";
import { failed, inconsistent, notConverging } from "./expectations";
import { type TestStack, withTestStack } from "./testStack";

// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
const EXPIRED = "The access token expiry UTC time is earlier than current UTC time";

describe("a sign-in that expires", function () {
  this.timeout(1_200_000);

  for (const after of ["vault-vault", "aks-cluster"])
    it(`once ${after} is created, loses nothing: signed in again, up ends what it began`, () =>
      withTestStack({}, async (stack) => {
        const run = await expiringAfter(stack, "create", after, () => stack.up());
        assert.notEqual(run.code, 0);
        assert.match(run.output, new RegExp(`ExpiredAuthenticationToken: ${EXPIRED}`));
        assert.deepEqual(await inconsistent(stack, "afterwards"), []);
        assert.deepEqual(await notConverging(stack), []);
      }));

  it("before a refresh, drops nothing from the state", () =>
    withTestStack({}, async (stack) => {
      assert.deepEqual(failed(await stack.up(), "up"), []);
      const run = await expiringAfter(stack, undefined, undefined, () => stack.refresh());
      assert.notEqual(run.code, 0);
      assert.match(run.output, new RegExp(EXPIRED));
      assert.deepEqual(await inconsistent(stack, "afterwards"), []);
      assert.deepEqual(failed(await stack.refresh("--expect-no-changes"), "the second refresh"), []);
    }));

  it("while a destroy runs, loses nothing: signed in again, destroy leaves nothing", () =>
    withTestStack({}, async (stack) => {
      assert.deepEqual(failed(await stack.up(), "up"), []);
      const going = await goingWithOthers(stack);
      const run = await expiringAfter(stack, "delete", "aks-cluster", () => stack.destroy());
      assert.notEqual(run.code, 0);
      assert.match(run.output, new RegExp(EXPIRED));
      assert.deepEqual(await inconsistent(stack, "afterwards", going), []);
      assert.deepEqual(failed(await stack.destroy(), "the second destroy"), []);
      assert.deepEqual(stack.there(), []);
    }));
});

/** Without a resource, it has expired before. */
async function expiringAfter<T>(
  { cloud }: TestStack,
  verb: string | undefined,
  name: string | undefined,
  during: () => Promise<T>,
): Promise<T> {
  let expired = name === undefined;
  const remove = cloud.operations.add({
    before: ({ type }) => {
      // A type of Resource Manager, or a function of the provider.
      if (expired && /^(Microsoft\.|azure-native:)/i.test(type)) throw new AzureError(401, "ExpiredAuthenticationToken", EXPIRED);
    },
    after: (operation) => {
      expired ||= operation.verb === verb && operation.declared.endsWith(`::${name}`);
    },
  });
  return during().finally(remove);
}
