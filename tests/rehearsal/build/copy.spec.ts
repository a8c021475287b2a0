// COPY and ADD as a registry's builder performs them: what is not in the context fails here, too.
import { strict as assert } from "node:assert";
import { BuildYard, type Files, failureOf, imageIn } from "./builds";

const SOURCES: Files = {
  "a.txt": "A",
  "b.txt": "B",
  "c.json": "C",
  "src/x.ts": "X",
  "src/deep/y.ts": "Y",
  "odd name": "O",
  "w*ld": "W",
};

describe("COPY", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const copied: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
    ["a file under another name", ["COPY a.txt /data/z"], { "/data/z": "A" }],
    ["a file into a folder by the slash", ["COPY a.txt /data/"], { "/data/a.txt": "A" }],
    ["a file into a folder that is there", ["WORKDIR /data", "WORKDIR /", "COPY a.txt data"], { "/data/a.txt": "A" }],
    ["to the working directory", ["WORKDIR /w", "WORKDIR below", "COPY ./a.txt ."], { "/w/below/a.txt": "A" }],
    ["several files", ["COPY a.txt /b.txt ./"], { "/a.txt": "A", "/b.txt": "B" }],
    ["what is in a folder, not the folder", ["COPY src /s"], { "/s/deep/y.ts": "Y", "/s/x.ts": "X" }],
    [
      "by wildcards that stop at a slash",
      ["COPY *.txt s?c/*.ts [c].json /d/"],
      { "/d/a.txt": "A", "/d/b.txt": "B", "/d/c.json": "C", "/d/x.ts": "X" },
    ],
    ["by wildcards that leave something out", ["COPY [^a].txt /d/"], { "/d/b.txt": "B" }],
    ["names with spaces, as JSON", ['COPY ["odd name", "a.txt", "/d/"]'], { "/d/a.txt": "A", "/d/odd name": "O" }],
    ["names with escapes", ["COPY odd\\ name w\\*ld /d/"], { "/d/odd name": "O", "/d/w*ld": "W" }],
    [
      "over lines with comments between",
      ["COPY a.txt \\", "  # not this", "  b.txt \\", "  /d/"],
      { "/d/a.txt": "A", "/d/b.txt": "B" },
    ],
    ["by variables", ["ARG NAME=b", "ENV TO=/d", `COPY \${NAME}.txt $TO/`], { "/d/b.txt": "B" }],
    ["with an owner, which counts for nothing here", ["COPY --chown=65532:65532 a.txt /"], { "/a.txt": "A" }],
    ["nowhere above the root", ["COPY a.txt ../../d/"], { "/d/a.txt": "A" }],
    ["over what is there", ["COPY a.txt /z", "COPY b.txt /z"], { "/z": "B" }],
    ["as ADD of local files", ["ADD a.txt /d/"], { "/d/a.txt": "A" }],
  ];
  for (const [how, lines, files] of copied)
    it(`copies ${how}`, async () => {
      const built = await yard.lines(["FROM scratch", ...lines, 'ENTRYPOINT ["node"]'], SOURCES);
      imageIn(built);
      assert.deepEqual(built.files, files);
    });

  const gone = "file not found in build context or excluded by .dockerignore";
  const failed: readonly (readonly [string, string, string])[] = [
    ["a source that is not there", "COPY src/z.ts /", `COPY failed: ${gone}: stat src/z.ts: file does not exist`],
    ["a folder that is not there", "COPY ./dist/ /", `COPY failed: ${gone}: stat dist/: file does not exist`],
    ["one of several", "COPY a.txt z.txt /d/", `COPY failed: ${gone}: stat z.txt: file does not exist`],
    ["the same of ADD", "ADD z.txt /", `ADD failed: ${gone}: stat z.txt: file does not exist`],
    ["an archive that ADD would unpack", "ADD a.txt x.tar.gz /d/", `ADD failed: ${gone}: stat x.tar.gz: file does not exist`],
    ["a wildcard for nothing", "COPY *.md /d/", "COPY failed: no source files were specified"],
    ["a path above the context", "COPY ../a.txt /", "COPY failed: forbidden path outside the build context: ../a.txt ()"],
    [
      "a path above it in the end",
      "COPY src/../../a.txt /",
      "COPY failed: forbidden path outside the build context: src/../../a.txt ()",
    ],
    [
      "several sources without a slash",
      "COPY a.txt b.txt .",
      "When using COPY with more than one source file, the destination must be a directory and end with a /",
    ],
    ["one argument", "COPY a.txt", "COPY requires at least two arguments, but only one was provided"],
    [
      "an option of BuildKit",
      "COPY --chmod=755 a.txt /",
      "the --chmod option requires BuildKit. A registry builds without BuildKit: remove --chmod and give the files their modes before the build, or set imageBuilder to docker",
    ],
  ];
  for (const [what, line, message] of failed)
    it(`fails for ${what}, and names the line`, async () => {
      const built = await yard.lines(["FROM scratch", line], SOURCES);
      assert.equal(failureOf(built), `${message} (Dockerfile line 2: ${line})`);
      assert.deepEqual(built.log, ["Step 1/2 : FROM scratch", `Step 2/2 : ${line}`, failureOf(built)]);
    });

  it("takes what needs BuildKit where BuildKit builds", async () => {
    const lines = ["FROM scratch", "COPY --chmod=755 a.txt b.txt .", 'CMD ["node"]'];
    assert.deepEqual((await yard.lines(lines, SOURCES, { buildKit: true })).files, { "/a.txt": "A", "/b.txt": "B" });
  });

  it("keeps links, and follows one that is a source", async () => {
    const link = { name: "l", type: "symlink", linkname: "src" } as const;
    const whole = await yard.lines(["FROM scratch", "COPY . /all/", 'CMD ["node"]'], { ...SOURCES, l: link });
    assert.equal(whole.files["/all/l/x.ts"], undefined);
    const own = await yard.lines(["FROM scratch", "COPY l /s/", 'CMD ["node"]'], { ...SOURCES, l: link });
    assert.equal("failure" in own.outcome, false);
  });

  it("does not fetch addresses, unpack archives or read other images, and says so", async () => {
    const lines = [
      "FROM scratch",
      "ADD https://example.com/x /",
      "ADD x.tar.gz /",
      "COPY --from=nginx:1.27.0 /etc/nginx /etc/nginx",
      'CMD ["node"]',
    ];
    assert.deepEqual(imageIn(await yard.lines(lines, { "x.tar.gz": "" })).notPerformed, [
      "line 2: ADD https://example.com/x /",
      "line 3: ADD x.tar.gz /",
      "line 4: COPY --from=nginx:1.27.0 /etc/nginx /etc/nginx",
    ]);
  });
});
