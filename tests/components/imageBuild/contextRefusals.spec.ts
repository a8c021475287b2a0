import { strict as assert } from "node:assert";
import fs, { writeFileSync } from "node:fs";
import { mock } from "node:test";
import { CONTEXT_LIMIT_BYTES, CONTEXT_LIMIT_FILES, readContext } from "../../../components/imageBuild/context";
import { Folder, PLACE } from "./folder";

const CONTEXT_URL = "https://docs.docker.com/build/concepts/context/";

describe("What no image is built from:", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder().write("Dockerfile", "FROM scratch\n").write("src/main.ts", "main\n");
  });
  afterEach(() => folder.remove());

  it("what is no folder", () => {
    const message = (got: string) => ({
      message: `AppImage "web": folder must be a folder, relative to ${process.cwd()}, got "${got}". See ${CONTEXT_URL}`,
    });
    assert.throws(() => readContext(PLACE, "no/such/folder", "Dockerfile"), message("no/such/folder"));
    const file = folder.at("Dockerfile");
    assert.throws(() => readContext(PLACE, file, "Dockerfile"), message(file));
    assert.throws(() => readContext(PLACE, "", "Dockerfile"), message(""));
  });

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
    assert.throws(() => folder.read("Dockerfile", { bytes: 2 ** 20 }), {
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

  it("more bytes than 100 MiB if not told otherwise; exactly as many are taken", () => {
    assert.equal(CONTEXT_LIMIT_BYTES, 104_857_600);
    assert.equal(folder.read("Dockerfile", { bytes: 18 }).bytes, 18);
    assert.throws(() => folder.read("Dockerfile", { bytes: 17 }), /at most 17 bytes/);
  });

  it("more files than can be gone through, and no more than that are looked for", () => {
    assert.equal(CONTEXT_LIMIT_FILES, 50_000);
    for (const name of ["a/1", "a/2", "b/3"]) folder.write(name, "");
    folder.write(".dockerignore", "b\n");
    assert.equal(folder.read("Dockerfile", { files: 5 }).entries.length, 5);
    const lists = mock.method(fs, "readdirSync");
    try {
      assert.throws(() => folder.read("Dockerfile", { files: 1 }), {
        message:
          /^AppImage "web": folder must be at most 1 files without what its \.dockerignore names, got "more, for example \S+". See /,
      });
      // For the Dockerfile, and once more until there are too many.
      assert.deepEqual(
        lists.mock.calls.map(({ arguments: [path] }) => path),
        [folder.path, folder.path],
      );
    } finally {
      lists.mock.restore();
    }
  });

  it("a folder without its Dockerfile, and nothing else of it is looked at", () => {
    const lists = mock.method(fs, "readdirSync");
    try {
      assert.throws(() => folder.read("src/Dockerfile"), /dockerfile must be a file in/);
      assert.deepEqual(
        lists.mock.calls.map(({ arguments: [path] }) => path),
        [folder.path, folder.at("src")],
      );
    } finally {
      lists.mock.restore();
    }
  });
});
