// Stages and their variables, and what of a Dockerfile a builder refuses.
import { strict as assert } from "node:assert";
import { BuildYard, failureOf, imageIn } from "./builds";

const END = 'ENTRYPOINT ["node"]';

describe("a build of several stages", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const environmentOf = async (lines: readonly string[], given: Readonly<Record<string, string>> = {}) => {
    const { runnable } = imageIn(await yard.lines([...lines, END], {}, { arguments: given }));
    assert.ok("file" in runnable, JSON.stringify(runnable));
    return runnable.environment;
  };

  it("has a log like docker build's", async () => {
    const built = await yard.lines(["# comment", "ARG TAG=24.21.0", `from node:\${TAG}`, "", "ENV A=b \\", "  C=d", END]);
    assert.ok("digest" in built.outcome);
    assert.deepEqual(built.log, [
      "Step 1/4 : ARG TAG=24.21.0",
      `Step 2/4 : from node:\${TAG}`,
      "Step 3/4 : ENV A=b C=d",
      `Step 4/4 : ${END}`,
      `Successfully built ${built.outcome.digest.slice(7, 19)}`,
    ]);
  });

  it("gives ARG its default, its value before FROM, or the value that was given, where the stage declares it", async () => {
    const lines = ["ARG A=a", "ARG B=b", "FROM scratch", "ARG A", "ARG C=c", "ARG D", "ENV V=$A-$B-$C-$D"];
    assert.deepEqual(await environmentOf(lines), { V: "a--c-" });
    assert.deepEqual(await environmentOf(lines, { A: "1", B: "2", C: "3", D: "4" }), { V: "1--3-4" });
  });

  it("forgets ARG with its stage, and never takes one from JavaScript's objects", async () => {
    const lines = ["FROM scratch", "ARG A=a", "FROM scratch", "ARG constructor", "ENV V=$A$constructor"];
    assert.deepEqual(await environmentOf(lines), { V: "" });
  });

  it("reads ENV in both of its forms, with the values of before the line", async () => {
    const lines = ["FROM scratch", "ENV A=1 B='two words'", "ENV A=2 C=$A", "ENV D the  rest $B"];
    assert.deepEqual(await environmentOf(lines), { A: "2", B: "two words", C: "1", D: "the  rest two words" });
  });

  it("goes on from an earlier stage with its files, variables, user, folder and command, and leaves that one alone", async () => {
    const lines = [
      ...["FROM scratch AS one", "WORKDIR /w", "COPY a b/", "ENV A=1", "USER 7", 'CMD ["node", "/w/b/a"]'],
      ...["FROM one AS two", "COPY a c/", "FROM one"],
    ];
    const built = await yard.lines(lines, { a: "A" });
    const { runnable, user } = imageIn(built);
    assert.ok("file" in runnable);
    assert.deepEqual(built.files, { "/w/b/a": "A" });
    assert.deepEqual([user, runnable.environment, runnable.directory.endsWith("/stage-2/w")], ["7", { A: "1" }, true]);
    assert.equal(runnable.args[0]?.endsWith("/stage-2/w/b/a"), true);
  });

  it("knows the platform's arguments only where BuildKit builds", async () => {
    const lines = ["FROM scratch", "ARG TARGETARCH", "ENV V=$TARGETARCH", END];
    for (const [buildKit, V] of [
      [true, "amd64"],
      [false, ""],
    ] as const) {
      const { runnable } = imageIn(await yard.lines(lines, {}, { buildKit }));
      assert.deepEqual("environment" in runnable && runnable.environment, { V });
    }
  });

  it("does nothing for what changes nothing here, and does not perform ONBUILD", async () => {
    const lines = [
      ...[
        "FROM scratch",
        "EXPOSE 80",
        "LABEL a=b",
        "MAINTAINER me",
        'SHELL ["/bin/bash"]',
        "HEALTHCHECK NONE",
        "VOLUME /v",
        "STOPSIGNAL 9",
      ],
      ...["ONBUILD RUN rm -rf /", END],
    ];
    assert.deepEqual(imageIn(await yard.lines(lines)).notPerformed, ["line 9: ONBUILD RUN rm -rf /"]);
  });

  const HERE =
    "the here-document requires BuildKit. A registry builds without BuildKit: put its lines into a file of the folder and COPY it, or set imageBuilder to docker";
  const refused: readonly (readonly [readonly string[], string])[] = [
    [[""], "the Dockerfile cannot be empty"],
    [["# nothing"], "the Dockerfile cannot be empty"],
    [["ARG A=1"], "no build stage in current context"],
    [["RUN x", "FROM scratch"], "no build stage in current context (Dockerfile line 1: RUN x)"],
    [["FROM scratch", "COPPY a b"], "dockerfile parse error on line 2: unknown instruction: COPPY"],
    [["FROM scratch", "WORKDIR"], "dockerfile parse error on line 2: WORKDIR requires at least one argument"],
    [["FROM scratch", "ENV FOO"], "ENV must have two arguments (Dockerfile line 2: ENV FOO)"],
    [
      ["FROM scratch", "ENV A=1 B"],
      'Syntax error - can\'t find = in "B". Must be of the form: name=value (Dockerfile line 2: ENV A=1 B)',
    ],
    [["FROM scratch", "LABEL foo"], "LABEL must have two arguments (Dockerfile line 2: LABEL foo)"],
    [["FROM scratch", "EXPOSE 80 abc"], "invalid containerPort: abc (Dockerfile line 2: EXPOSE 80 abc)"],
    [["FROM scratch AS a", "FROM scratch AS A"], "a stage name already used (Dockerfile line 2: FROM scratch AS A)"],
    [
      ["FROM scratch AS a", "COPY --from=a x y"],
      "invalid from flag value a: refers to current build stage (Dockerfile line 2: COPY --from=a x y)",
    ],
    [
      ["FROM scratch", "COPY --from=0 x y"],
      "invalid from flag value 0: refers to current build stage (Dockerfile line 2: COPY --from=0 x y)",
    ],
    [
      ["FROM scratch", "COPY --from=1 x y"],
      "invalid from flag value 1: index out of bounds (Dockerfile line 2: COPY --from=1 x y)",
    ],
    [["FROM scratch", "COPY --from=a:/b x y"], 'invalid reference format: "a:/b" (Dockerfile line 2: COPY --from=a:/b x y)'],
    [
      ["FROM scratch AS 1x"],
      'invalid name for build stage: "1x", name can\'t start with a number or contain symbols (Dockerfile line 1: FROM scratch AS 1x)',
    ],
    [["FROM scratch", "COPY <<EOF /x", "a", "EOF"], `${HERE} (Dockerfile line 2: COPY <<EOF /x\na\nEOF)`],
    [["FROM scratch", "RUN cat <<-'EOF'", "a", "EOF"], `${HERE} (Dockerfile line 2: RUN cat <<-'EOF'\na\nEOF)`],
  ];
  for (const [lines, failure] of refused)
    it(`is refused: ${JSON.stringify(lines)}`, async () => assert.equal(failureOf(await yard.lines(lines)), failure));

  it("takes what Docker takes beside it: odd labels, ports by variables, a stage's name twice with BuildKit", async () => {
    const lines = [
      "FROM scratch AS a",
      "ARG P=80",
      "LABEL a  the rest",
      "LABEL b=",
      "EXPOSE $P 8000-8010/udp",
      "FROM scratch AS a",
      END,
    ];
    imageIn(await yard.lines(lines, {}, { buildKit: true }));
  });

  it("says what it does not emulate of BuildKit", async () => {
    const lines = ["FROM scratch", "COPY <<EOF /x", "a", "EOF"];
    assert.equal(
      failureOf(await yard.lines(lines, {}, { buildKit: true })),
      "COPY of a here-document is not emulated (Dockerfile line 2: COPY <<EOF /x\na\nEOF)",
    );
  });

  it("goes on from a stage that was not performed as a whole, and takes what it may have made", async () => {
    const lines = ["FROM scratch AS one", "RUN make", "FROM one AS two", "FROM scratch", "COPY --from=two /made /", END];
    assert.deepEqual(imageIn(await yard.lines(lines)).notPerformed, ["line 2: RUN make", "line 5: COPY --from=two /made /"]);
  });

  it("takes lines that end as on Windows, and another escape character", async () => {
    const built = await yard.build({ Dockerfile: '# escape=`\r\nFROM scratch\r\nENV A=1 `\r\n  B=C:\\x\r\nCMD ["node"]\r\n' });
    const { runnable } = imageIn(built);
    assert.deepEqual("environment" in runnable && runnable.environment, { A: "1", B: "C:\\x" });
  });

  it("takes a Dockerfile of thousands of steps in a moment", async () => {
    const lines = ["FROM scratch", ...Array.from({ length: 3000 }, (_, index) => `ENV V${index}=${"x".repeat(100)}`), END];
    assert.equal(Object.keys((await environmentOf(lines.slice(0, -1))) ?? {}).length, 3000);
  });
});
