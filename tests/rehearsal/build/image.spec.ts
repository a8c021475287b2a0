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

  const appOption = "and the rehearsal starts only node by itself: give the command with --app";
  const problems: readonly (readonly [readonly string[], string])[] = [
    [['CMD ["python", "app.py"]'], `the image starts ["python","app.py"], ${appOption}`],
    [['ENTRYPOINT ["java"]', 'CMD ["-jar", "x.jar"]'], `the image starts ["java"] ["-jar","x.jar"], ${appOption}`],
    [["CMD node server.js | tee log"], `the image starts node server.js | tee log, ${appOption}`],
    [["CMD rm -rf /"], `the image starts rm -rf /, ${appOption}`],
    [['CMD ["./node"]'], `the image starts ["./node"], ${appOption}`],
    [['CMD ["npm", "start"]'], `the image starts ["npm","start"], ${appOption}`],
    [[], "the image's Dockerfile has neither ENTRYPOINT nor CMD: give the command with --app"],
    [["CMD []"], "the image's Dockerfile has neither ENTRYPOINT nor CMD: give the command with --app"],
    [
      ["RUN make", 'CMD ["node", "/app/made.js"]'],
      "the image starts /app/made.js, which comes from a step that the rehearsal does not perform: give the command with --app\n  line 4: RUN make",
    ],
  ];
  for (const [lines, problem] of problems)
    it(`says why it cannot start ${lines.join(" and ") || "nothing"}`, async () => {
      assert.deepEqual((await image(...lines)).runnable, { problem });
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

  const users: readonly (readonly [readonly string[], string | undefined, object | undefined])[] = [
    [["FROM scratch", "USER 65532:65532"], "65532:65532", undefined],
    [["FROM scratch", "ARG ID=7", "USER $ID"], "7", undefined],
    [["FROM scratch", "USER node"], "node", { line: 2, actual: "USER node" }],
    [["FROM scratch", "USER 7", "USER node:7"], "node:7", { line: 3, actual: "USER node:7" }],
    [["FROM scratch", "USER 0"], "0", { line: 2, actual: "USER 0" }],
    [["FROM scratch"], undefined, { line: 0, actual: "no USER" }],
    [["FROM scratch AS a", "USER 7", "FROM scratch"], undefined, { line: 0, actual: "no USER" }],
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
