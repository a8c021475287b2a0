// The policy pack as a package: what lies in it stands for itself.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../support/program";

describe("the packed policy", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "policy-"));
    execFileSync(process.execPath, [join(ROOT, "policy", "build.mjs"), folder]);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is one file, its manifests, the licence and the page about it", () =>
    assert.deepEqual(readdirSync(folder).sort(), ["LICENSE", "PulumiPolicy.yaml", "README.md", "index.js", "package.json"]));

  it("has no link in its page to what lies outside of it", () => {
    const page = readFileSync(join(folder, "README.md"), "utf8");
    assert.deepEqual(page.match(/\]\((?!https?:)[^)]*\)/g) ?? [], []);
    assert.match(page, /The rules of the catalogue that need only/);
  });
});
