// A secret that the program forgets stays in the vault: what that means when its name is wanted again, as docs/runbook.md has it.
import { strict as assert } from "node:assert";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { effectsOf } from "./effects";
import { changes, PREBUILT, type TestStack, withTestStack } from "./testStack";

const SECRET = "azure-native:keyvault:Secret";

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  dependencies: z.array(z.string()).default([]),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).default({}),
});
const exported = z.looseObject({ deployment: z.looseObject({ resources: z.array(resource) }) });
type State = z.infer<typeof exported>;

/** As if the program had not had the resource any more, which is kept when it goes. */
function without({ deployment, ...state }: State, gone: string): State {
  const others = (urns: readonly string[] | null) => (urns ?? []).filter((urn) => urn !== gone);
  const resources = deployment.resources
    .filter(({ urn }) => urn !== gone)
    .map(({ dependencies, propertyDependencies, ...kept }) => ({
      ...kept,
      dependencies: others(dependencies),
      propertyDependencies: Object.fromEntries(Object.entries(propertyDependencies).map(([key, urns]) => [key, others(urns)])),
    }));
  return { ...state, deployment: { ...deployment, resources } };
}

function secrets(stack: TestStack): string[] {
  return stack.there().flatMap((id) => /\/secrets\/([^/]+)$/.exec(id)?.[1] ?? []);
}

describe("a secret of the stack", function () {
  this.timeout(300_000);

  it("stays in the vault under its old name, whose second creation is refused until somebody has removed it", () =>
    withTestStack({}, async (stack) => {
      assert.equal((await stack.up()).code, 0);
      await stack.set(...PREBUILT, "secretName=farewell");
      const renamed = await stack.up();
      assert.deepEqual(effectsOf(renamed), { happens: "replaces secret in the vault; updates Deployment", pods: "web restart" });
      assert.deepEqual(secrets(stack), ["farewell", "greeting"]);

      await stack.set(...PREBUILT);
      const refused = await stack.up();
      assert.notEqual(refused.code, 0);
      assert.match(refused.output, /vault-secret-app.*cannot create already existing resource '\S*\/secrets\/greeting'/s);

      // By hand, as the runbook says: deleted and purged.
      const old = stack.cloud.manager.all().find(({ id }) => id.endsWith("/secrets/greeting"));
      stack.cloud.manager.delete(old?.id ?? "");
      assert.equal(stack.cloud.manager.softDeleted.purgeSecret(old?.id ?? ""), true);
      const again = await stack.up();
      assert.equal(again.code, 0, again.output);
      assert.deepEqual(secrets(stack), ["farewell", "greeting"]);
    }));

  it("is taken into the state again by the runbook's import, and gets config's value as a new version", () =>
    withTestStack({}, async (stack) => {
      assert.equal((await stack.up()).code, 0);
      const state = exported.parse(JSON.parse((await stack.run("stack", "export")).output));
      const urnOf = (ending: string) => state.deployment.resources.find(({ urn }) => urn.endsWith(ending))?.urn ?? "";
      const id = state.deployment.resources.find(({ type }) => type === SECRET)?.id ?? "";
      const file = join(stack.folder, "forgotten.json");
      await writeFile(file, JSON.stringify(without(state, urnOf("::vault-secret-app"))));
      const forgotten = await stack.run("stack", "import", "--file", file);
      assert.equal(forgotten.code, 0, forgotten.output);
      const refused = await stack.up();
      assert.match(refused.output, /cannot create already existing resource/);
      const imported = await stack.run(
        ...["import", SECRET, "vault-secret-app", id, "--parent", `vault=${urnOf("::vault")}`],
        ...["--protect=false", "--generate-code=false", "--yes"],
      );
      assert.equal(imported.code, 0, imported.output);
      const up = await stack.up();
      assert.equal(up.code, 0, up.output);
      assert.deepEqual(changes(up), ["update vault-secret-app"]);
    }));
});
