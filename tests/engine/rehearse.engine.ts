// npm run rehearse -- --engine: a real `pulumi up`, then the pods of what was really created.
import { strict as assert } from "node:assert";
import { findBreak } from "../../rehearsal/breaks";
import { type RehearseOptions, rehearse } from "../../rehearsal/rehearse";
import { UsageError } from "../../rehearsal/usageError";
import { PREBUILT, PROJECT } from "./testStack";

const OPTIONS: RehearseOptions = {
  directory: PROJECT,
  stack: "dev",
  set: [],
  app: undefined,
  breakage: undefined,
  engine: { destroy: true },
  signal: new AbortController().signal,
};

async function reportOf(more: Partial<RehearseOptions>) {
  const { report, close } = await rehearse({ ...OPTIONS, ...more });
  await close();
  return report;
}

describe("a rehearsal on the engine", function () {
  this.timeout(180_000);

  it("builds the image, creates the stack, runs the pod that reads its secret, and leaves an empty cloud", async () => {
    const { ok, engine, pods, findings, outputs } = await reportOf({});
    assert.deepEqual(
      { ok, failure: engine?.failure, left: engine?.left, findings },
      { ok: true, failure: null, left: [], findings: [] },
    );
    assert.deepEqual(
      pods.map(({ pod, ready }) => [pod, ready]),
      [["web/web-0", true]],
    );
    assert.deepEqual(
      engine?.softDeletedVaults?.map((name) => /^kv-dev-[a-z0-9]{6}$/.test(name)),
      [true],
    );
    assert.match(String(outputs.issuerUrl), /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.*\/$/);
  });

  it("ends up in an error where the chain is broken, names the link, and still goes without a trace", async () => {
    const { ok, engine, pods, findings } = await reportOf({ breakage: findBreak("wrong-namespace") });
    assert.equal(ok, false);
    assert.match(
      engine?.failure ?? "",
      /AADSTS700213 \(WI003\).*web-federation-cluster, subject: expected system:serviceaccount:web:web/,
    );
    assert.deepEqual(engine?.left, []);
    assert.deepEqual([pods.map(({ ready }) => ready), findings.map(({ rule }) => rule)], [[false], ["WI003"]]);
  });

  it("is refused with the engine's words where the program itself fails", async () => {
    await assert.rejects(reportOf({ set: [...PREBUILT, "namespace=Bad"] }), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(
        error.message,
        /^pulumi up failed:\nThe config of stack "dev" has one mistake:\n {2}namespace: must be 1 to 63/,
      );
      return true;
    });
  });

  it("shows no secret in its report", async () => {
    const secret = "a-secret-that-nobody-may-see";
    const { report, close } = await rehearse({ ...OPTIONS, set: [`secretValue=${secret}`], engine: { destroy: false } });
    const text = JSON.stringify(report);
    await close();
    assert.equal(text.includes(secret), false);
  });
});
