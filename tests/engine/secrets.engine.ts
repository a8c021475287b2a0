// What the engine keeps and prints, of secrets: nothing that could be read.
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PREBUILT, withTestStack } from "./testStack";

const SECRET = "a-secret-that-nobody-may-see";

function textOfFolder(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("secrets on the engine", function () {
  this.timeout(120_000);

  it("stand nowhere in clear: not in the state, the stack's config, the event logs or what was printed", () =>
    withTestStack({ set: [...PREBUILT, `secretValue=${SECRET}`, "clusterAccess=admin"] }, async (stack) => {
      const runs = [await stack.preview("--diff"), await stack.up(), await stack.refresh(), await stack.run("stack", "export")];
      assert.deepEqual(
        runs.map(({ code }) => code),
        [0, 0, 0, 0],
      );
      const clientKey = Buffer.from("emulated key").toString("base64");
      const written = textOfFolder(join(stack.folder, "..", "backend"));
      const printed = runs.map(({ output }) => output).join("\n");
      const config = readFileSync(join(stack.folder, "Pulumi.dev.yaml"), "utf8");
      const logs = readdirSync(join(stack.folder, "..")).filter((name) => name.startsWith("events-"));
      // Of debugging: there the SDK quotes what functions answered. It is shown with --debug alone.
      const events = logs
        .flatMap((name) => readFileSync(join(stack.folder, "..", name), "utf8").split("\n"))
        .filter((line) => !/"severity":"debug"/.test(line))
        .join("\n");
      // Not an empty folder: the state is there.
      assert.match(written, /"aks-cluster"|aks-cluster/);
      for (const [where, text] of Object.entries({ written, printed, config, events }))
        for (const secret of [SECRET, clientKey, ...stack.cloud.secretValues()])
          assert.equal(text.includes(secret), false, `${secret.slice(0, 6)}… stands in ${where}`);
    }));
});
