// What a build ends with: the command that stands for the image, its warnings and its digest.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { BuiltImage } from "../../../rehearsal/build/types";
import { BuildYard, type Files, failureOf, imageIn } from "./builds";

describe("the image of a build", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const FILES: Files = { "server.js": "", "config.json": "{}" };
  const image = async (...lines: readonly string[]): Promise<BuiltImage> =>
    imageIn(await yard.lines(["FROM scratch", "WORKDIR /app", "COPY . ./", ...lines], FILES));
  const argsOf = ({ runnable }: BuiltImage) => {
    assert.ok("args" in runnable, JSON.stringify(runnable));
    assert.equal(runnable.file, process.execPath);
    return runnable.args.map((text) => text.replace(/^.*\/stage-\d+/, "<stage>"));
  };

  const started: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['ENTRYPOINT ["/usr/local/bin/node", "/app/server.js"]'], ["<stage>/app/server.js"]],
    [
      ['ENTRYPOINT ["node"]', 'CMD ["server.js", "/not/there", "/app/config.json"]'],
      ["server.js", "/not/there", "<stage>/app/config.json"],
    ],
    [['CMD ["node", "--enable-source-maps", "server.js"]'], ["--enable-source-maps", "server.js"]],
    [["CMD node server.js 'a b'"], ["server.js", "a b"]],
    [['CMD ["dumb-init", "--", "node", "server.js"]'], ["server.js"]],
    [['ENTRYPOINT ["/sbin/tini", "-g", "-e", "143", "--"]', 'CMD ["node", "server.js"]'], ["server.js"]],
    [['ENTRYPOINT ["/usr/bin/dumb-init"]', "CMD node server.js"], ["server.js"]],
    [['CMD ["sh", "-c", "exec tini -s node server.js"]'], ["server.js"]],
    [["CMD exec node server.js"], ["server.js"]],
    [["ENV MAIN=server.js", "ENTRYPOINT node $MAIN", 'CMD ["ignored"]'], ["server.js"]],
    [['CMD ["node", "a"]', 'CMD ["node", "b"]'], ["b"]],
    [
      ['CMD ["b"]', 'ENTRYPOINT ["node", "a"]'],
      ["a", "b"],
    ],
    [
      ['ENTRYPOINT ["node"]', "CMD server.js"],
      ["/bin/sh", "-c", "server.js"],
    ],
  ];
  for (const [lines, args] of started)
    it(`starts Node for ${lines.join(" and ")}`, async () => assert.deepEqual(argsOf(await image(...lines)), args));

  const INSTEAD = 'Write CMD ["node", "…"]; --app replaces the containers of all workloads';
  const appOption = `(Dockerfile line 4), and the rehearsal starts only node by itself. ${INSTEAD}`;
  const problems: readonly (readonly [readonly string[], string])[] = [
    [['CMD ["python", "app.py"]'], `the image starts ["python","app.py"] ${appOption}`],
    [
      ['ENTRYPOINT ["java"]', 'CMD ["-jar", "x.jar"]'],
      `the image starts ["java"] ["-jar","x.jar"] ${appOption.replace("4", "5")}`,
    ],
    [["CMD node server.js | tee log"], `the image starts node server.js | tee log ${appOption}`],
    [["CMD rm -rf /"], `the image starts rm -rf / ${appOption}`],
    [['CMD ["./node"]'], `the image starts ["./node"] ${appOption}`],
    [['CMD ["npm", "start"]'], `the image starts ["npm","start"] ${appOption}`],
    [[], `the image's Dockerfile has neither ENTRYPOINT nor CMD. ${INSTEAD}`],
    [["CMD []"], `the image's Dockerfile has neither ENTRYPOINT nor CMD. ${INSTEAD}`],
    [
      ["RUN make", 'CMD ["node", "/app/made.js"]'],
      "the image starts /app/made.js, which comes from a step that the rehearsal does not perform; --app replaces the containers of all workloads\n  line 4: RUN make",
    ],
  ];
  for (const [lines, problem] of problems)
    it(`says why it cannot start ${lines.join(" and ") || "nothing"}`, async () => {
      assert.deepEqual((await image(...lines)).runnable, { problem });
    });

  const npm: readonly (readonly [string, object, readonly string[] | undefined])[] = [
    ["CMD npm start", { start: "node /app/server.js" }, ["<stage>/app/server.js"]],
    ['CMD ["npm", "start"]', { start: "node --enable-source-maps server.js" }, ["--enable-source-maps", "server.js"]],
    [
      'CMD ["npm", "run", "x", "--", "--port", "1"]',
      { x: "npm run y -- a", y: "tini -- node server.js" },
      ["server.js", "a", "--port", "1"],
    ],
    ['CMD ["dumb-init", "npm", "start"]', { start: "node server.js" }, ["server.js"]],
    ['CMD ["node", "--run", "x"]', { x: "node server.js" }, ["server.js"]],
    ['CMD ["npm", "start"]', { start: "node server.js | tee log" }, undefined],
    ['CMD ["npm", "start"]', { start: "node a && node server.js" }, undefined],
    ['CMD ["npm", "start"]', { start: "node server.js", prestart: "node a" }, undefined],
    ['CMD ["npm", "start"]', { start: "npm start" }, undefined],
    ['CMD ["npm", "start"]', { start: "tsx server.ts" }, undefined],
    ['CMD ["npm", "run", "other"]', { start: "node server.js" }, undefined],
  ];
  for (const [command, scripts, args] of npm)
    it(`${args === undefined ? "starts nothing" : "starts Node"} for ${command} with ${JSON.stringify(scripts)}`, async () => {
      const lines = ["FROM scratch", "WORKDIR /app", "COPY . ./", command];
      const built = imageIn(await yard.lines(lines, { ...FILES, "package.json": JSON.stringify({ scripts }) }));
      if (args !== undefined) assert.deepEqual(argsOf(built), args);
      else
        assert.deepEqual(built.runnable, { problem: `the image starts ${command.slice(4).replaceAll(", ", ",")} ${appOption}` });
    });

  it("starts Node by the ENTRYPOINT of a base image that is Node's, until the Dockerfile has one", async () => {
    const of = async (...lines: readonly string[]) =>
      imageIn(await yard.lines(["FROM gcr.io/distroless/nodejs24-debian12:nonroot", "WORKDIR /app", ...lines], FILES));
    assert.deepEqual(argsOf(await of('CMD ["server.js"]')), ["server.js"]);
    assert.deepEqual(argsOf(await of("ENTRYPOINT []", 'CMD ["/nodejs/bin/node", "server.js"]')), ["server.js"]);
  });

  it("names the line of a command that an earlier stage has set", async () => {
    const { runnable } = imageIn(await yard.lines(["FROM scratch AS a", 'CMD ["python"]', "FROM a", "USER 1"]));
    assert.deepEqual(runnable, { problem: `the image starts ["python"] ${appOption.replace("4", "2")}` });
  });

  it("loses an inherited CMD by an ENTRYPOINT of its own", async () => {
    const lines = ["FROM scratch AS a", 'CMD ["inherited"]', "FROM a", 'ENTRYPOINT ["node", "own"]'];
    assert.deepEqual(argsOf(imageIn(await yard.lines(lines))), ["own"]);
  });

  it("finds a file without its ending after a step that was not performed", async () => {
    assert.deepEqual(argsOf(await image("RUN make", 'CMD ["node", "server"]')), ["server"]);
  });

  it("starts in its working directory, with its variables, and with its own files where they are here", async () => {
    const { runnable } = await image("ENV CONFIG=/app/config.json OTHER=/etc/passwd", 'CMD ["node"]');
    assert.ok("directory" in runnable);
    assert.ok(runnable.directory.startsWith(yard.directory));
    assert.deepEqual(runnable.environment, { CONFIG: join(runnable.directory, "config.json"), OTHER: "/etc/passwd" });
  });

  const bases: readonly (readonly [string, boolean])[] = [
    ["node", true],
    ["node:latest", true],
    ["node:24", true],
    ["node:24.21-slim", true],
    ["ubuntu:24.04", true],
    ["localhost:5000/node", true],
    ["node:bookworm-20260101", true],
    ["node:24.21.0", false],
    ["localhost:5000/node:24.21.0-bookworm-slim", false],
    ["golang:v1.2.3", false],
    [`node@sha256:${"a".repeat(64)}`, false],
    [`node:latest@sha256:${"a".repeat(64)}`, false],
    ["scratch", false],
  ];
  for (const [base, floats] of bases)
    it(`${floats ? "warns of" : "accepts"} the base ${base}`, async () => {
      const { warnings } = imageIn(await yard.lines([`FROM ${base}`, "USER 1", 'CMD ["node"]']));
      assert.deepEqual(warnings, floats ? [{ kind: "floatingBase", line: 1, actual: base }] : []);
    });

  it("warns once of a base that floats in several stages or by an argument, not of earlier stages", async () => {
    const lines = ["ARG TAG=24", "FROM node:$TAG AS a", "FROM node:24 AS b", "FROM a", "USER 1", 'CMD ["node"]'];
    assert.deepEqual(imageIn(await yard.lines(lines)).warnings, [{ kind: "floatingBase", line: 2, actual: "node:24" }]);
    assert.deepEqual(imageIn(await yard.lines(lines, {}, { arguments: { TAG: "24.21.0" } })).warnings, [
      { kind: "floatingBase", line: 3, actual: "node:24" },
    ]);
  });

  it("warns of an image that floats in COPY --from, and of what may be a misspelt stage", async () => {
    const of = async (...lines: readonly string[]) => imageIn(await yard.lines([...lines, "USER 1", 'CMD ["node"]'])).warnings;
    const floats = (line: number, actual: string) => [{ kind: "floatingBase", line, actual }];
    assert.deepEqual(await of("FROM scratch", "COPY --from=x:latest /a /"), floats(2, "x:latest"));
    assert.deepEqual(await of("FROM scratch", "COPY --from=x:1.2.3 /a /"), []);
    assert.deepEqual(await of("FROM scratch", "COPY --from=x /a /"), floats(2, "x"));
    const taken = "is no stage of this Dockerfile (stages: build), so it is taken for an image without a tag";
    assert.deepEqual(await of("FROM scratch AS build", "FROM buildd"), floats(2, `buildd ${taken}`));
    assert.deepEqual(await of("FROM scratch AS build", "FROM scratch", "COPY --from=biuld /a /"), floats(3, `biuld ${taken}`));
  });

  const users: readonly (readonly [readonly string[], string | undefined, object | undefined])[] = [
    [["FROM scratch", "USER 65532:65532"], "65532:65532", undefined],
    [["FROM scratch", "ARG ID=7", "USER $ID"], "7", undefined],
    [["FROM scratch", "USER node"], "node", { line: 2, actual: "USER node" }],
    [["FROM scratch", "USER 7", "USER node:7"], "node:7", { line: 3, actual: "USER node:7" }],
    [["FROM scratch", "USER 0"], "0", { line: 2, actual: "USER 0" }],
    [["FROM scratch"], undefined, { line: 0, actual: "no USER" }],
    [["FROM scratch AS a", "USER 7", "FROM scratch"], undefined, { line: 0, actual: "no USER" }],
    [["FROM scratch AS a", "USER node", "FROM scratch", "LABEL a=b"], undefined, { line: 0, actual: "no USER" }],
    [["FROM scratch AS a", "USER node", "FROM scratch", "FROM a"], "node", { line: 2, actual: "USER node" }],
    [["FROM node:24.21.0"], undefined, { line: 0, actual: "no USER: whichever node:24.21.0 has" }],
  ];
  for (const [lines, user, warning] of users)
    it(`${warning === undefined ? "accepts" : "warns of"} the user of ${lines.join(", ")}`, async () => {
      const built = imageIn(await yard.lines([...lines, 'CMD ["node"]']));
      assert.equal(built.user, user);
      assert.deepEqual(built.warnings, warning === undefined ? [] : [{ kind: "userNotNumeric", ...warning }]);
    });

  it("has the same digest for the same upload, and another one for anything else", async () => {
    const lines = ["FROM scratch", 'CMD ["node"]'];
    const digest = async (files: Files, more: object = {}) => {
      const { outcome } = await yard.build({ Dockerfile: lines.join("\n"), other: lines.join("\n"), ...files }, more);
      return "digest" in outcome ? outcome.digest : failureOf({ outcome, log: [], files: {} });
    };
    const first = await digest({});
    assert.match(first, /^sha256:[0-9a-f]{64}$/);
    assert.equal(await digest({}), first);
    const given = await digest({}, { arguments: { A: "1", B: "2" } });
    assert.equal(await digest({}, { arguments: { B: "2", A: "1" } }), given);
    const others = [await digest({ a: "" }), await digest({ a: "b" }), await digest({}, { dockerfile: "other" }), given];
    assert.equal(new Set([first, ...others]).size, 5);
  });
});
