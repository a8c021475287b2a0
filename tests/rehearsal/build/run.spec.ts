// RUN: Node and npm in the stage's own folder are performed, nothing reaches a shell of this machine, nothing is downloaded.
import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer, Socket } from "node:net";
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
    const built = await yard.lines(["FROM node:24.21.0", "RUN <<EOF", "rm -rf /", "EOF", END], {}, { buildKit: true });
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
      `the --mount option requires BuildKit. A registry builds without BuildKit: remove --mount (it only caches; a secret or another folder needs another way), or set imageBuilder to docker (Dockerfile line 2: ${lines[1]})`,
    );
    assert.deepEqual(imageIn(await yard.lines(lines, {}, { buildKit: true })).notPerformed, []);
  });

  it("is not performed with a mount that holds more than a cache", async () => {
    const lines = ["FROM node:24.21.0", "RUN --mount=type=bind,target=/x --mount=type=cache,target=/y npm cache verify", END];
    assert.deepEqual(imageIn(await yard.lines(lines, {}, { buildKit: true })).notPerformed, [`line 2: ${lines[1]}`]);
  });

  it("loads nothing of this machine by the image's variables, and says what it leaves out", async () => {
    yard.inProject("host.js", 'require("node:fs").writeFileSync("stolen", "");');
    const host = `${yard.project}/host.js`;
    for (const variable of [
      `NODE_OPTIONS=--require=${host}`,
      `NODE_OPTIONS="-r ../../../../project/host.js"`,
      `NODE_PATH=${host}`,
    ]) {
      const built = await perform("node say.js a", {}, [`ENV ${variable}`]);
      assert.equal(built.files["/w/stolen"], undefined);
      assert.equal(built.files["/w/said"], "a;");
      const [name] = variable.split("=");
      assert.ok(built.log.includes(`${name} is left out of this step: its value would lead to files of this machine`), name);
    }
    const print = { "say.js": 'require("node:fs").writeFileSync("said", process.env.NODE_OPTIONS + process.env.NODE_ENV)' };
    const kept = await perform("node say.js", print, ["ENV NODE_OPTIONS=--max-old-space-size=99 NODE_ENV=/etc"]);
    assert.equal(kept.files["/w/said"], "--max-old-space-size=99/etc");
  });

  it("performs scripts that start each other eight deep, and no deeper", async () => {
    const chain = (length: number) =>
      scripts(
        Object.fromEntries(
          Array.from({ length }, (_, index) => [
            `s${index + 1}`,
            index + 1 === length ? "node say.js x" : `npm run s${index + 2}`,
          ]),
        ),
      );
    assert.equal((await perform("npm run s1", chain(8))).files["/w/said"], "x;");
    assert.deepEqual(imageIn(await perform("npm run s1", chain(9))).notPerformed, ["line 4: RUN npm run s1"]);
  });

  it("ends what a step has left running in the background", async () => {
    const child =
      'const socket = require("node:net").connect(Number(process.env.PORT), "127.0.0.1", () => process.send("up")); socket.on("close", () => process.exit());';
    const parent =
      'const child = require("node:child_process").fork("./child.js", { stdio: ["ignore", "ignore", "ignore", "ipc"] }); child.once("message", () => process.exit());';
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const gone = once(server, "connection").then(([socket]) =>
      once(
        z
          .instanceof(Socket)
          .parse(socket)
          .resume()
          .on("error", () => {}),
        "close",
      ),
    );
    const { port } = z.object({ port: z.number() }).parse(server.address());
    imageIn(await perform("node parent.js", { "child.js": child, "parent.js": parent }, [`ENV PORT=${port}`]));
    await gone;
    server.close();
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
