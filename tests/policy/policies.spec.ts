// The policies as Pulumi calls them: one for each rule, with the inputs of each resource first and all resources at the end.
import { strict as assert } from "node:assert";
import { AUDIENCE, RULES } from "../../chain";
import type { PlannedResource } from "../../policy/plan/planned";
import { policies } from "../../policy/policies";
import { read } from "../docs/markdown";
import { run, type Told } from "./asPulumi";
import { type PlanChanges, plannedChain, RIGHT, TYPES } from "./plannedChain";

const changed = (changes: PlanChanges) => plannedChain(changes);
const rules = (told: readonly Told[]) => told.map(([rule, urn]) => `${rule} ${urn.split("::").at(-1)}`);

describe("the policies", () => {
  it("are one a rule, with its title, level, page and fix", () => {
    const all = policies();
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    const credential = all.find(({ name }) => name === "WI070");
    assert.equal(credential?.description, "A federated credential has exactly one audience");
    assert.equal(credential?.enforcementLevel, "mandatory");
    assert.match(credential?.url ?? "", /^https:/);
    assert.equal(all.find(({ name }) => name === "WI085")?.enforcementLevel, "advisory");
  });

  it("say nothing about a right program", () => assert.deepEqual(run(plannedChain()), { early: [], late: [] }));

  it("tell what a resource shows by itself before it is created, and not again at the end", () => {
    const { early, late } = run(
      changed({ credential: { inputs: { audiences: ["api://AzureADTokenExchange", "api://other"] } } }),
    );
    assert.deepEqual([rules(early), rules(late)], [["WI070 credential"], []]);
    // What docs/policy.md shows, below the rule's title.
    const sample = read("docs/policy.md")
      .split("\n")
      .map((line) => line.trim());
    const lines = [RULES.WI070.title, ...(early[0]?.[2] ?? "").split("\n")];
    const first = sample.indexOf(RULES.WI070.title);
    assert.deepEqual(sample.slice(first, first + lines.length + 1), [...lines, ""]);
  });

  it("tell what the chain shows at the end, of the resource to change", () => {
    const { early, late } = run(
      changed({ credential: { from: { subject: [] }, inputs: { subject: "system:serviceaccount:web:other" } } }),
    );
    assert.deepEqual([rules(early), rules(late)], [[], ["WI003 credential"]]);
  });

  it("find the later of two at fault, in whatever order the engine has them at the end", () => {
    const again = { ...RIGHT.credential, type: TYPES.credential, after: ["credential"] };
    const resources = plannedChain({}, { again });
    const last = (first: PlannedResource, second: PlannedResource) =>
      Number(first.name === "again") - Number(second.name === "again");
    const inTime = resources.toSorted(last);
    assert.deepEqual(rules(run(inTime, undefined, inTime.toReversed()).late), ["WI084 again"]);
  });

  it("look at a resource anew that comes again, as it is by then", () => {
    const wrong = changed({ credential: { inputs: { audiences: [AUDIENCE, "api://other"] } } });
    const again = [...plannedChain(), ...wrong].filter(({ name }) => name === "credential");
    assert.deepEqual(rules(run(again).early), ["WI070 credential"]);
  });

  it("know nothing of resources that a program only reads", () => {
    const changes = { credential: null, role: null };
    assert.deepEqual(rules(run(changed(changes)).late), ["WI005 identity", "WI020 identity"]);
    assert.deepEqual(rules(run(changed(changes), ({ name }) => name !== "identity").late), []);
    assert.deepEqual(rules(run(changed({ role: null }), ({ name }) => name !== "credential").late), ["WI020 identity"]);
  });
});
