import { strict as assert } from "node:assert";
import fs, { mkdirSync } from "node:fs";
import { mock } from "node:test";
import { ignoreRules } from "../../../components/imageBuild/dockerignore";
import { Folder } from "./folder";

const refuse = (pattern: string) => new Error(`refused ${pattern}`);

describe("What .dockerignore leaves out of a build", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder().write("Dockerfile", "FROM scratch\n").write("src/main.ts", "main\n");
  });
  afterEach(() => folder.remove());

  it("is nothing without the file", () => assert.deepEqual(folder.paths(), ["Dockerfile", "src/main.ts"]));

  it("is files and whole folders; the file itself goes in as any other", () => {
    folder.write(".dockerignore", "node_modules\n*.log\n").write("node_modules/left-pad/index.js", "x").write("debug.log", "x");
    assert.deepEqual(folder.paths(), [".dockerignore", "Dockerfile", "src/main.ts"]);
  });

  it("is not what an exception brings back", () => {
    folder.write(".dockerignore", "*\n!src\nsrc/secret\n").write("other.txt", "x").write("src/secret", "x");
    assert.deepEqual(folder.paths(), ["Dockerfile", "src/main.ts"]);
  });

  it("is not what an exception brings back deep in an ignored folder", () => {
    folder.write(".dockerignore", "out\n!out/**/*.js\n!out/kept/map\n").write("out/a/b/c.js", "x").write("out/kept/map", "x");
    folder.write("out/a/b/c.ts", "x").write("out/kept/other", "x");
    assert.deepEqual(folder.paths(), [".dockerignore", "Dockerfile", "out/a/b/c.js", "out/kept/map", "src/main.ts"]);
  });

  it("is never the Dockerfile, in an ignored folder neither", () => {
    folder.write(".dockerignore", "*\n").write("build/Dockerfile", "FROM scratch\n").write("build/other", "x");
    assert.deepEqual(folder.paths(), ["Dockerfile"]);
    assert.deepEqual(folder.paths("build/Dockerfile"), ["build/Dockerfile"]);
  });

  it("follows the Dockerfile's own ignore file first, and then the other one is not sent, for a builder that knows only that", () => {
    folder.write(".dockerignore", "*\n").write("Dockerfile.dockerignore", "src\n").write("other.txt", "x");
    assert.deepEqual(folder.paths(), ["Dockerfile", "Dockerfile.dockerignore", "other.txt"]);
  });

  it("tells upper from lower case", () => {
    folder.write(".dockerignore", "readme.md\n").write("README.md", "x");
    assert.deepEqual(folder.paths(), [".dockerignore", "Dockerfile", "README.md", "src/main.ts"]);
  });

  it("takes the signs of a regular expression as they are", () => {
    folder.write(".dockerignore", "c++\n(auth)\n{a|b}\nc\\+\n[xy]+\n");
    for (const path of ["c++/a.h", "(auth)/page", "{a|b}", "c+", "x+", "cc", "auth"]) folder.write(path, "x");
    assert.deepEqual(folder.paths(), [".dockerignore", "Dockerfile", "auth", "cc", "src/main.ts"]);
  });

  it("reads past a byte order mark, comments, blank lines and line ends of Windows", () => {
    folder.write(".dockerignore", "\uFEFF#a\r\na.txt\r\n# b.txt\r\n\r\n/c.txt\r\n");
    for (const path of ["#a", "a.txt", "b.txt", "c.txt"]) folder.write(path, "x");
    assert.deepEqual(folder.paths(), ["#a", ".dockerignore", "Dockerfile", "b.txt", "src/main.ts"]);
  });

  it("holds for names that every JavaScript object has", () => {
    folder.write(".dockerignore", "*\n").write("constructor", "x").write("toString", "x");
    assert.deepEqual(folder.paths(), ["Dockerfile"]);
  });

  it("is not even looked into where no exception can reach", () => {
    folder
      .write(".dockerignore", "*\n!*.json\n!src/main.ts\n")
      .write("node_modules/left-pad/index.js", "x")
      .write("package.json", "{}");
    const reads = mock.method(fs, "readdirSync");
    try {
      assert.deepEqual(folder.paths(), ["Dockerfile", "package.json", "src/main.ts"]);
      assert.deepEqual(
        reads.mock.calls.map(({ arguments: [path] }) => path),
        // First for the Dockerfile.
        [folder.path, folder.path, folder.at("src")],
      );
    } finally {
      reads.mock.restore();
    }
  });

  it("is looked into where an exception may reach", () => {
    const { prunes } = ignoreRules("*\n!a/b/c\n!d/*/e\n!/f/\n! g/h\n", refuse);
    const entered = ["a", "a/b", "d", "d/x", "g"];
    const pruned = ["x", "a/b/c", "a/x", "d/x/y/z", "f", "b", "g/h", "d/x/e"];
    assert.deepEqual(
      [...entered, ...pruned].filter((path) => !prunes(path)),
      entered,
    );
    assert.equal(ignoreRules("*\n!**/x\n", refuse).prunes("any/where"), false);
  });

  // Those of https://github.com/moby/patternmatcher (patternmatcher_test.go) that are errors, and their like.
  for (const pattern of [
    "[z-a]",
    "!",
    " ! ",
    "\\",
    "a\\",
    "!a/b\\",
    "a\\/",
    "[",
    "[^bc",
    "a[",
    "[]a]",
    "[-x]",
    "[x-]",
    "[a-b-c]",
    " #[",
  ]) {
    it(`refuses ${pattern}, which Docker refuses, and names it`, () => {
      folder.write(".dockerignore", `src\n${pattern}\n`);
      assert.throws(() => folder.read(), {
        message: `AppImage "web": folder must be one whose .dockerignore has only patterns that Docker knows, got ${JSON.stringify(pattern)}. See https://docs.docker.com/build/concepts/context/#dockerignore-files`,
      });
    });
  }

  it("may have every pattern that Docker takes", () => {
    const taken = [
      "[a-ζ]*",
      "[\\]a]",
      "[\\-x]",
      "[x\\-]",
      "[^a-c]",
      "a\\\\",
      "a\\*b",
      "]",
      "a-]",
      "!.",
      "!/",
      "#[",
      "#\\",
      "**/[!x]",
      "",
      " ",
    ];
    folder.write(".dockerignore", taken.join("\n"));
    assert.deepEqual(folder.paths("Dockerfile").slice(0, 1), [".dockerignore"]);
  });

  it("refuses an ignore file that it cannot read, rather than to send everything", () => {
    mkdirSync(folder.at(".dockerignore"));
    assert.throws(() => folder.read(), {
      message:
        'AppImage "web": folder must be readable, got ".dockerignore (EISDIR)". See https://docs.docker.com/build/concepts/context/',
    });
    folder.remove(".dockerignore");
    folder.link(".dockerignore", ".dockerignore");
    assert.throws(() => folder.read(), {
      message:
        'AppImage "web": folder must be readable, got ".dockerignore (ELOOP)". See https://docs.docker.com/build/concepts/context/',
    });
  });
});
