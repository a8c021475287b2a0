// `up` succeeds only when the chain works, and says which link does not.
import { strict as assert } from "node:assert";
import { BREAKS, type Break, findBreak } from "../../rehearsal/breaks";
import { changes, PREBUILT, withTestStack } from "./testStack";

/** They break what all workloads share, or what the default one alone has, so each takes a stack of its own. */
const OF_THE_STACK = [
  ...["webhook-off", "access-policies", "vault-of-another-tenant", "secret-disabled"],
  ...["missing-blob-role", "missing-role-list-role"],
];
/** By hand, once the program has run: no run of the program ends in it. */
const BY_HAND = ["service-principal-deleted"];
/** Those that the default workload alone has. */
const NEEDS_MORE = BREAKS.filter(({ needs }) => needs !== undefined).map(({ name }) => name);

/** An assignment whose role is another one keeps its name, and Azure's answer to that is not documented: mended with `pulumi up --replace`. */
const NOT_IN_PLACE = ["key-vault-reader"];
const OF_A_WORKLOAD = BREAKS.filter(({ name }) => ![...OF_THE_STACK, ...BY_HAND, ...NEEDS_MORE, ...NOT_IN_PLACE].includes(name));

/** Each break in a workload of its own, called by its place: `b0`, `b1`, … */
function eachInItsOwn(breaks: readonly Break[]): Break {
  const steps = breaks.flatMap(({ steps: own }, index) =>
    own.map<Break["steps"][number]>(
      (step) => (registration, cloud) => (registration.name.startsWith(`b${index}-`) ? step(registration, cloud) : registration),
    ),
  );
  return { ...findBreak("label-value"), name: "several", steps };
}

describe("up on the engine, where the chain is broken", function () {
  this.timeout(600_000);

  it("fails at the Deployment of every workload that is broken and of no other, naming the rule, and comes up once it is mended", () => {
    const workloads = Object.fromEntries(OF_A_WORKLOAD.map((_, index) => [`b${index}`, {}]));
    const set = [...PREBUILT, `workloads=${JSON.stringify(workloads)}`];
    return withTestStack({ set, breakage: eachInItsOwn(OF_A_WORKLOAD) }, async (stack) => {
      const broken = await stack.up("--continue-on-error");
      assert.notEqual(broken.code, 0);
      const failed = broken.steps.filter(({ state }) => state === "failed").map(({ name }) => name);
      assert.deepEqual(failed.sort(), OF_A_WORKLOAD.map((_, index) => `b${index}-deployment`).sort());
      const named = OF_A_WORKLOAD.map(({ name }, index) => {
        const texts = broken.messages.filter(({ urn }) => urn.endsWith(`::b${index}-deployment`)).map(({ text }) => text);
        return [name, [...new Set(texts.join("\n").match(/\((WI\d+)\)/g))]];
      });
      assert.deepEqual(
        named,
        OF_A_WORKLOAD.map(({ name, rule }) => [name, [`(${rule})`]]),
      );

      stack.mend();
      const mended = await stack.up("--refresh");
      assert.equal(mended.code, 0, mended.output);
      const still = await stack.preview("--refresh", "--expect-no-changes");
      assert.deepEqual([still.code, changes(still)], [0, []], still.output);
    });
  });

  for (const name of OF_THE_STACK)
    it(`fails on ${name}, naming ${findBreak(name).rule}, and comes up once it is mended`, () => {
      const breakage = findBreak(name);
      return withTestStack({ breakage, set: [...PREBUILT, ...(breakage.needs ?? [])] }, async (stack) => {
        const broken = await stack.up();
        assert.notEqual(broken.code, 0);
        assert.deepEqual([...new Set(broken.output.match(/\((WI\d+)\)/g))], [`(${breakage.rule})`]);
        stack.mend();
        const mended = await stack.up("--refresh");
        assert.equal(mended.code, 0, mended.output);
      });
    });
});
