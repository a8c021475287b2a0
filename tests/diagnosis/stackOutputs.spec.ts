// What is taken for a stack's outputs, and what whoever has none is told.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackOutputs } from "../../diagnosis/stackOutputs";
import { UsageError } from "../../rehearsal/usageError";

const WORKLOAD = {
  issuer: "https://issuer.example/",
  subject: "system:serviceaccount:web:web",
  audience: "api://AzureADTokenExchange",
  clientId: "c",
  tenantId: "t",
  identityId: "/i",
  namespace: "web",
  serviceAccount: "web",
};

describe("the outputs of a stack", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "outputs-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const saved = (value: unknown) => {
    const file = join(folder, "outputs.json");
    writeFileSync(file, JSON.stringify(value));
    return () => readStackOutputs({ directory: folder, stack: "dev", file });
  };
  const refusal = (read: () => unknown): UsageError => {
    try {
      read();
    } catch (error) {
      if (error instanceof UsageError) return error;
      throw error;
    }
    throw new Error("nothing was refused");
  };

  it("are what pulumi stack output --json printed", () =>
    assert.deepEqual(saved({ chain: { web: WORKLOAD } })().chain, { web: WORKLOAD }));

  it("are a rehearsal's report too", () => {
    const outputs = { clusterName: "aks", chain: { web: WORKLOAD } };
    assert.deepEqual(saved({ schemaVersion: 1, ok: true, stack: "dev", outputs, pods: [] })(), {
      stack: "dev",
      chain: { web: WORKLOAD },
      outputs,
    });
  });

  for (const [what, value] of [
    ["none", { url: "x" }],
    ["one of another shape", { chain: { web: { ...WORKLOAD, issuer: 1 } } }],
  ] as const)
    it(`must have a chain, and who has ${what} is told where its shape stands`, () => {
      assert.match(refusal(saved(value)).fix, /docs\/verify\.md, "Your own program"/);
    });

  it("name nothing of this repository's own engine to whoever has no Pulumi", () => {
    const { PATH, PULUMI_ENGINE, XDG_CACHE_HOME } = process.env;
    Object.assign(process.env, { PATH: folder, PULUMI_ENGINE: "", XDG_CACHE_HOME: folder });
    try {
      const { message, fix } = refusal(() => readStackOutputs({ directory: folder, stack: "dev" }));
      assert.equal(message, "the outputs of stack dev cannot be read: no pulumi on PATH");
      assert.match(fix, /^install Pulumi \(https:\S+\), or set PULUMI_ENGINE; or give them in a file/);
    } finally {
      for (const [name, value] of Object.entries({ PATH, PULUMI_ENGINE, XDG_CACHE_HOME }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });
});
