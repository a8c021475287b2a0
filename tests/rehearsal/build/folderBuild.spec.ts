// Builds of folders, as Docker makes them, when the rehearsal ends.
import { strict as assert } from "node:assert";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderBuilds } from "../../../rehearsal/build/folderBuild";

describe("builds of folders", () => {
  it("are cancelled when the rehearsal ends, which waits for their end", async () => {
    const project = mkdtempSync(join(tmpdir(), "folders-"));
    try {
      mkdirSync(join(project, "app"));
      writeFileSync(join(project, "app", "Dockerfile"), "FROM scratch");
      const builds = new FolderBuilds(project, async (_input, _log, signal) => {
        if (!signal.aborted) await once(signal, "abort");
        return { failure: "the build was cancelled" };
      });
      const image = builds.start({ context: "app", dockerfile: undefined, arguments: {} });
      await builds.close();
      const { runnable } = await image;
      assert.deepEqual(runnable, { problem: "the build of app fails: the build was cancelled" });
    } finally {
      rmSync(project, { recursive: true });
    }
  });
});
