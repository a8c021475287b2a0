// When a mistake counts as caught, and what the score makes of it.
import { strict as assert } from "node:assert";
import { totals } from "../../cli/mutantsOutput";
import { MISTAKES, type Mistake } from "../../mutants/mistakes";
import type { Observations, Subject } from "../../mutants/observe";
import { edit, type Plant } from "../../mutants/plant";
import { PROGRAMS } from "../../mutants/programs";
import { aimReached, summary } from "../../mutants/score";
import { judge, judgeAll, type Observation } from "../../mutants/verdict";

const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential::app";
const POD = "kubernetes:apps/v1:Deployment::app";
const MISTAKE: Mistake = { id: "wrong-namespace", title: "", rules: ["WI003"], refusal: /already exists/ };
const PLANT: Plant = { mistake: "wrong-namespace", edits: [edit("a", "b")], at: [CREDENTIAL] };

function found(rule: string, resource: string, severity: "error" | "warning" = "error"): Observation {
  return { findings: [{ rule, resource, severity }] };
}

function seen(stages: Partial<Observations> = {}): Observations {
  const nothing = { findings: [] };
  return { types: nothing, component: undefined, policy: nothing, rehearsal: nothing, ...stages };
}

describe("a mistake", () => {
  it("is caught by its own rule on its own resource", () =>
    assert.deepEqual(judge(MISTAKE, PLANT, found("WI003", CREDENTIAL)), { kind: "caught", by: "WI003" }));

  it("is not caught by another rule, which is shown", () =>
    assert.deepEqual(judge(MISTAKE, PLANT, found("WI001", CREDENTIAL)), { kind: "wrong rule", by: `WI001 ${CREDENTIAL}` }));

  it("is not caught by its rule on another resource", () =>
    assert.deepEqual(judge(MISTAKE, PLANT, found("WI003", POD)), { kind: "wrong rule", by: `WI003 ${POD}` }));

  it("is caught by a refusal that is its own and names the resource", () => {
    const refusal = (text: string) => judge(MISTAKE, PLANT, { findings: [], refusal: text });
    assert.deepEqual(refusal(`${CREDENTIAL}: it already exists`), { kind: "caught", by: "refused" });
    assert.equal(refusal(`${POD}: it already exists`).kind, "wrong rule");
    assert.equal(refusal(`${CREDENTIAL}: no such group`).kind, "wrong rule");
  });

  it("that is refused is caught by the rule that the refusal names, or that explains it", () => {
    const mistake = { ...MISTAKE, rules: ["WI084", "WI083"], refusal: /at most|must be as|already exists/ } as const;
    const refused = (text: string) => judge(mistake, PLANT, { findings: [], refusal: `${CREDENTIAL}: ${text}` });
    assert.deepEqual(refused("BadRequest: An identity holds at most 20 federated identity credentials."), {
      kind: "caught",
      by: "WI083",
    });
    assert.deepEqual(refused("must be as WI084 says"), { kind: "caught", by: "WI084" });
    assert.deepEqual(refused("it already exists"), { kind: "caught", by: "refused" });
  });

  it("has no refusal that a number or a name alone would fit", () => {
    const loose = [...MISTAKES, ...PROGRAMS.flatMap(({ plants }) => plants)].filter(({ refusal }) =>
      ["20", "Web", "my_namespace", "AZURE_CLIENT_ID", "serviceAcount", "issuerUrl", "it already exists"].some((word) =>
        refusal?.test(word),
      ),
    );
    assert.deepEqual(loose, []);
  });

  it("is missed where nothing is said", () => assert.deepEqual(judge(MISTAKE, PLANT, { findings: [] }), { kind: "missed" }));

  it("is no matter of a stage that does not see it", () =>
    assert.deepEqual(judge(MISTAKE, PLANT, undefined), { kind: "does not apply" }));

  it("is caught by the compiler only in the file where it stands", () => {
    const types = (refusal: string) => judgeAll(MISTAKE, PLANT, seen({ types: { findings: [], refusal } })).types;
    assert.deepEqual(types("index.ts:12: TS2322: Type 'x' is not assignable"), { kind: "caught", by: "TS2322" });
    assert.equal(types("other.ts:12: TS2322: Type 'x' is not assignable").kind, "wrong rule");
  });
});

describe("the score", () => {
  const [program] = PROGRAMS;
  assert.ok(program);
  const right: Subject = { program, planted: undefined, folder: "right" };
  const wrong: Subject = { program, planted: { plant: PLANT, mistake: MISTAKE }, folder: "wrong" };
  const of = (...pairs: (readonly [Subject, Observations])[]) =>
    summary(
      pairs.map(([subject]) => subject),
      pairs.map(([, observations]) => observations),
    );

  it("names the first stage that catches a mistake", () => {
    const score = of(
      [right, seen()],
      [wrong, seen({ policy: found("WI003", CREDENTIAL), rehearsal: found("WI003", CREDENTIAL) })],
      [wrong, seen({ policy: found("WI001", CREDENTIAL), rehearsal: found("WI003", CREDENTIAL) })],
    );
    assert.deepEqual(
      score.rows.map(({ first }) => first),
      ["policy", "rehearsal"],
    );
    assert.deepEqual(totals(score), {
      planted: 2,
      caught: 2,
      firstCaughtBy: { types: 0, component: 0, policy: 1, rehearsal: 1 },
      refused: 0,
      rightPrograms: 1,
      falseAlarms: 0,
    });
    assert.equal(aimReached(score), true);
  });

  it("is not reached where one escapes", () => {
    const score = of([right, seen()], [wrong, seen({ rehearsal: found("WI001", CREDENTIAL) })]);
    assert.deepEqual([score.rows[0]?.first, totals(score).caught, aimReached(score)], [null, 0, false]);
  });

  it("is not reached with a false alarm, of which a warning is none", () => {
    const alarmed = of([right, seen({ policy: found("WI003", CREDENTIAL) })]);
    assert.deepEqual([totals(alarmed).falseAlarms, aimReached(alarmed)], [1, false]);
    const refused = of([right, seen({ component: { findings: [], refusal: "no" } })]);
    assert.deepEqual(refused.alarms, [{ program: program.name, stage: "component", text: "no" }]);
    const caught = seen({ rehearsal: found("WI003", CREDENTIAL) });
    const warned = of([right, seen({ rehearsal: found("WI085", CREDENTIAL, "warning") })], [wrong, caught]);
    assert.deepEqual([warned.alarms, warned.warnings.length, aimReached(warned)], [[], 1, true]);
  });

  it("is not reached where nothing was planted", () => assert.equal(aimReached(of([right, seen()])), false));
});
