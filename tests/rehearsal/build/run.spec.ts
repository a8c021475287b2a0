// RUN: Node and npm in the stage's own folder are performed, nothing reaches a shell of this machine, nothing is downloaded.
import { strict as assert } from "node:assert";
import { z } from "zod";
import { BuildYard, type Files, failureOf, imageIn } from "./builds";

const END = 'ENTRYPOINT ["node"]';
const SAY: Files = { "say.js": 'require("node:fs").appendFileSync("said", process.argv.slice(2).join(",") + ";");' };

describe("RUN", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const perform = (command: string, files: Files = {}, more: readonly string[] = []) =>
    yard.lines(["FROM node:24.21.0", "WORKDIR /w", "COPY . ./", ...more, `RUN ${command}`, END], { ...SAY, ...files });
  const scripts = (of: Readonly<Record<string, string>>) => ({ "package.json": JSON.stringify({ scripts: of }) });

  const performed: readonly (readonly [string, Files, string])[] = [
    ["node say.js a 'b c'", {}, "a,b c;"],
    ['["node", "say.js", "$HOME && x"]', {}, "$HOME && x;"],
    ["node ./say.js a && node say.js b", {}, "a;b;"],
    ["npm cache clean --force && node say.js a", {}, "a;"],
    ["npm run say", scripts({ say: "node say.js x" }), "x;"],
    ["npm run say -- --more", scripts({ say: "node say.js x && node say.js y" }), "x;y,--more;"],
    [
      "npm run say",
      scripts({ presay: "node say.js before", say: "npm run other", postsay: "node say.js after", other: "node say.js x" }),
      "before;x;after;",
    ],
    ["npm test", scripts({ test: "node say.js t" }), "t;"],
    ["node --run say", scripts({ say: "node say.js x" }), "x;"],
  ];
  for (const [command, files, said] of performed)
    it(`is performed: ${command}`, async () => {
      const built = await perform(command, files);
      assert.deepEqual(imageIn(built).notPerformed, []);
      assert.equal(built.files["/w/said"], said);
    });

  const hostile: readonly (readonly [string, Files?])[] = [
    ["rm -rf /"],
    ["rm -rf / --no-preserve-root"],
    ["node say.js x; rm -rf /"],
    ["node say.js x && rm -rf /"],
    ["node say.js $(rm -rf /)"],
    ["node say.js `rm -rf /`"],
    ["node say.js > /etc/passwd"],
    ["node say.js | sh"],
    ["node say.js /tmp"],
    ["node say.js --out=/tmp"],
    ["node say.js -o/tmp"],
    ["node say.js ../../x"],
    ["node ../say.js"],
    ["node /bin/x"],
    ["node -e 'process.exit(1)'"],
    ["node --import ./say.js say.js"],
    ["/usr/bin/node say.js"],
    ["NODE_OPTIONS=-x node say.js"],
    ["sh say.js"],
    ["./say.js"],
    ["npm install left-pad"],
    ["npm install -g"],
    ["npm ci --prefix /w"],
    ["npm publish"],
    ["npm exec say"],
    ["npx say"],
    ["say"],
    ["npm run say", { "package.json": JSON.stringify({ scripts: { say: "rm -rf /" } }) }],
    ["npm run say", { "package.json": JSON.stringify({ scripts: { say: "node say.js; rm -rf /" } }) }],
    ["npm run say", { "package.json": JSON.stringify({ scripts: { say: "npm run say" } }) }],
    ["apt-get update && apt-get install -y curl"],
    ['["rm", "-rf", "/"]'],
    ['["sh", "-c", "rm -rf /"]'],
  ];
  for (const [command, files] of hostile)
    it(`is not performed, and said so: ${command}${files === undefined ? "" : ` (${JSON.stringify(files["package.json"])})`}`, async () => {
      const built = await perform(command, files);
      assert.deepEqual(imageIn(built).notPerformed, [`line 4: RUN ${command}`]);
      assert.deepEqual(built.log.slice(3, 5), [`Step 4/5 : RUN ${command}`, " ---> not performed by the rehearsal"]);
      assert.equal(built.files["/w/said"], undefined);
    });

  it("is not performed over several lines of a here-document", async () => {
    const built = await yard.lines(["FROM node:24.21.0", "RUN <<EOF", "rm -rf /", "EOF", END]);
    assert.deepEqual(imageIn(built).notPerformed, ["line 2: RUN <<EOF\nrm -rf /\nEOF"]);
  });

  it("fails as in a registry, with all that the step has printed", async () => {
    const built = await perform("node fail.js", {
      "fail.js": 'console.log("one\\n\\ntwo"); console.error("three"); process.exit(3);',
    });
    assert.equal(
      failureOf(built),
      "The command '/bin/sh -c node fail.js' returned a non-zero code: 3 (Dockerfile line 4: RUN node fail.js)",
    );
    assert.deepEqual(built.log.slice(4), ["one", "two", "three", failureOf(built)]);
  });

  it("says what may be missing when it fails after a step that was not performed", async () => {
    const built = await perform("node fail.js", { "fail.js": "process.exit(1)" }, ["RUN make"]);
    assert.equal(
      failureOf(built),
      "The command '/bin/sh -c node fail.js' returned a non-zero code: 1 (what the rehearsal has not performed may be missing: RUN make) (Dockerfile line 5: RUN node fail.js)",
    );
  });

  it("fails for a script that is not there", async () => {
    assert.equal(
      failureOf(await perform("npm run toString", scripts({}))),
      'npm error Missing script: "toString" (Dockerfile line 4: RUN npm run toString)',
    );
    assert.equal(
      failureOf(await perform("npm run x")),
      "npm error: no readable package.json in the step's folder (Dockerfile line 4: RUN npm run x)",
    );
  });

  it("refuses options of BuildKit where a registry builds, and takes them with BuildKit", async () => {
    const lines = ["FROM node:24.21.0", "RUN --mount=type=cache,target=/x npm cache verify", END];
    assert.equal(
      failureOf(await yard.lines(lines)),
      `the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled (Dockerfile line 2: ${lines[1]})`,
    );
    assert.deepEqual(imageIn(await yard.lines(lines, {}, { buildKit: true })).notPerformed, []);
  });

  it("sees the image's variables and build arguments, an empty home, Node alone on its PATH, and nothing of this machine", async () => {
    process.env.REHEARSAL_TEST_CANARY = "seen";
    const print =
      'const { readdirSync, writeFileSync } = require("node:fs"); writeFileSync("env", JSON.stringify({ ...process.env, home: readdirSync(process.env.HOME) }));';
    const lines = [
      "FROM node:24.21.0",
      "ARG GIVEN",
      "ARG FREE=default",
      "ARG UNSET",
      "ENV FREE=env HOME=/root PATH=/opt LD=x",
      "WORKDIR /w",
      "COPY env.js ./",
      "RUN node env.js",
      END,
    ];
    const built = await yard.lines(
      lines,
      { "env.js": print },
      { arguments: { GIVEN: "given", FREE: "argument", OTHER: "unused" } },
    );
    delete process.env.REHEARSAL_TEST_CANARY;
    const {
      PATH = "",
      HOME = "",
      TMPDIR = "",
      ...rest
    } = z.record(z.string(), z.unknown()).parse(JSON.parse(built.files["/w/env"] ?? ""));
    assert.deepEqual(rest, { GIVEN: "given", FREE: "env", LD: "x", home: [] });
    for (const path of [...String(PATH).split(":"), HOME, TMPDIR])
      assert.ok(String(path).startsWith(yard.directory), String(path));
  });
});
