// Every rule that a check of a pod can give: one change to a chain that works, and exactly one finding that names it.
import { strict as assert } from "node:assert";
import { CODES, finding, RULES, type Rule, type RuleId } from "../../chain";
import { DECLARED_RULES } from "../../chain/rules/declared";
import { chainModel, findingsIn } from "../support/chainModel";
import { FURTHER_CASES, FURTHER_RIGHT } from "./furtherCases";
import { IDENTITY_CASES } from "./identityCases";
import { POD_CASES } from "./podCases";
import { TARGET_CASES, TARGET_RIGHT } from "./targetCases";
import { VAULT_CASES } from "./vaultCases";

const CASES = [...POD_CASES, ...IDENTITY_CASES, ...VAULT_CASES, ...FURTHER_CASES, ...TARGET_CASES];

/** Given by the rehearsal, which runs pods, by a check of credentials, and by what reads a real cluster; no check of a pod's links can give them. */
const NOT_FROM_LINKS: readonly RuleId[] = [
  ...([
    "WI019",
    "WI048",
    "WI030",
    "WI031",
    "WI032",
    "WI033",
    "WI034",
    "WI035",
    "WI036",
    "WI037",
    "WI038",
    "WI055",
    "WI056",
    "WI057",
    "WI058",
    "WI099",
  ] as const),
  ...(["WI190", "WI191", "WI192", "WI193", "WI194", "WI195", "WI196", "WI197"] as const),
  ...(["WI060", "WI061"] as const),
];

describe("the rules of the chain", () => {
  it("say nothing about a chain that works", () => {
    assert.deepEqual(findingsIn(chainModel()), []);
  });

  for (const { what, changes, more } of [...FURTHER_RIGHT, ...TARGET_RIGHT]) {
    it(`say nothing about ${what}`, () => assert.deepEqual(findingsIn(chainModel(changes, more)), []));
  }

  for (const { mistake, changes, more, finds } of CASES) {
    const [rule, code, resource, property, expected, actual] = finds;
    it(`${rule}: ${mistake}`, () => {
      const { title, fix, warning, severity = "error" }: Rule = RULES[rule];
      const isWarning = severity === "warning";
      const broken = `Does not hold: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
      assert.deepEqual(findingsIn(chainModel(changes, more)), [
        {
          rule,
          severity,
          code: isWarning ? null : code,
          message: isWarning ? `${warning}: ${actual}` : broken,
          resource,
          property,
          expected,
          actual,
          fix: fix ?? CODES[code].fix,
        },
      ]);
    });
  }

  for (const [rule, actual, message] of [
    ["WI034", "node:24", "The base image may change: node:24"],
    ["WI035", "USER node", "The image's user is root, or may be: USER node"],
    ["WI036", ".env", "The uploaded folder holds what hardly belongs in an image: .env"],
  ] as const) {
    it(`${rule}: says as a warning what may happen, and shows no code`, () => {
      const place = { resource: "image", property: "Dockerfile", expected: "none" };
      const found = finding(rule, { ...place, actual, severity: "warning" });
      assert.deepEqual([found.severity, found.code, found.message], ["warning", null, message]);
    });
  }

  it("have a sentence for each warning", () => {
    const all: readonly (readonly [string, Rule])[] = Object.entries(RULES);
    const silent = all.filter(([, { severity, warning }]) => severity === "warning" && warning === undefined);
    assert.deepEqual(silent, []);
  });

  it("have titles that can follow a colon in lower case", () => {
    const titles = Object.values(RULES).map(({ title }) => title);
    assert.deepEqual(
      titles.filter((title) => !/^[A-Z]([a-z]| )/.test(title)),
      [],
    );
  });

  it("say how programs come to break them, in one sentence, and where that is seen", () => {
    const all: readonly (readonly [string, Rule])[] = Object.entries(RULES);
    const bad = all.filter(
      ([, { cause, source }]) => !/^[A-Z][^.]*(\.\w[^.]*)*\.$/.test(cause) || !/^https:\/\/\S+$/.test(source),
    );
    assert.deepEqual(bad, []);
  });

  it("are all covered by the cases above", () => {
    const covered: ReadonlySet<string> = new Set(CASES.map(({ finds: [rule] }) => rule));
    assert.deepEqual(
      // Those that resources show by themselves have cases of their own.
      Object.keys(RULES).filter((rule) => !covered.has(rule) && !(rule in DECLARED_RULES)),
      NOT_FROM_LINKS,
    );
  });
});
