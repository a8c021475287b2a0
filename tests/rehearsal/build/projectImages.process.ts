// This project's own images, built of an archive that the system's tar has made.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmulatedBuilder } from "../../../rehearsal/build/emulatedBuild";

const PROJECT = join(__dirname, "..", "..", "..");

describe("the images of this project", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "images-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const build = (folder: string, ...hidden: readonly string[]) => {
    const excludes = ["node_modules", "dist", ...hidden].map((name) => `--exclude=./${name}`);
    const archive = execFileSync("tar", ["-czf", "-", ...excludes, "-C", join(PROJECT, folder), "."]);
    const builder = createEmulatedBuilder({ projectDirectory: PROJECT, directory });
    return builder(
      { archive, dockerfile: "Dockerfile", arguments: {}, platform: "linux/amd64" },
      () => {},
      new AbortController().signal,
    );
  };

  for (const [folder, file] of [
    ["app", "/app/server.js"],
    ["examples/own-app", "/app/server.mjs"],
  ] as const)
    it(`${folder} is built without a warning, and starts ${file}`, async () => {
      const outcome = await build(folder);
      assert.ok("image" in outcome, JSON.stringify(outcome));
      const { runnable, user, warnings } = outcome.image;
      assert.ok("args" in runnable, JSON.stringify(runnable));
      assert.deepEqual(warnings, []);
      assert.equal(user, "65532:65532");
      assert.equal(runnable.args.length, 1);
      assert.ok(runnable.args[0]?.startsWith(directory) && runnable.args[0].endsWith(file) && existsSync(runnable.args[0]));
      assert.deepEqual(runnable.environment, { NODE_ENV: "production" });
    });

  it("app performs everything but what needs the files of its base image", async () => {
    const outcome = await build("app");
    assert.ok("image" in outcome);
    assert.deepEqual(
      outcome.image.notPerformed.map((step) => step.replace(/^line \d+: (\S+).*$/s, "$1")),
      ["RUN", "COPY"],
    );
  });

  it("app is not built without a file that its Dockerfile copies", async () => {
    const outcome = await build("app", "tsconfig.json");
    assert.ok("failure" in outcome);
    const said =
      "COPY failed: file not found in build context or excluded by .dockerignore: stat tsconfig.json: file does not exist (Dockerfile line ";
    assert.equal(outcome.failure.slice(0, said.length), said);
  });
});
