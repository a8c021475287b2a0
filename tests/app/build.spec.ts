import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../support/program";
import { APP, buildApp } from "./appProcess";

const DIST = join(APP, "dist");
const FILES: readonly string[] = ["THIRD-PARTY-NOTICES.txt", "blobStorage.js", "roleList.js", "server.cdx.json", "server.js"];
/** What an image adds to its base layer, at most. */
const ADDED_LIMIT_BYTES = 10_000_000;

const run = promisify(execFile);
const contents = (dist: string) => FILES.map((name) => readFileSync(join(dist, name), "utf8"));

describe("The application's build", () => {
  it("gives the same bytes in every run and from every folder, and says nothing", async () => {
    buildApp();
    const first = contents(DIST);
    const builds = await Promise.all(
      [ROOT, APP].map((cwd) => run(process.execPath, [join(APP, "build.mjs")], { cwd, env: { PATH: "" } })),
    );
    deepStrictEqual(
      builds.map(({ stdout, stderr }) => stdout + stderr),
      ["", ""],
    );
    deepStrictEqual(contents(DIST), first);
  });

  it("gives the same bytes in a copy of the folder whose node_modules is a link", async () => {
    buildApp();
    const copy = mkdtempSync(join(realpathSync(tmpdir()), "app-"));
    try {
      const ignored = ["dist", "node_modules"].map((name) => join(APP, name));
      cpSync(APP, copy, { recursive: true, filter: (source) => !ignored.includes(source) });
      symlinkSync(join(APP, "node_modules"), join(copy, "node_modules"));
      await run(process.execPath, [join(copy, "build.mjs")], { cwd: ROOT, env: { PATH: "" } });
      deepStrictEqual(contents(join(copy, "dist")), contents(DIST));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it("leaves readable files, what they are made of and the licences, no temporary ones", () => {
    buildApp();
    deepStrictEqual(readdirSync(DIST).sort(), FILES);
    match(readFileSync(join(DIST, "server.js"), "utf8"), /^class KeyVaultSource|^var KeyVaultSource|KeyVaultSource = class/m);
  });

  it("keeps Storage's and Resource Manager's SDKs out of the file that every pod loads", () => {
    buildApp();
    const size = (name: string) => statSync(join(DIST, name)).size;
    const server = readFileSync(join(DIST, "server.js"), "utf8");
    strictEqual(/azure\/(storage-blob|arm-authorization)/.test(server), false);
    ok(size("server.js") < 1_400_000, `${size("server.js")} bytes`);
  });

  it("adds less than 10 MB to an image", () => {
    buildApp();
    const bytes = FILES.reduce((sum, name) => sum + statSync(join(DIST, name)).size, 0);
    ok(bytes < ADDED_LIMIT_BYTES, `${bytes} bytes`);
  });

  it("holds nothing of this machine", () => {
    buildApp();
    strictEqual(contents(DIST).join("").includes(ROOT), false);
  });
});
