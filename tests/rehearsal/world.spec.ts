// What a rehearsal's world knows of a break: whether the program has anything that it could break.
import { strict as assert } from "node:assert";
import { tmpdir } from "node:os";
import { drop, type Step, set } from "../../rehearsal/breakSteps";
import type { Break } from "../../rehearsal/breaks";
import { createWorld } from "../../rehearsal/world";
import { ROOT } from "../support/program";

const GROUP = "azure-native:resources:ResourceGroup";
const files = {
  project: "p",
  stack: "dev",
  directory: ROOT,
  main: "index.ts",
  config: { "azure-native:location": "westeurope" },
  secretKeys: [],
  standIns: [],
};
const breakOf = (...steps: Step[]): Break => ({
  name: "n",
  description: "d",
  code: "PodNotMutated",
  rule: "WI006",
  source: "https://example.com",
  steps,
});

describe("a break in a rehearsal's world", () => {
  const applied = async (breakage: Break | undefined) => {
    const world = createWorld(files, breakage, tmpdir());
    const inputs = { resourceGroupName: "rg", tags: { a: "b" } };
    assert.equal(world.breakApplied(), false);
    await world.cloud.register({ type: GROUP, name: "rg", inputs, provider: "", id: undefined });
    await world.close();
    return world.breakApplied();
  };

  const cases: readonly (readonly [what: string, breakage: Break | undefined, expected: boolean])[] = [
    ["has not applied where there is none", undefined, false],
    [
      "has not applied to a program without the resource",
      breakOf(set("other:x:Y", ["tags", "a"], "c"), drop("other:x:Y")),
      false,
    ],
    ["has not applied where it writes what is there", breakOf(set(GROUP, ["tags", "a"], "b")), false],
    ["has not applied where it takes away what is not there", breakOf(set(GROUP, ["tags", "b"], undefined)), false],
    ["has applied where it changes a property", breakOf(set(GROUP, ["tags", "a"], "c")), true],
    ["has applied where it keeps a resource back", breakOf(set("other:x:Y", ["a"], 1), drop(GROUP)), true],
  ];
  for (const [what, breakage, expected] of cases) it(what, async () => assert.equal(await applied(breakage), expected));
});
