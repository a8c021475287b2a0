// A later version of the program that calls resources otherwise: with an alias, nothing happens to them.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { edit, withProgramCopy } from "./programCopy";
import { changes, withTestStack } from "./testStack";

describe("a resource that another version of the program calls otherwise", function () {
  this.timeout(300_000);

  it("stays as it is where the child of a component has an alias, in Azure as in the cluster, and is replaced without one", () =>
    withProgramCopy(
      { components: "components", "index.ts": "index.ts", "config.ts": "config.ts", config: "config", chain: "chain" },
      (project) =>
        withTestStack({ project }, async (stack) => {
          const up = await stack.up();
          assert.equal(up.code, 0, up.output);
          const there = stack.there();

          const vault = join(project, "components", "secretVault.ts");
          const identity = join(project, "components", "workloadIdentity.ts");
          const app = join(project, "components", "webApp.ts");
          const options = "{ ...opts, deleteBeforeReplace: false, ...(protect";
          const alias = ' aliases: [{ name: "vault-vault" }],';
          await edit(vault, "-vault`, args, vaultName, child)", "-store`, args, vaultName, child)");
          await edit(vault, options, options.replace("opts,", `opts,${alias}`));
          await edit(identity, "-identity`, args, child)", '-managed`, args, { ...child, aliases: [{ name: "web-identity" }] })');
          await edit(app, "-deployment`,", "-pods`,");
          await edit(
            app,
            "...child,\n        dependsOn: [",
            '...child,\n        aliases: [{ name: "web-deployment" }],\n        dependsOn: [',
          );
          const renamed = await stack.up();
          assert.deepEqual([renamed.code, changes(renamed)], [0, []], renamed.output);
          assert.deepEqual(stack.there(), there);
          const { output } = await stack.run("stack", "--show-urns");
          assert.deepEqual(
            ["vault-store", "web-managed", "web-pods", "vault-vault", "web-identity", "web-deployment"].map((name) =>
              output.includes(`::${name}`),
            ),
            [true, true, true, false, false, false],
          );

          await edit(vault, alias, "");
          await edit(vault, "-store`, args, vaultName", "-safe`, args, vaultName");
          const without = changes(await stack.preview());
          assert.deepEqual(
            without.filter((change) => /vault-(store|safe)$/.test(change)),
            ["create vault-safe", "delete vault-store"],
          );
        }),
    ));
});
