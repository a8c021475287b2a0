// A stack that builds its image in the registry: when it builds again, and when not.
import { strict as assert } from "node:assert";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertEachKey } from "./eachKey";
import { effectsOf } from "./effects";
import { keyTable } from "./keyTables";
import { withProgramCopy } from "./programCopy";
import { changes, withTestStack } from "./testStack";

/** Built in a second. */
const OWN_APP = { app: join("examples", "own-app") };

describe("an image that a stack builds in its registry", function () {
  this.timeout(300_000);

  it("is built once, and again when a file of it changes, which restarts its pods and nothing else", () =>
    withProgramCopy(OWN_APP, (project) =>
      withTestStack({ project, set: ["imageBuilder=acr"] }, async (stack) => {
        const upTo = async () => {
          const run = await stack.up();
          assert.equal(run.code, 0, run.output);
          return { run, digest: (await stack.outputs()).imageDigest };
        };
        const first = await upTo();
        assert.equal((await stack.world.built()).length, 1);
        const again = await upTo();
        assert.deepEqual([changes(again.run), again.digest, (await stack.world.built()).length], [[], first.digest, 1]);

        await writeFile(join(project, "app", "server.mjs"), "console.log('another');\n");
        const changed = await upTo();
        assert.deepEqual(effectsOf(changed.run), {
          happens: "updates Deployment; creates note of the built image; deletes note of the built image",
          pods: "web restart",
        });
        assert.notEqual(changed.digest, first.digest);
        assert.equal((await stack.world.built()).length, 2);
      }),
    ));

  it("follows the keys that say what it is built from as docs/lifecycle.md says, and builds nothing for a commit alone", () =>
    withProgramCopy(OWN_APP, async (project) => {
      await cp(join(project, "app"), join(project, "other"), { recursive: true });
      await writeFile(join(project, "other", "server.mjs"), "console.log('another');\n");
      await cp(join(project, "app", "Dockerfile"), join(project, "app", "other.Dockerfile"));
      await assertEachKey(keyTable("What is built"), { project });
    }));
});
