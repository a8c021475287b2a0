// Every rule that is a policy, as Pulumi asks it: of a planned mistake, of the nearest right program, and of the same while what decides is not known yet.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS_RULES } from "../../chain/rules/access";
import { DECLARED_RULES } from "../../chain/rules/declared";
import { IDENTITY_RULES } from "../../chain/rules/identity";
import { NOT_OFFERED, policies } from "../../policy/policies";
import { run } from "./asPulumi";
import { plannedChain } from "./plannedChain";
import { ACCESS_ROWS } from "./rules/accessRows";
import { DECLARED_ROWS } from "./rules/declaredRows";
import { IDENTITY_ROWS } from "./rules/identityRows";
import type { Program, Rows } from "./rules/row";

const ROWS: Rows = { ...IDENTITY_ROWS, ...ACCESS_ROWS, ...DECLARED_ROWS };

/** Rule, resource, property and what was found, as a person reads them. */
function said({ changes, more }: Program): (readonly (string | undefined)[])[] {
  const { early, late } = run(plannedChain(changes, more));
  return [...early, ...late].map(([rule, urn, message]) => {
    const [, property, actual] = /^(.*?): expected .*?, found (.*)$/m.exec(message) ?? [];
    return [rule, urn.split("::").slice(2).join("::"), property, actual];
  });
}

describe("each policy", () => {
  for (const [rule, { wrong, says, right, unknown }] of Object.entries(ROWS)) {
    it(`${rule} says what is wrong, where, and nothing else`, () => assert.deepEqual(said(wrong), [[rule, ...says]]));
    it(`${rule} is silent about the nearest right program`, () => assert.deepEqual(said(right), []));
    it(`${rule} is silent while what decides is not known`, () =>
      assert.deepEqual(
        unknown.map((program) => said(program)),
        unknown.map(() => []),
      ));
  }

  it("is tried here, and each that is tried is a policy", () => {
    const names = policies().map(({ name }) => name);
    assert.deepEqual(Object.keys(ROWS).toSorted(), names.toSorted());
  });

  it("is there for every rule of the chain and of planned resources, but those that no preview shows", () => {
    const all = Object.keys({ ...IDENTITY_RULES, ...ACCESS_RULES, ...DECLARED_RULES });
    assert.deepEqual([...policies().map(({ name }) => name), ...Object.keys(NOT_OFFERED)].toSorted(), all.toSorted());
  });

  it("that is left out, and why, stands in the page of the pack", () => {
    const page = readFileSync(join(__dirname, "..", "..", "docs", "policy.md"), "utf8").split("\n");
    const lines = Object.entries(NOT_OFFERED).map(([rule, reason]) => `- ${rule}: ${reason}`);
    assert.deepEqual(
      page.filter((line) => line.startsWith("- WI")),
      lines,
    );
  });
});
