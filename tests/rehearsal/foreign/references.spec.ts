// What a program reads of other stacks: from a file, or from a program that is rehearsed before it.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { parseReference, References, readOutputs } from "../../../rehearsal/foreign/references";
import { temporaryFolders } from "../../support/folders";

const TYPE = "pulumi:pulumi:StackReference";
const registration = (name: string) => ({ type: TYPE, name: "r", inputs: { name }, provider: "", id: name });

describe("a reference to another stack", () => {
  const folder = temporaryFolders();

  it("is a file, a folder, or a folder with a stack", () => {
    const directory = folder({ "outputs.json": "{}" });
    const file = join(directory, "outputs.json");
    assert.deepEqual(parseReference(`platform/dev=${file}`), { name: "platform/dev", from: { file } });
    assert.deepEqual(parseReference(`dev=${directory}`), { name: "dev", from: { directory, stack: "dev" } });
    assert.deepEqual(parseReference(`dev=${directory}:prod`), { name: "dev", from: { directory, stack: "prod" } });
  });

  it("is refused where there is nothing of that name, and without a name", () => {
    assert.throws(() => parseReference("dev=/nowhere"), {
      message: "--reference dev: there is neither a file nor a folder /nowhere",
    });
    for (const text of ["dev", "=x", "dev="])
      assert.throws(() => parseReference(text), { message: `--reference takes NAME=FILE or NAME=DIR, got "${text}"` });
  });

  it("has the outputs of a file, of which what is called like a credential is secret", () => {
    const directory = folder({ "outputs.json": '{"kubeconfig": "text", "issuerUrl": "https://issuer/", "list": [1]}' });
    assert.deepEqual(readOutputs(join(directory, "outputs.json")), {
      outputs: { kubeconfig: "text", issuerUrl: "https://issuer/", list: [1] },
      secretOutputs: ["kubeconfig"],
    });
  });

  it("is refused where the file is no JSON, holds no outputs, or hides some", () => {
    const files = folder({ text: "not json", list: "[]", hidden: '{"a": "[secret]", "b": 1}' });
    assert.throws(() => readOutputs(join(files, "text")), { message: /text is not JSON: / });
    assert.throws(() => readOutputs(join(files, "list")), { message: `${join(files, "list")} holds no outputs by name` });
    assert.throws(() => readOutputs(join(files, "hidden")), {
      message: `${join(files, "hidden")} hides the value of a`,
      fix: "write it with: pulumi stack output --json --show-secrets",
    });
  });

  it("has the texts of its secret outputs kept out of reports, however deep they stand", () => {
    const references = new References();
    references.add("dev", { outputs: { open: "seen", login: { user: "one", pass: ["two"] } }, secretOutputs: ["login"] });
    assert.deepEqual(references.secrets, ["one", "two"]);
  });

  it("answers by its full name and by the last parts of it, and by nothing else", () => {
    const references = new References();
    references.add("platform/dev", { outputs: { a: 1 }, secretOutputs: ["a"] });
    const state = { name: "acme/platform/dev", outputs: { a: 1 }, secretOutputNames: ["a"] };
    assert.deepEqual(references.answer(registration("acme/platform/dev")), { id: "acme/platform/dev", state });
    assert.throws(() => references.answer(registration("acme/otherplatform/dev")));
    assert.match(references.advice ?? "", /^add --reference acme\/otherplatform\/dev=FILE\.json, /);
  });
});
