// The policy pack on the real engine: silent about this project, in the way of a broken program, and the same as a package.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineRun } from "../../rehearsal/engine/session";
import { edit, withProgramCopy } from "./programCopy";
import { PROJECT, type TestStack, withTestStack } from "./testStack";

const PACK = join(PROJECT, "policy");
/** Of one program without components, from its own folder. */
const inPlain = (use: (project: string) => Promise<void>) => {
  const files = ["index.ts", "variants.ts", "atOnce.ts", "Pulumi.yaml", "Pulumi.dev.yaml"];
  return withProgramCopy(Object.fromEntries(files.map((file) => [file, `tests/programs/plain/${file}`])), use);
};
/** With the same trust twice. */
const withTwice = (use: (stack: TestStack) => Promise<void>) =>
  inPlain((project) => withTestStack({ project, set: ["defect=same-subject"] }, use));
const WI084 = /\[mandatory\] {2}WI084 {2}\(azure-native:managedidentity:FederatedIdentityCredential: again\)/;

describe("the policy pack on the engine", function () {
  this.timeout(300_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "policy-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const isSilent = ({ code, output }: EngineRun) => {
    assert.equal(code, 0, output);
    assert.match(output, /✅ aks-workload-identity@/);
    assert.doesNotMatch(output, /\[(mandatory|advisory)\]/);
  };

  it("says nothing about dev, before it is there, as it comes, and afterwards", () =>
    withTestStack({}, async ({ preview, up }) => {
      for (const run of [preview, up, preview]) isSilent(await run("--policy-pack", PACK));
    }));

  it("says nothing about a preview of prod", () =>
    withTestStack({ stack: "prod" }, async ({ preview }) => isSilent(await preview("--policy-pack", PACK))));

  it("blocks a broken program's preview with rule, resource and fix, and its up before anything is there", () =>
    withTwice(async ({ preview, run, there }) => {
      const { code, output } = await preview("--policy-pack", PACK);
      assert.notEqual(code, 0);
      assert.match(output, WI084);
      assert.match(
        output,
        /subject: expected another subject or issuer, found system:serviceaccount:app:app of .*\n.*\n\s*Fix: Remove one of the two\./,
      );
      assert.notEqual((await run("up", "--yes", "--policy-pack", PACK)).code, 0);
      assert.deepEqual(there(), []);
    }));

  it("has each rule off or down by its id", () =>
    withTwice(async ({ preview }) => {
      const file = join(folder, "config.json");
      const withLevel = async (level: string) => {
        writeFileSync(file, JSON.stringify({ WI084: level }));
        return preview("--policy-pack", PACK, "--policy-pack-config", file);
      };
      const down = await withLevel("advisory");
      assert.equal(down.code, 0, down.output);
      assert.match(down.output, /\[advisory\] {2}WI084/);
      const off = await withLevel("disabled");
      assert.equal(off.code, 0, off.output);
      assert.doesNotMatch(off.output, /WI084/);
    }));

  it("stops a resource that Azure would refuse before it is created, also where nothing is previewed", () =>
    inPlain(async (project) => {
      const audiences = 'audiences: ["api://AzureADTokenExchange"],\n});\nconst vault';
      await edit(join(project, "index.ts"), audiences, audiences.replace("]", ', "api://other"]'));
      await withTestStack({ project, set: [] }, async ({ up, there }) => {
        const { code, output } = await up("--policy-pack", PACK);
        assert.notEqual(code, 0);
        assert.match(
          output,
          /\[mandatory\] {2}WI070 {2}\(azure-native:managedidentity:FederatedIdentityCredential: credential\)/,
        );
        assert.deepEqual(
          there().filter((each) => /federatedIdentityCredentials/i.test(each)),
          [],
        );
      });
    }));

  it("is the same as a package, without anything else of this repository", () => {
    const built = join(folder, "built");
    execFileSync(process.execPath, [join(PACK, "build.mjs"), built]);
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: built });
    mkdirSync(join(folder, "modules"));
    execFileSync("tar", ["-xzf", join(folder, "aks-workload-identity-policy-0.1.0.tgz"), "-C", join(folder, "modules")]);
    const installed = join(folder, "modules", "package");
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "modules", "node_modules"));
    return withTwice(async ({ preview }) => {
      const { code, output } = await preview("--policy-pack", installed);
      assert.notEqual(code, 0);
      assert.match(output, WI084);
    });
  });
});
