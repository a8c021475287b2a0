// What a registry's builder refuses of a Dockerfile that Docker takes, options, and references of images.
import { strict as assert } from "node:assert";
import { BuildYard, failureOf, imageIn } from "./builds";

const END = 'ENTRYPOINT ["node"]';

describe("a registry's builder", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const ONE_LINE = "A registry's builder understands FROM with an image and AS with a name, without options, on one line";
  const misread: readonly (readonly [readonly string[], number])[] = [
    [["FROM --platform=linux/amd64 node:24.21.0"], 1],
    [["FROM --platform=linux/amd64 node:24.21.0 AS a"], 1],
    [["# FROM x y", "FROM scratch", "FROM node:24.21.0 \\", "  AS a"], 3],
    [["FROM \\", "  node:24.21.0"], 1],
    [["FROM a b"], 1],
    [["FROM a AS"], 1],
  ];
  for (const [lines, line] of misread)
    it(`does not understand ${JSON.stringify(lines[line - 1])}`, async () => {
      const built = await yard.lines([...lines, END]);
      assert.equal(
        failureOf(built),
        `failed to scan dependencies: unable to understand line ${lines[line - 1]} (Dockerfile line ${line}). ${ONE_LINE}`,
      );
      assert.deepEqual(built.log, [failureOf(built)]);
    });

  const unread: readonly (readonly [readonly string[], string, string])[] = [
    [["ARG V", "FROM node:$V"], "node:", "invalid reference format"],
    [["ARG V=24.21.0", `FROM node:\${V:-1}`], "node:", "invalid reference format"],
    [["FROM $NONE"], "", "invalid reference format"],
    [["FROM Node:1.2.3"], "Node:1.2.3", "invalid reference format: repository name (Node) must be lowercase"],
    [["FROM node@sha256:abc"], "node@sha256:abc", "invalid reference format"],
    [
      ["FROM scratch AS Build", "FROM build", "FROM BUILD"],
      "BUILD",
      "invalid reference format: repository name (BUILD) must be lowercase",
    ],
  ];
  for (const [lines, image, problem] of unread)
    it(`takes no image from ${JSON.stringify(lines)}`, async () => {
      assert.equal(
        failureOf(await yard.lines([...lines, END])),
        `failed to scan dependencies: ${problem}: ${JSON.stringify(image)} (Dockerfile line ${lines.length}). A registry's builder reads $NAME and \${NAME} there, of build arguments and of ARG with a value, and nothing else`,
      );
    });

  it("reads variables and names of stages, in any case of FROM and AS", async () => {
    const lines = ["ARG V='24.21.0' W", "ARG G", `from node:\${V}-slim as Base`, "FROM Base AS x", `FROM "$G"`, END];
    imageIn(await yard.lines(lines, {}, { arguments: { G: "node:1.2.3" } }));
  });
});

describe("Docker's builder", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const docker = (...lines: readonly string[]) => yard.lines([...lines, END], { a: "" }, { buildKit: true });

  it("takes the platform of the cluster's nodes on FROM, and no other", async () => {
    for (const platform of ["linux/amd64", "$BUILDPLATFORM", `\${TARGETOS}/amd64`])
      imageIn(await docker(`FROM --platform=${platform} node:24.21.0 \\`, " AS a"));
    for (const platform of ["linux/arm64", "$NONE"])
      assert.equal(
        failureOf(await docker(`FROM --platform=${platform} scratch`)),
        `FROM --platform=${platform} is not linux/amd64, which the cluster's nodes run: write --platform=linux/amd64 (Dockerfile line 1: FROM --platform=${platform} scratch)`,
      );
  });

  const references: readonly (readonly [string, string])[] = [
    ["FROM node:$V", 'invalid reference format: "node:"'],
    ["FROM x/Node", 'invalid reference format: repository name (x/Node) must be lowercase: "x/Node"'],
    [`FROM node@sha256:${"A".repeat(64)}`, `invalid reference format: "node@sha256:${"A".repeat(64)}"`],
    [`FROM node@sha256:${"a".repeat(63)}`, `invalid reference format: "node@sha256:${"a".repeat(63)}"`],
    ["FROM -a", 'invalid reference format: "-a"'],
  ];
  for (const [line, problem] of references)
    it(`takes no image from ${line}`, async () =>
      assert.equal(failureOf(await docker(line)), `${problem} (Dockerfile line 1: ${line})`));

  for (const image of ["node", "localhost:5000/a/b__c:1", "Reg.example/x-y@sha256:".concat("0".repeat(64)), "a.b/c:V_1.x"])
    it(`takes the image ${image}`, async () => void imageIn(await docker(`FROM ${image}`)));

  it("has no base without a name", async () =>
    assert.equal(failureOf(await docker("FROM $NONE")), "base name ($NONE) should not be blank (Dockerfile line 1: FROM $NONE)"));
});

describe("an option", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const failureFor = async (line: string, buildKit: boolean) => {
    const lines = line.startsWith("FROM") ? [line, END] : ["FROM scratch", line, END];
    const at = ` (Dockerfile line ${lines.indexOf(line) + 1}: ${line})`;
    const { outcome } = await yard.lines(lines, { a: "" }, { buildKit });
    return "failure" in outcome ? outcome.failure.replace(at, "") : undefined;
  };
  const needed = (option: string) =>
    `the --${option} option requires BuildKit. A registry builds without BuildKit: remove --${option}, or set imageBuilder to docker`;
  const unemulated = (option: string) => `${option} is not emulated by the rehearsal: write the step without it`;

  const cases: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["COPY --bogus=1 a /", "unknown flag: bogus", "unknown flag: bogus"],
    ["COPY --From=x a /", "unknown flag: From", "unknown flag: From"],
    ["COPY --link a /", needed("link"), undefined],
    ["COPY --exclude=*.md a /", needed("exclude"), unemulated("COPY --exclude")],
    ["COPY --parents a /", needed("parents"), unemulated("COPY --parents")],
    ["ADD --from=x a /", "unknown flag: from", "unknown flag: from"],
    ["ADD --chown=1 a /", undefined, undefined],
    ["RUN --bogus npm cache verify", "unknown flag: bogus", "unknown flag: bogus"],
    ["WORKDIR --bogus /w", "unknown flag: bogus", "unknown flag: bogus"],
    ["HEALTHCHECK --interval=5s CMD node x", undefined, undefined],
    ["HEALTHCHECK --often CMD node x", "unknown flag: often", "unknown flag: often"],
  ];
  for (const [line, registry, docker] of cases)
    it(`of ${line}`, async () => {
      assert.deepEqual([await failureFor(line, false), await failureFor(line, true)], [registry, docker]);
    });

  it("of FROM that is unknown to Docker", async () =>
    assert.equal(await failureFor("FROM --bogus scratch", true), "unknown flag: bogus"));
});
