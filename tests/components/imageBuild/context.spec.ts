import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs, { chmodSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { mock } from "node:test";
import { CONTEXT_LIMIT_BYTES, readContext } from "../../../components/imageBuild/context";
import { isExecutable } from "../../../components/imageBuild/entry";
import { Folder, PLACE } from "./folder";

const CONTEXT_URL = "https://docs.docker.com/build/concepts/context/";

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

  it("refuses what is no folder", () => {
    const message = (got: string) => ({
      message: `AppImage "web": folder must be a folder, relative to ${process.cwd()}, got "${got}". See ${CONTEXT_URL}`,
    });
    assert.throws(() => readContext(PLACE, "no/such/folder", "Dockerfile"), message("no/such/folder"));
    const file = folder.at("Dockerfile");
    assert.throws(() => readContext(PLACE, file, "Dockerfile"), message(file));
  });

  describe("refuses, in one message,", () => {
    const dockerfiles: [string, string][] = [
      ["no Dockerfile", "Dockerfile.web"],
      ["a folder as the Dockerfile", "src"],
      ["a Dockerfile below a file", "Dockerfile/web"],
      ["a Dockerfile outside the folder", "../Dockerfile"],
      ["a Dockerfile by an absolute path", "/Dockerfile"],
      ["a link as the Dockerfile, whose target may be ignored", "link"],
      ["a Dockerfile through a link", "lib/main.ts"],
      ["an empty name of the Dockerfile", ""],
    ];
    for (const [what, dockerfile] of dockerfiles) {
      it(what, () => {
        folder.link("link", "Dockerfile").link("lib", "src");
        assert.throws(() => folder.read(dockerfile), {
          message: `AppImage "web": dockerfile must be a file in ${folder.path}, and not a link, got "${dockerfile}". See https://docs.docker.com/reference/dockerfile/`,
        });
      });
    }

    const links: [string, string, string][] = [
      ["a link out of the folder", "sub/link", "../../outside"],
      ["a link out of it by its own name back in", "link", "../NAME/src"],
      ["a link to an absolute path", "link", "/etc/passwd"],
      ["a link to an absolute path inside", "link", "FOLDER/src"],
      ["a link to the folder above", "link", ".."],
      ["a link through another that .dockerignore hides", "link", "hidden/x"],
      ["a link through a linked folder and up from there", "link", "deep/../../outside"],
    ];
    for (const [what, path, template] of links) {
      it(what, () => {
        const target = template.replace("FOLDER", folder.path).replace("NAME", folder.path.split("/").at(-1) ?? "");
        folder.write(".dockerignore", "hidden\n").link("hidden", "../elsewhere").link("deep", "src").link(path, target);
        assert.throws(() => folder.read(), {
          message: `AppImage "web": folder must be without symbolic links that leave it, got "${path} -> ${target}". See ${CONTEXT_URL}`,
        });
      });
    }

    it("more bytes than a build may take, with the five largest files", () => {
      for (const [name, kibibytes] of Object.entries({ a: 1, b: 3000, c: 5, d: 4, e: 3, f: 2 }))
        folder.write(name, Buffer.alloc(kibibytes * 1024));
      assert.throws(() => folder.read("Dockerfile", 2 ** 20), {
        message:
          'AppImage "web": folder must be at most 1.0 MiB without what its .dockerignore names, got "2.9 MiB, the largest: b 2.9 MiB, c 5.0 KiB, d 4.0 KiB, e 3.0 KiB, f 2.0 KiB". See https://docs.docker.com/build/concepts/context/#dockerignore-files',
      });
    });

    it("a file that it cannot read, with the system's reason", () => {
      const real = fs.readFileSync;
      const denied = mock.method(fs, "readFileSync", (path: string) => {
        if (path === folder.at("src/main.ts")) throw Object.assign(new Error("denied"), { code: "EACCES" });
        return real(path);
      });
      try {
        assert.throws(() => folder.read(), {
          message: `AppImage "web": folder must be readable, got "src/main.ts (EACCES)". See ${CONTEXT_URL}`,
        });
      } finally {
        denied.mock.restore();
      }
    });

    it("a folder that it cannot list, with the system's reason", () => {
      const real = fs.readdirSync;
      const denied = mock.method(fs, "readdirSync", (path: string, options: { withFileTypes: true; encoding: "buffer" }) => {
        if (path === folder.at("src")) throw Object.assign(new Error("denied"), { code: "EACCES" });
        return real(path, options);
      });
      try {
        assert.throws(() => folder.read(), {
          message: `AppImage "web": folder must be readable, got "src (EACCES)". See ${CONTEXT_URL}`,
        });
      } finally {
        denied.mock.restore();
      }
    });

    it("a folder that is a link to itself", () => {
      folder.link("loop", "loop");
      const loop = folder.at("loop");
      assert.throws(() => readContext(PLACE, loop, "Dockerfile"), {
        message: `AppImage "web": folder must be readable, got "${loop} (ELOOP)". See ${CONTEXT_URL}`,
      });
    });

    it("file names and links' targets that are not UTF-8, unless they are ignored", () => {
      const bytes = (name: string) => Buffer.from(folder.at(name), "latin1");
      writeFileSync(bytes("src/caf\xe9.txt"), "x");
      const message = (got: string) => ({
        message: `AppImage "web": folder must be one whose file names are UTF-8, got "${got}". See ${CONTEXT_URL}`,
      });
      assert.throws(() => folder.read(), message("src/caf\ufffd.txt"));
      folder.write(".dockerignore", "src/*.txt\n");
      assert.deepEqual(folder.paths(), [".dockerignore", "Dockerfile", "src/main.ts"]);
      folder.link("link", Buffer.from("src/caf\xe9.txt", "latin1"));
      assert.throws(() => folder.read(), message("link -> src/caf\ufffd.txt"));
    });
  });

  it("takes exactly as many bytes as a build may take, 100 MiB unless told otherwise", () => {
    assert.equal(CONTEXT_LIMIT_BYTES, 104_857_600);
    assert.equal(folder.read("Dockerfile", 18).bytes, 18);
    assert.throws(() => folder.read("Dockerfile", 17), /at most 17 bytes/);
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
