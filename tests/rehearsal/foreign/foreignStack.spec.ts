// What --program is given, before anything starts: each mistake is one message.
import { strict as assert } from "node:assert";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readForeignStack } from "../../../rehearsal/foreign/foreignStack";
import { temporaryFolders } from "../../support/folders";
import { ROOT } from "../../support/program";

describe("the folder of another program", () => {
  const folder = temporaryFolders();
  const NODEJS = "name: theirs\nruntime: nodejs\n";
  const refusal = (directory: string, stack = "dev") => {
    try {
      readForeignStack(directory, stack, []);
    } catch (error) {
      if (error instanceof Error && error.name === "UsageError") return error.message;
      throw error;
    }
    return assert.fail("it was taken");
  };

  it("is read with the stack's config, and runs where main is", () => {
    const { project, stack, directory, main, config } = readForeignStack(join(ROOT, "examples", "split", "cluster"), "dev", [
      "extra=1",
    ]);
    assert.deepEqual(
      { project, stack, directory, main, extra: config[`${project}:extra`] },
      {
        project: "split-cluster",
        stack: "dev",
        directory: join(ROOT, "examples", "split", "cluster"),
        main: "index.ts",
        extra: "1",
      },
    );
  });

  it("must be one, and hold a Pulumi.yaml", () => {
    const empty = folder({ file: "" });
    assert.equal(refusal(join(empty, "nothing")), `there is no folder ${join(empty, "nothing")}`);
    assert.equal(refusal(join(empty, "file")), `${join(empty, "file")} is no folder`);
    assert.equal(refusal(empty), `${empty} holds no Pulumi.yaml`);
    mkdirSync(join(empty, "Pulumi.yaml"));
    assert.equal(refusal(empty), `cannot read ${join(empty, "Pulumi.yaml")}`);
  });

  it("must hold YAML in it, with line and column where it does not", () => {
    const broken = folder({ "Pulumi.yaml": "name: theirs\nruntime: {name: nodejs\n", "index.ts": "" });
    assert.match(refusal(broken), /Pulumi\.yaml is not YAML: .* at line 3, column 1/);
    const nameless = folder({ "Pulumi.yaml": "runtime: nodejs\n", "index.ts": "" });
    assert.match(refusal(nameless), /name/);
  });

  it("must be of runtime nodejs, in either way to write it", () => {
    for (const runtime of ["python", "{name: python}"]) {
      const directory = folder({ "Pulumi.yaml": `name: theirs\nruntime: ${runtime}\n` });
      assert.equal(
        refusal(directory),
        `${join(directory, "Pulumi.yaml")} has runtime "python", and a rehearsal runs programs of runtime nodejs alone`,
      );
    }
  });

  it("must have the stack's file where it has that of another, and is told which there are", () => {
    const directory = folder({ "Pulumi.yaml": NODEJS, "Pulumi.prod.yaml": "", "index.ts": "" });
    assert.equal(refusal(directory), 'stack "dev" has no file Pulumi.dev.yaml');
    assert.throws(() => readForeignStack(directory, "dev", []), { fix: "use one of: prod, or create the file" });
  });

  it("must have its packages installed", () => {
    const directory = folder({ "Pulumi.yaml": NODEJS, "index.ts": "" });
    assert.equal(refusal(directory), `the program in ${directory} finds no @pulumi/pulumi: its packages are not installed`);
    assert.throws(() => readForeignStack(directory, "dev", []), { fix: `npm install in ${directory}` });
    const locked = folder({ "Pulumi.yaml": NODEJS, "index.ts": "", "package-lock.json": "{}" });
    assert.throws(() => readForeignStack(locked, "dev", []), { fix: `npm ci in ${locked}` });
  });

  it("is told the key that was probably meant by one that it does not declare", () => {
    const directory = folder({ "Pulumi.yaml": `${NODEJS}config:\n  replicas: 1\n`, "Pulumi.dev.yaml": "", "index.ts": "" });
    assert.throws(() => readForeignStack(directory, "dev", ["replcas=2"]), {
      message: "--set replcas: Pulumi.yaml declares no key replcas",
      fix: "did you mean replicas? Declare replcas if not",
    });
    for (const set of ["replicas=2", "other=1", "azure-native:location=westeurope"])
      assert.throws(() => readForeignStack(directory, "dev", [set]), /finds no @pulumi\/pulumi/);
  });
});
