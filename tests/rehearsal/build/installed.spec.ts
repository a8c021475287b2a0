// RUN npm ci: nothing is downloaded, the packages that are installed in the project are linked.
import { strict as assert } from "node:assert";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { BuildYard, type Files, failureOf, imageIn } from "./builds";

const END = 'ENTRYPOINT ["node"]';

describe("RUN npm ci", () => {
  let yard: BuildYard;
  const LOCK = JSON.stringify({ packages: { "": {}, "node_modules/kept": {} } });
  const FILES: Files = {
    "package-lock.json": LOCK,
    "use.js": 'require("kept"); require("node:fs").writeFileSync("used", require("kept"));',
  };
  const LINES = ["FROM node:24.21.0", "WORKDIR /w", "COPY . ./", "RUN npm ci --omit=dev && node use.js", END];

  beforeEach(() => {
    yard = new BuildYard();
    yard.inProject("a/package-lock.json", "{}");
    yard.inProject("services/b/package-lock.json", LOCK);
  });
  afterEach(() => yard.remove());

  const installed = () => yard.inProject("services/b/node_modules/kept/index.js", 'module.exports = "kept";');

  it("links what is installed in the project's folder with the same lock file", async () => {
    installed();
    const built = await yard.lines(LINES, FILES);
    imageIn(built);
    assert.equal(built.files["/w/used"], "kept");
    assert.deepEqual(built.log.slice(4, 5), [`nothing downloaded: linked to ${join(yard.project, "services/b/node_modules")}`]);
  });

  it("replaces what was copied there, as npm ci does", async () => {
    installed();
    const built = await yard.lines(LINES, { ...FILES, "node_modules/kept/index.js": 'module.exports = "copied";' });
    assert.equal(built.files["/w/used"], "kept");
  });

  it("runs programs of the packages, in npx and in scripts", async () => {
    installed();
    yard.inProject(
      "services/b/node_modules/tool/cli.js",
      '#!/usr/bin/env node\nrequire("node:fs").appendFileSync("tool", process.argv.slice(2).join());',
    );
    chmodSync(join(yard.project, "services/b/node_modules/tool/cli.js"), 0o755);
    mkdirSync(join(yard.project, "services/b/node_modules/.bin"));
    symlinkSync("../tool/cli.js", join(yard.project, "services/b/node_modules/.bin/tool"));
    const lines = [...LINES.slice(0, 3), "RUN npm ci && npx tool a && npm run t", END];
    const built = await yard.lines(lines, { ...FILES, "package.json": JSON.stringify({ scripts: { t: "tool b" } }) });
    assert.deepEqual(imageIn(built).notPerformed, []);
    assert.equal(built.files["/w/tool"], "ab");
  });

  const failure = (why: string) => `${why} (Dockerfile line 4: RUN npm ci --omit=dev && node use.js)`;

  it("fails where nothing is installed, and says where to install", async () => {
    assert.equal(
      failureOf(await yard.lines(LINES, FILES)),
      failure(
        `packages are not installed in ${join(yard.project, "services/b")}: run npm ci --prefix ${join(yard.project, "services/b")} first (the rehearsal downloads nothing)`,
      ),
    );
  });

  it("fails where no folder has the lock file, be it off by a byte, in node_modules, hidden or too deep", async () => {
    rmSync(join(yard.project, "services"), { recursive: true });
    for (const folder of ["x/node_modules/y", ".hidden", "1/2/3/4/5"]) yard.inProject(`${folder}/package-lock.json`, LOCK);
    yard.inProject("z/package-lock.json", LOCK.replace("kept", "keps"));
    assert.equal(
      failureOf(await yard.lines(LINES, FILES)),
      failure(
        `the rehearsal downloads nothing: "npm ci --omit=dev" links packages that are installed, and no folder of ${yard.project} has this package-lock.json`,
      ),
    );
  });

  it("says to stand alone where the rest of its step is not performed, and only then", async () => {
    installed();
    const unperformed = async (step: string) =>
      imageIn(await yard.lines([...LINES.slice(0, 3), step, END], FILES)).notPerformed.map((text) => text.slice(step.length + 8));
    const advice = ": put npm ci --omit=dev into a RUN of its own, and the rehearsal performs that";
    assert.deepEqual(await unperformed("RUN apk add make && npm ci --omit=dev"), [advice]);
    assert.deepEqual(await unperformed("RUN npm ci --omit=dev; rm -rf /x"), [advice]);
    for (const step of ["RUN npm ci | cat", "RUN apk add make && npm install left-pad", "RUN apk add make"])
      assert.deepEqual(await unperformed(step), [""]);
  });

  it("needs a lock file where there is something to install", async () => {
    const lines = ["FROM node:24.21.0", "COPY . /", "RUN npm install", END];
    const manifest = (dependencies: object) => ({ "package.json": JSON.stringify({ dependencies }) });
    imageIn(await yard.lines(lines, manifest({})));
    assert.equal(
      failureOf(await yard.lines(lines, manifest({ kept: "1.0.0" }))),
      '"npm install" needs a package-lock.json beside package.json, which says what is installed: copy it into the image, too (Dockerfile line 3: RUN npm install)',
    );
    assert.equal(
      failureOf(await yard.lines(lines)),
      '"npm install" finds no package.json in its folder (Dockerfile line 3: RUN npm install)',
    );
  });

  it("leaves the project's folders as they are", async () => {
    installed();
    imageIn(await yard.lines(LINES, FILES));
    assert.equal(readFileSync(join(yard.project, "services/b/node_modules/kept/index.js"), "utf8"), 'module.exports = "kept";');
    assert.equal(existsSync(join(yard.project, "services/b/used")), false);
  });
});
