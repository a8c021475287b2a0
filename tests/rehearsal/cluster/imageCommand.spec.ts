// What stands for an image is built by a script of its folder, which runs as it is on this machine.
import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { endBuilds, runnableFrom } from "../../../rehearsal/cluster/imageCommand";

describe("the build of an image's folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "image-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const withBuild = (script: string) => {
    writeFileSync(join(folder, "build.js"), script);
    const build = `"${process.execPath}" build.js`;
    writeFileSync(join(folder, "package.json"), JSON.stringify({ main: "server.js", scripts: { build } }));
  };

  it("has an empty home that goes with it, not the one of the person who rehearses", async () => {
    withBuild(`const { HOME } = process.env;
      require("node:fs").writeFileSync("seen", JSON.stringify({ home: HOME, files: require("node:fs").readdirSync(HOME) }));`);
    assert.deepEqual(await runnableFrom(folder), {
      file: process.execPath,
      args: [join(folder, "server.js")],
      directory: folder,
    });
    const seen = z
      .object({ home: z.string(), files: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(join(folder, "seen"), "utf8")));
    assert.notEqual(seen.home, process.env.HOME);
    assert.deepEqual(seen.files, []);
    assert.equal(existsSync(seen.home), false);
  });

  it("can be ended while it is under way", async () => {
    withBuild(`console.log("building"); require("node:fs").writeFileSync("started", ""); setInterval(() => {}, 1000);`);
    const started = new Promise<void>((resolve) => {
      const watcher = watch(folder, (_, name) => {
        if (name !== "started") return;
        watcher.close();
        resolve();
      });
    });
    const built = runnableFrom(folder);
    await started;
    await endBuilds();
    assert.deepEqual(await built, { problem: `the build of ${folder} was ended by SIGTERM:\nbuilding` });
  });
});
