// Where a program begins: as Pulumi's own language host finds it.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { isModule, programEntry } from "../../../rehearsal/program/entry";
import { UsageError } from "../../../rehearsal/usageError";
import { temporaryFolders } from "../../support/folders";

describe("the entry of a program", () => {
  const folder = temporaryFolders();

  it("is index.ts of the project's folder where nothing else is said", () => {
    const project = folder({ "index.ts": "" });
    assert.deepEqual(programEntry(project, undefined), { directory: project, main: "index.ts" });
  });

  it("is what package.json names: exports before main", () => {
    const files = { "a.ts": "", "b.js": "", "index.ts": "" };
    const byMain = folder({ ...files, "package.json": '{"main": "a.ts"}' });
    assert.equal(programEntry(byMain, undefined).main, "a.ts");
    const byExports = folder({ ...files, "package.json": '{"main": "a.ts", "exports": {".": {"import": "./b.js"}}}' });
    assert.equal(programEntry(byExports, undefined).main, "b.js");
  });

  it("is the folder's index where package.json names what no build has written yet", () => {
    const project = folder({ "index.ts": "", "package.json": '{"main": "bin/index.js"}' });
    assert.equal(programEntry(project, undefined).main, "index.ts");
  });

  it("is in the folder that main names, which is then where the program runs", () => {
    const project = folder({ "infra/index.ts": "", "infra/other.ts": "" });
    assert.deepEqual(programEntry(project, "infra/"), { directory: join(project, "infra"), main: "index.ts" });
    assert.deepEqual(programEntry(project, "infra/other.ts"), { directory: join(project, "infra"), main: "other.ts" });
    assert.deepEqual(programEntry(project, "infra/other"), { directory: join(project, "infra"), main: "other.ts" });
  });

  it("is refused where there is none, with what was looked for", () => {
    const project = folder({ "Pulumi.yaml": "" });
    assert.throws(() => programEntry(project, "nothing/here.ts"), {
      message: `main in ${join(project, "Pulumi.yaml")} is "nothing/here.ts", and there is no such program`,
    });
    assert.throws(
      () => programEntry(project, undefined),
      (error) => error instanceof UsageError && error.message.startsWith(`${project} has no program`),
    );
  });

  it("is refused where package.json is not JSON", () => {
    const project = folder({ "index.ts": "", "package.json": "{" });
    assert.throws(() => programEntry(project, undefined), { name: "UsageError", message: /package\.json is not JSON/ });
  });

  it("is an ES module by its extension, else by the nearest package.json", () => {
    const project = folder({ "package.json": '{"type": "module"}', "deep/index.ts": "", "old/package.json": "{}" });
    assert.equal(isModule(join(project, "deep", "index.ts")), true);
    assert.equal(isModule(join(project, "deep", "index.cts")), false);
    assert.equal(isModule(join(project, "old", "index.ts")), false);
    assert.equal(isModule(join(project, "old", "index.mts")), true);
  });
});
