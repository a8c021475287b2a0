// What the program's start is measured against must be the same work: the resources of the stack dev, in another style.
import { deepStrictEqual as equal } from "node:assert";
import { join } from "node:path";
import { COUNTED, IMAGE } from "../../bench/publicStyleStart";
import { readStack } from "../../rehearsal/stack";
import { attempt, ROOT } from "../support/program";

async function typesOf(program: string): Promise<string[]> {
  const { project, stack, config, secretKeys } = readStack(ROOT, "dev", IMAGE);
  const file = join(ROOT, program);
  delete require.cache[require.resolve(file)];
  const { failures, resources } = await attempt(() => require(file), { project, stack, config, secretKeys });
  equal(failures, []);
  return resources.flatMap(({ type, custom }) => (custom && COUNTED.test(type) ? [type] : [])).sort();
}

describe("The program in the common public style", () => {
  it("registers as many resources of every type of Azure and Kubernetes as this program for dev with an image that exists", async () => {
    const own = await typesOf("index.ts");
    equal(await typesOf("bench/publicStyle/index.ts"), own);
    equal(own.length, 20);
  });
});
