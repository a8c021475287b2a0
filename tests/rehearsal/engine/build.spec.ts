// .ci/engine/build, with a Go that compiles nothing. That the real one makes a CLI that works is what the engine's own tests show.
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "../../support/program";
import { cli, script } from "./fakeEngine";

const TOOLS = ["bash", "cat", "chmod", "cmp", "dirname", "flock", "install", "mkdir", "mktemp", "mv", "rm", "sed"];
const OLDEST_GO = "1.25.11";

interface Built {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// The pipeline's script is for Linux: other systems have no flock.
if (toolsOf("flock").length > 0)
  describe("building the engine", () => {
    let root: string;
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), "build-engine-"));
      mkdirSync(at("tools"));
      for (const tool of TOOLS) for (const file of toolsOf(tool).slice(0, 1)) symlinkSync(file, at("tools", tool));
    });
    afterEach(() => rmSync(root, { recursive: true, force: true }));

    const at = (...names: readonly string[]) => join(root, ...names);
    const folder = () => at("cache", "aks-workload-identity", "engine", "3.255.0");
    const builds = () => (existsSync(at("builds")) ? readFileSync(at("builds"), "utf8").split("\n").length - 1 : 0);

    /** A Go that "compiles" a CLI of this version: the argument after -o says where to. */
    const go = (version: string, ...before: readonly string[]) =>
      script(
        at("bin", "go"),
        `[ "$3" = env ] && echo go1.26.0 && exit 0`,
        `echo build >>"${at("builds")}"`,
        ...before,
        `printf '#!/bin/sh\\necho ${version}\\n' >"$6"`,
        `chmod +x "$6"`,
      );

    const build = (...args: readonly string[]) =>
      new Promise<Built>((done) => {
        const env = { PATH: `${at("bin")}${delimiter}${at("tools")}`, HOME: at("home"), XDG_CACHE_HOME: at("cache") };
        const child = spawn(join(ROOT, ".ci", "engine", "build"), args, { env, cwd: root, stdio: ["ignore", "pipe", "pipe"] });
        let [stdout, stderr] = ["", ""];
        child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        child.once("close", (code) => done({ code, stdout, stderr }));
      });

    it("puts the CLI and the language host into the cache and prints the folder", async () => {
      go("v3.255.0");
      assert.deepEqual(await build(), {
        code: 0,
        stdout: `${folder()}\n`,
        stderr: "building Pulumi 3.255.0 with go1.26.0; the first time takes minutes and downloads 2 GB\n",
      });
      assert.deepEqual(readdirSync(folder()).sort(), [".lock", "pulumi", "pulumi-language-nodejs"]);
      assert.deepEqual(
        readFileSync(join(folder(), "pulumi-language-nodejs")),
        readFileSync(join(ROOT, ".ci", "engine", "languageHost.cjs")),
      );
    });

    it("builds once, also where two begin at once, and needs no Go then", async () => {
      go("v3.255.0");
      assert.deepEqual(
        (await Promise.all([build(), build()])).map(({ code }) => code),
        [0, 0],
      );
      assert.equal(builds(), 1);
      rmSync(at("bin"), { recursive: true });
      assert.deepEqual(await build(), { code: 0, stdout: `${folder()}\n`, stderr: "" });
    });

    it("replaces a CLI of another version and a language host that is old", async () => {
      go("v3.255.0");
      cli(join(folder(), "pulumi"), "v3.254.0");
      writeFileSync(join(folder(), "pulumi-language-nodejs"), "old", { mode: 0o755 });
      assert.equal((await build()).code, 0);
      assert.equal(builds(), 1);
      assert.match(readFileSync(join(folder(), "pulumi"), "utf8"), /3\.255\.0/);
      assert.notEqual(readFileSync(join(folder(), "pulumi-language-nodejs"), "utf8"), "old");
    });

    it("builds into the folder that it is given", async () => {
      go("v3.255.0");
      assert.equal((await build("mine")).stdout, `${at("mine")}\n`);
    });

    it("leaves nothing half done where Go fails, or was killed before", async () => {
      go("v3.255.0", "echo cannot compile >&2", "exit 4");
      mkdirSync(join(folder(), ".new.killed"), { recursive: true });
      const { code, stderr } = await build();
      assert.equal(code, 4);
      assert.match(stderr, /\ncannot compile\n$/);
      assert.deepEqual(readdirSync(folder()), [".lock"]);
    });

    it("takes no CLI that calls itself another version", async () => {
      go("v1.0.0");
      const { code, stderr } = await build();
      assert.equal(code, 1);
      assert.match(stderr, /\nthe built CLI does not call itself v3\.255\.0: v1\.0\.0\n$/);
      assert.deepEqual(readdirSync(folder()), [".lock"]);
    });

    it("says that Go is missing", async () => {
      assert.deepEqual(await build(), {
        code: 1,
        stdout: "",
        stderr: `building Pulumi 3.255.0 needs Go ${OLDEST_GO} or newer, and there is no go on PATH: install Go, or Pulumi itself\n`,
      });
    });

    it("says that Go is too old, in Go's own words", async () => {
      const words = `go: go.mod requires go >= ${OLDEST_GO} (running go 1.24.0; GOTOOLCHAIN=local)`;
      script(at("bin", "go"), `echo "${words}" >&2`, "exit 1");
      assert.deepEqual(await build(), {
        code: 1,
        stdout: "",
        stderr: `building Pulumi 3.255.0 needs Go ${OLDEST_GO} or newer: ${words}\n`,
      });
    });
  });

function toolsOf(name: string): string[] {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter((file) => existsSync(file));
}
