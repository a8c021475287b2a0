// The program against an Azure that is as slow and as strict as the documentation says: with no rule of ours to wait, `up` would fail.
import { strict as assert } from "node:assert";
import { credentialWrites } from "../../rehearsal/cloud/rules/credentialWrites";
import { loadBalancerAddress } from "../../rehearsal/cloud/rules/loadBalancer";
import { directoryLag } from "../../rehearsal/cloud/rules/replication";
import { APPLICATION, WIDE } from "./stacks";
import { PREBUILT, withTestStack } from "./testStack";

describe("an up in an Azure that takes its time", function () {
  this.timeout(180_000);

  it("writes credentials one after another, tells Azure what its principals are, and waits for the address", () =>
    withTestStack({ set: WIDE }, async (stack) => {
      stack.cloud.operations.add(credentialWrites({ durationMs: 200 }));
      stack.cloud.operations.add(loadBalancerAddress({ afterMs: 300 }));
      stack.cloud.manager.addCheck(directoryLag(stack.cloud, { lagMs: 600_000 }));
      const up = await stack.up();
      assert.equal(up.code, 0, up.output);
      assert.match(String((await stack.outputs()).serviceIp), /^(203\.0\.113|10\.224\.0)\.\d+$/);
      const destroy = await stack.destroy();
      assert.equal(destroy.code, 0, destroy.output);
    }));

  it("ends with Azure's refusal where the directory lags and nothing says what the principal is", () =>
    withTestStack({ set: PREBUILT }, async (stack) => {
      const withoutType = (type: string, inputs: object) =>
        type.endsWith(":RoleAssignment")
          ? Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "principalType"))
          : inputs;
      const { create } = stack.cloud;
      stack.cloud.create = (request) =>
        create.call(stack.cloud, { ...request, inputs: { ...withoutType(request.type, request.inputs) } });
      stack.cloud.manager.addCheck(directoryLag(stack.cloud, { lagMs: 600_000 }));
      const up = await stack.up();
      assert.equal(up.code === 0, false);
      assert.match(up.output, /PrincipalNotFound/);
    }));

  it("finds no drift afterwards, also where the identity is an application", () =>
    withTestStack({ set: APPLICATION }, async (stack) => {
      assert.equal((await stack.up()).code, 0);
      const refresh = await stack.refresh("--expect-no-changes");
      assert.equal(refresh.code, 0, refresh.output);
    }));
});
