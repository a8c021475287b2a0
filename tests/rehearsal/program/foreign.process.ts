// Programs that are not ours, each in a process of its own: what they are written in, and how they end.
import { strict as assert } from "node:assert";
import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { ProgramBackend } from "../../../rehearsal/program/recorder";
import { runInOwnProcess } from "../../../rehearsal/program/run";
import { UsageError } from "../../../rehearsal/usageError";
import { temporaryFolders } from "../../support/folders";
import { ROOT } from "../../support/program";

const registered: { readonly name: string; readonly outputs: readonly string[] }[] = [];
const backend: ProgramBackend = {
  register: async ({ type, name, inputs, outputs = [] }) => {
    if (type.startsWith("theirs:")) registered.push({ name, outputs });
    return { id: type, state: { ...inputs } };
  },
  invoke: async () => ({}),
};

describe("a program of somebody else", function () {
  this.timeout(20_000);
  const folder = temporaryFolders();

  /** With this project's packages, as if they were its own. */
  function program(files: Readonly<Record<string, string>>): string {
    const directory = folder(files);
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
    return directory;
  }

  function run(directory: string, main = "index.ts", limitSeconds = 15) {
    const settings = { project: "theirs", stack: "dev", preview: false, config: {}, secretKeys: [] };
    const signal = new AbortController().signal;
    return runInOwnProcess({ directory, main, settings, environment: {}, signal, limitSeconds }, backend);
  }

  async function refusal(directory: string, limitSeconds?: number): Promise<UsageError> {
    const error: unknown = await run(directory, "index.ts", limitSeconds).then(
      () => assert.fail("it ran"),
      (reason: unknown) => reason,
    );
    return error instanceof UsageError ? error : assert.fail(String(error));
  }

  it("may be an ES module: top-level await, root imports, files named .js that are .ts", async () => {
    const directory = program({
      "package.json": '{"type": "module"}',
      "index.ts": `import * as azure from "@pulumi/azure-native";
        import * as pulumi from "@pulumi/pulumi";
        import { name } from "./name.js";
        const group = new azure.resources.ResourceGroup(await name);
        export const stack = pulumi.getStack();
        export const id = group.id;`,
      "name.ts": 'export const name: Promise<string> = Promise.resolve("group");',
    });
    const { resources, outputs } = await run(directory);
    assert.deepEqual(outputs, { stack: "dev", id: "azure-native:resources:ResourceGroup" });
    assert.deepEqual(
      resources.filter(({ custom }) => custom).map(({ type, name }) => `${type} ${name}`),
      ["azure-native:resources:ResourceGroup group"],
    );
  });

  it("may name its modules by the aliases of its own tsconfig.json", async () => {
    const directory = program({
      "tsconfig.json": '{"compilerOptions": {"paths": {"@lib/*": ["./lib/*"]}}}',
      "index.ts": 'import { answer } from "@lib/answer"; export const found = answer;',
      "lib/answer.ts": "export const answer: number = 42;",
    });
    assert.deepEqual((await run(directory)).outputs, { found: 42 });
  });

  it("may be a function, of CommonJS and of an ES module, and may be JavaScript", async () => {
    const javascript = program({ "index.js": 'module.exports = async () => ({ answer: await Promise.resolve("cjs") });' });
    assert.deepEqual((await run(javascript, "index.js")).outputs, { answer: "cjs" });
    const esm = program({
      "package.json": '{"type": "module"}',
      "index.ts": 'export default async (): Promise<object> => ({ answer: "esm" });',
    });
    assert.deepEqual((await run(esm)).outputs, { answer: "esm" });
  });

  /** As npm installs a package that needs Pulumi in another version than the program. */
  function withOwnPulumi(directory: string): string {
    const modules = join(directory, "node_modules");
    mkdirSync(join(modules, "@pulumi"), { recursive: true });
    for (const name of readdirSync(join(ROOT, "node_modules")))
      if (name !== "@pulumi" && !name.startsWith(".")) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    const own = join(modules, "@pulumi", "pulumi");
    cpSync(realpathSync(join(ROOT, "node_modules", "@pulumi", "pulumi")), own, { recursive: true });
    return realpathSync(own);
  }

  it("has its resources recorded in every copy of Pulumi that it loads, those of its packages included", async () => {
    const directory = folder({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
        import { theirs, copy } from "./vendored/package";
        export const own = pulumi.getStack() === "dev" && require.resolve("@pulumi/pulumi");
        export const other = copy;
        export const id = theirs.id;`,
      "vendored/package.js": `const pulumi = require("@pulumi/pulumi");
        exports.copy = require.resolve("@pulumi/pulumi");
        exports.theirs = new pulumi.CustomResource("theirs:index:Thing", "thing", { wanted: undefined });`,
    });
    const [own, other] = [withOwnPulumi(directory), withOwnPulumi(join(directory, "vendored"))];
    const { resources, outputs } = await run(directory);
    assert.deepEqual(outputs, { own: join(own, "index.js"), other: join(other, "index.js"), id: "theirs:index:Thing" });
    assert.deepEqual(registered, [{ name: "thing", outputs: ["wanted"] }]);
    assert.ok(resources.some(({ type }) => type === "theirs:index:Thing"));
  });

  it("that is no TypeScript is refused with file, line and column", async () => {
    const directory = program({ "index.ts": "\nconst x: = 3;" });
    const { message } = await refusal(directory);
    assert.ok(message.includes(`${realpathSync(directory)}/index.ts:2:9: ERROR`), message);
  });

  it("that misses a package is told to install it, and one that misses a file is not", async () => {
    const directory = program({ "index.ts": 'import "@pulumi/nowhere";' });
    const { message, fix } = await refusal(directory);
    assert.deepEqual(
      { message: message.split("\n")[0], fix },
      { message: "Cannot find module '@pulumi/nowhere'", fix: `npm install in ${directory}` },
    );
    const withoutFile = await refusal(program({ "index.ts": 'import "./nowhere";' }));
    assert.equal(withoutFile.fix, "change the program or its config as the message says");
  });

  it("that ends its process is told so, with what it printed made readable", async () => {
    const directory = program({ "index.ts": "process.stdout.write(Buffer.from([0, 27, 255, 65])); process.exit(0);" });
    const { message, fix } = await refusal(directory);
    assert.match(message, /^the program's process exited with code \d before it was done:\n\?\?\?A/);
    assert.equal(fix, "make the program run to its end: it may not call process.exit");
  });

  it("that never ends is ended", async () => {
    const { message } = await refusal(program({ "index.ts": "for (;;);" }), 2);
    assert.equal(message, "the program did not end within 2 seconds");
  });
});
