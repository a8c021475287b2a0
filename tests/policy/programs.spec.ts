// Programs that work: the policy has nothing to say about them, before anything exists and afterwards.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { violations } from "../../policy/violations";
import { attempt, ROOT } from "../support/program";
import { attemptStack } from "../support/stackRun";

const PLAIN = { "plain:defect": "none", "plain:variant": "none" };

describe("the policy, of programs that work", () => {
  for (const stack of ["dev", "prod"])
    for (const preview of [true, false])
      it(`is silent about ${stack} ${preview ? "in a preview" : "once it is there"}`, async () => {
        const { resources, failures } = await attemptStack(stack, { preview });
        assert.deepEqual([failures, violations(resources)], [[], []]);
      });

  for (const [project, config] of [
    ["plain", PLAIN],
    ["twoClusters", {}],
  ] as const)
    it(`is silent about tests/programs/${project}`, async () => {
      const program = join(ROOT, "tests", "programs", project, "index.ts");
      const body = () => {
        // A module runs once in a process.
        delete require.cache[require.resolve(program)];
        return require(program);
      };
      const { resources, failures } = await attempt(body, { preview: true, project, config });
      assert.deepEqual([failures, violations(resources)], [[], []]);
    });
});
