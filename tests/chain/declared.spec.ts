// What resources show by themselves, each rule with right ones, wrong ones and ones of which nothing is known.
import { strict as assert } from "node:assert";
import { checkDeclared } from "../../chain";
import { DECLARED_RULES } from "../../chain/rules/declared";
import { chainModel } from "../support/chainModel";
import { DECLARED_MISTAKES, DECLARED_RIGHT } from "./declaredCases";

describe("what resources show by themselves", () => {
  it("is nothing in a chain that works", () => assert.deepEqual(checkDeclared(chainModel()), []));

  for (const { what, changes, more } of DECLARED_RIGHT)
    it(`is nothing wrong with ${what}`, () => assert.deepEqual(checkDeclared(chainModel(changes, more)), []));

  for (const { what, changes, more, finds } of DECLARED_MISTAKES)
    it(`is ${finds[0]}: ${what}`, () =>
      assert.deepEqual(
        checkDeclared(chainModel(changes, more)).map(({ rule, severity, property, actual }) => [
          rule,
          severity,
          property,
          actual,
        ]),
        [finds],
      ));

  it("has a case for each rule", () => {
    const covered = new Set<string>(DECLARED_MISTAKES.map(({ finds: [rule] }) => rule));
    assert.deepEqual(
      Object.keys(DECLARED_RULES).filter((rule) => !covered.has(rule)),
      [],
    );
  });
});
