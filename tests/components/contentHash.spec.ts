import { strict as assert } from "node:assert";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentHash } from "../../components/contentHash";

const PLACE = { component: "AppImage", name: "web" };

describe("The hash of what an image is built from", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "content-"));
    write("Dockerfile", "FROM scratch\n");
    write("src/main.ts", "main\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const hash = (dockerfile = "Dockerfile") => contentHash(PLACE, folder, dockerfile);
  /** Whether the hash differs after a change. */
  function changes(change: () => void): boolean {
    const before = hash();
    change();
    return before !== hash();
  }

  it("is 64 hexadecimal digits, the same for the same files", () => {
    assert.match(hash(), /^[0-9a-f]{64}$/);
    assert.equal(hash(), hash());
  });

  it("does not change with times, only with contents, paths and executable bits", () => {
    assert.equal(
      changes(() => utimesSync(join(folder, "src/main.ts"), 1, 1)),
      false,
    );
    assert.equal(
      changes(() => chmodSync(join(folder, "src/main.ts"), 0o600)),
      false,
    );
    assert.equal(
      changes(() => chmodSync(join(folder, "src/main.ts"), 0o700)),
      true,
    );
    assert.equal(
      changes(() => write("src/main.ts", "other\n")),
      true,
    );
    assert.equal(
      changes(() => write("src/new.ts", "")),
      true,
    );
  });

  it("tells where one file ends and the next begins", () => {
    write("a", "1");
    write("b", "2");
    const before = hash();
    write("a", "");
    write("b", "12");
    assert.notEqual(hash(), before);
  });

  it("leaves out what .dockerignore leaves out, whole folders too", () => {
    write(".dockerignore", "node_modules\n*.log\n");
    assert.equal(
      changes(() => write("node_modules/left-pad/index.js", "x")),
      false,
    );
    assert.equal(
      changes(() => write("debug.log", "x")),
      false,
    );
  });

  it("brings back what .dockerignore makes an exception of", () => {
    write(".dockerignore", "*\n!src\nsrc/secret\n");
    assert.equal(
      changes(() => write("other.txt", "x")),
      false,
    );
    assert.equal(
      changes(() => write("src/main.ts", "changed\n")),
      true,
    );
    assert.equal(
      changes(() => write("src/secret", "x")),
      false,
    );
  });

  it("prefers the ignore file of the Dockerfile itself, as Docker does", () => {
    write(".dockerignore", "*\n");
    write("Dockerfile.dockerignore", "src\n");
    assert.equal(
      changes(() => write("other.txt", "x")),
      true,
    );
    assert.equal(
      changes(() => write("src/main.ts", "changed\n")),
      false,
    );
  });

  it("always counts the Dockerfile, ignored or not", () => {
    write(".dockerignore", "*\n");
    assert.equal(
      changes(() => write("Dockerfile", "FROM busybox\n")),
      true,
    );
  });

  it("counts where a symbolic link inside the folder points to", () => {
    symlinkSync("src/main.ts", join(folder, "link"));
    assert.equal(
      changes(() => {
        rmSync(join(folder, "link"));
        symlinkSync("Dockerfile", join(folder, "link"));
      }),
      true,
    );
  });

  it("refuses a symbolic link that leaves the folder", () => {
    symlinkSync("../outside", join(folder, "link"));
    assert.throws(() => hash(), {
      message:
        'AppImage "web": folder must be without symbolic links that leave it, got "link -> ../outside". See https://docs.docker.com/build/concepts/context/',
    });
  });

  it("refuses a folder that is not there", () => {
    assert.throws(() => contentHash(PLACE, "no/such/folder", "Dockerfile"), {
      message: `AppImage "web": folder must be a folder, relative to ${process.cwd()}, got "no/such/folder". See https://docs.docker.com/build/concepts/context/`,
    });
  });

  it("refuses a folder without a Dockerfile", () => {
    assert.throws(() => hash("Dockerfile.web"), {
      message: `AppImage "web": dockerfile must be a file in ${folder}, got "Dockerfile.web". See https://docs.docker.com/reference/dockerfile/`,
    });
  });

  it("refuses what it cannot read, with the system's reason", () => {
    mkdirSync(join(folder, ".dockerignore"));
    assert.throws(() => hash(), {
      message: `AppImage "web": folder must be readable, got "${folder} (EISDIR)". See https://docs.docker.com/build/concepts/context/`,
    });
  });
});
