// Manifests of a program: every document an object, with the place where it stands.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { Manifests } from "../../../rehearsal/foreign/manifests";
import { temporaryFolders } from "../../support/folders";

const OBJECT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: web}\n";

describe("the manifests of a program", () => {
  const folder = temporaryFolders();

  it("give each document as an object of Pulumi's type, empty ones left out and lists taken apart", () => {
    const list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: batch/v1, kind: Job, metadata: {name: once}}\n";
    const objects = new Manifests(folder({})).read(`---\n# nothing\n---\n${OBJECT}---\n${list}`);
    assert.deepEqual(
      objects.map(({ type, namespace, name }) => [type, namespace, name]),
      [
        ["kubernetes:core/v1:ServiceAccount", "web", "app"],
        ["kubernetes:batch/v1:Job", undefined, "once"],
      ],
    );
  });

  it("know the file and the line of an object by what Pulumi hands over: text, and then type and metadata", () => {
    const text = `# two\n---\n${OBJECT}`;
    const manifests = new Manifests(folder({ "k8s/app.yaml": text, "node_modules/x/app.yaml": text }));
    manifests.read(text);
    const metadata = { name: "app", namespace: "web" };
    const place = "k8s/app.yaml:3 (kubernetes:core/v1:ServiceAccount::app)";
    assert.equal(manifests.placeOf("kubernetes:core/v1:ServiceAccount", { metadata }), place);
    assert.equal(manifests.placeOf("kubernetes:core/v1:Secret", { metadata }), undefined);
    assert.equal(manifests.placeOf("kubernetes:core/v1:ServiceAccount", "no object"), undefined);
  });

  it("may lie beside the program's folder", () => {
    const project = folder({ "k8s/app.yaml": OBJECT, "infra/index.ts": "" });
    const manifests = new Manifests(join(project, "infra"));
    manifests.read(OBJECT);
    const metadata = { name: "app", namespace: "web" };
    assert.match(manifests.placeOf("kubernetes:core/v1:ServiceAccount", { metadata }) ?? "", /^\.\.\/k8s\/app\.yaml:1 /);
  });

  it("are read by path and by pattern, of which a star stops at a slash", () => {
    const manifests = new Manifests(
      folder({ "k8s/a.yaml": OBJECT, "k8s/b.yml": OBJECT, "k8s/deep/c.yaml": OBJECT.replace("app", "deep") }),
    );
    const names = (pattern: string) => manifests.readFiles(pattern)?.map(({ name }) => name);
    assert.deepEqual(names("k8s/a.yaml"), ["app"]);
    assert.deepEqual(names("./k8s/*.yaml"), ["app"]);
    assert.deepEqual(names("k8s/*/*.yaml"), ["deep"]);
    assert.equal(names("k8s/nothing.yaml"), undefined);
  });

  for (const [what, text, message] of [
    ["is no YAML", `${OBJECT}---\nkind: [\n`, /^app\.yaml:6 is not YAML: /],
    ["is no Kubernetes object", `${OBJECT}---\nname: app\n`, "app.yaml:5 is no Kubernetes object: it needs apiVersion and kind"],
    ["is text alone", "just text", "app.yaml:1 is no Kubernetes object: it needs apiVersion and kind"],
    ["is binary", "\u0000\u0001\ufffd", /^app\.yaml:1 is /],
  ] as const)
    it(`are refused with file and line where one ${what}`, () => {
      const manifests = new Manifests(folder({ "app.yaml": text }));
      assert.throws(() => manifests.read(text), { message });
    });
});
