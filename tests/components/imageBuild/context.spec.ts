import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { readContext } from "../../../components/imageBuild/context";
import { isExecutable } from "../../../components/imageBuild/entry";
import { Folder, PLACE } from "./folder";

describe("What an image is built from", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder().write("Dockerfile", "FROM scratch\n").write("src/main.ts", "main\n");
  });
  afterEach(() => folder.remove());

  /** Whether the hash differs after a change. */
  function changes(change: () => unknown): boolean {
    const before = folder.read().hash;
    change();
    return before !== folder.read().hash;
  }

  it("is a list of files with their sizes, and one number", () => {
    folder.write("bin/start", "#!/bin/sh\n", 0o755).link("start", "bin/start");
    const { entries, hash, ...rest } = folder.read();
    assert.deepEqual(rest, { folder: folder.path, dockerfile: "Dockerfile", bytes: 28 });
    assert.deepEqual(
      entries.map(({ sha256, ...entry }) => entry),
      [
        { path: "Dockerfile", kind: "file", executable: false, bytes: 13 },
        { path: "bin/start", kind: "file", executable: true, bytes: 10 },
        { path: "src/main.ts", kind: "file", executable: false, bytes: 5 },
        { path: "start", kind: "link", executable: false, bytes: 0, target: "bin/start" },
      ],
    );
    // `printf 'main\n' | sha256sum`
    assert.equal(entries[2]?.sha256, "6403203dd5a0867eb14d104ee8a73730bd72dd9ad92e78d996a6dba0a5dcfc01");
    assert.match(hash, /^[0-9a-f]{64}$/);
  });

  it("is in the order of code units, whatever the language of the machine", () => {
    for (const path of ["a", "B", "a-b", "a/c", "é", "z", "_"].map((name) => `names/${name === "a" ? "a.txt" : name}`))
      folder.write(path, "");
    const names = ["B", "_", "a-b", "a.txt", "a/c", "z", "é"];
    assert.deepEqual(folder.paths(), ["Dockerfile", ...names.map((name) => `names/${name}`), "src/main.ts"]);
  });

  it("does not change with times and rights, only with contents, paths and executable bits", () => {
    const file = folder.at("src/main.ts");
    assert.equal(
      changes(() => utimesSync(file, 1, 1)),
      false,
    );
    assert.equal(
      changes(() => chmodSync(file, 0o600)),
      false,
    );
    assert.equal(
      changes(() => chmodSync(file, 0o700)),
      true,
    );
    assert.equal(
      changes(() => chmodSync(file, 0o755)),
      false,
    );
    assert.equal(
      changes(() => folder.write("src/main.ts", "niam\n", 0o755)),
      true,
    );
    assert.equal(
      changes(() => folder.write("src/new.ts", "")),
      true,
    );
  });

  it("does not change with empty folders, which no checkout has", () => {
    assert.equal(
      changes(() => mkdirSync(folder.at("src/empty"))),
      false,
    );
  });

  it("tells where one file ends and the next begins", () => {
    folder.write("a", "1").write("b", "2");
    assert.equal(
      changes(() => folder.write("a", "").write("b", "12")),
      true,
    );
  });

  it("changes with which file is the Dockerfile", () => {
    folder.write("Dockerfile.web", "FROM scratch\n");
    assert.notEqual(folder.read().hash, folder.read("Dockerfile.web").hash);
    assert.equal(folder.read().hash, folder.read("./src/../Dockerfile").hash);
  });

  it("takes a file on Windows for executable by how it begins, since there is no bit", () => {
    const script = Buffer.from("#!/bin/sh\n");
    const program = Buffer.from("\x7fELF\x02\x01", "latin1");
    const text = Buffer.from("ELF #!");
    assert.deepEqual(
      [script, program, text, Buffer.alloc(0)].map((content) => isExecutable("win32", 0o666, content)),
      [true, true, false, false],
    );
    assert.deepEqual(
      [script, text].map((content) => isExecutable("linux", 0o644, content)),
      [false, false],
    );
    assert.deepEqual(
      [script, text].map((content) => isExecutable("darwin", 0o755, content)),
      [true, true],
    );
  });

  it("leaves out sockets and pipes", async () => {
    execFileSync("mkfifo", [folder.at("pipe")]);
    const server = createServer().listen(folder.at("socket"));
    await once(server, "listening");
    try {
      assert.deepEqual(folder.paths(), ["Dockerfile", "src/main.ts"]);
    } finally {
      server.close();
    }
  });

  it("keeps links that stay inside, without following them: in chains, in circles, to folders, to nothing yet", () => {
    folder.link("a/chain", "../b").link("b", "src/main.ts").link("circle", "circle").link("lib", "src").link("later", "dist/x");
    folder.link("here", ".").link("sub/up", "..");
    const targets = Object.fromEntries(
      folder.read().entries.flatMap(({ path, target }) => (target === undefined ? [] : [[path, target]])),
    );
    assert.deepEqual(targets, {
      "a/chain": "../b",
      b: "src/main.ts",
      circle: "circle",
      here: ".",
      later: "dist/x",
      lib: "src",
      "sub/up": "..",
    });
    assert.deepEqual(folder.paths(), ["Dockerfile", "a/chain", "b", "circle", "here", "later", "lib", "src/main.ts", "sub/up"]);
    assert.equal(
      changes(() => folder.remove("b").link("b", "Dockerfile")),
      true,
    );
  });

  it("is found through a link to the folder itself", () => {
    folder.link("self", ".");
    const { hash } = folder.read();
    assert.equal(readContext(PLACE, folder.at("self"), "Dockerfile").hash, hash);
  });
});
