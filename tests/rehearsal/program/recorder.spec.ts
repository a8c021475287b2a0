// What the recorder reads from Pulumi's requests: it stands on parts of the SDK that are no public interface, so this is also the
// canary for a new version of the SDK.
import { strict as assert } from "node:assert";
import * as resources from "@pulumi/azure-native/resources";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { run } from "../../support/program";

const STACK = "urn:pulumi:test::aks-workload-identity::pulumi:pulumi:Stack::aks-workload-identity-test";
const GROUP = "azure-native:resources:ResourceGroup";
const BOX = "test:index:Box";
const STRING = "random:index/randomString:RandomString";

const group = (name: string, opts?: pulumi.CustomResourceOptions) => new resources.ResourceGroup(name, {}, opts);
const kubeconfig = JSON.stringify({ clusters: [{ name: "c", cluster: { server: "https://c.example" } }] });

class Box extends pulumi.ComponentResource {
  constructor(name: string, build: (parent: { parent: Box }) => object, opts?: pulumi.ComponentResourceOptions) {
    super(BOX, name, {}, opts);
    this.registerOutputs(build({ parent: this }));
  }
}

describe("the recorder", () => {
  it("records type, name and inputs of what a program registers, and what is no resource of a provider", async () => {
    const { resources: recorded } = await run(() => {
      new Box("box", (opts) => ({ group: new resources.ResourceGroup("rg", { tags: { a: "b" } }, opts).name }));
    });
    assert.deepEqual(
      recorded.map(({ type, name, custom, inputs }) => ({ type, name, custom, inputs })),
      [
        { type: BOX, name: "box", custom: false, inputs: {} },
        { type: GROUP, name: "rg", custom: true, inputs: { tags: { a: "b" } } },
      ],
    );
  });

  it("records parents: the stack's own resources, those of a component, and components in components", async () => {
    const { find } = await run(() => {
      new Box("outer", (outer) => {
        new Box("inner", (inner) => ({ group: group("deep", inner).id }), outer);
        return {};
      });
      group("top");
    });
    assert.equal(find(GROUP, "top").parent, STACK);
    assert.equal(find(BOX, "outer").parent, STACK);
    assert.equal(find(BOX, "inner").parent, find(BOX, "outer").urn);
    assert.equal(find(GROUP, "deep").parent, find(BOX, "inner").urn);
  });

  it("tells what dependsOn names from what an input brings along", async () => {
    const { find } = await run(() => {
      const [named, used] = [group("named"), group("used")];
      new random.RandomString("s", { length: 4, keepers: { group: used.name } }, { dependsOn: named });
    });
    const { dependsOn, dependencies } = find(STRING);
    assert.deepEqual(dependsOn, [find(GROUP, "named").urn]);
    assert.deepEqual(dependencies, [find(GROUP, "named").urn, find(GROUP, "used").urn]);
  });

  it("resolves a dependsOn on a component to the resources in it", async () => {
    const { find } = await run(() => {
      const box = new Box("box", (opts) => ({ group: group("inside", opts).id }));
      group("after", { dependsOn: box });
    });
    assert.deepEqual(find(GROUP, "after").dependsOn, [find(GROUP, "inside").urn]);
  });

  it("records an explicit provider, also one that a component hands on, and nothing for the default one", async () => {
    const { find, cloud } = await run(() => {
      const provider = new k8s.Provider("cluster", { kubeconfig });
      new k8s.core.v1.Namespace("own", { metadata: { name: "own" } }, { provider });
      new Box("box", (opts) => ({ id: new k8s.core.v1.Namespace("handed", { metadata: { name: "handed" } }, opts).id }), {
        providers: { kubernetes: provider },
      });
      group("default");
    });
    const expected = `${find("pulumi:providers:kubernetes").urn}::${[...cloud.kubernetes.keys()][0]}`;
    assert.equal(find("kubernetes:core/v1:Namespace", "own").provider, expected);
    assert.equal(find("kubernetes:core/v1:Namespace", "handed").provider, expected);
    assert.equal(find(GROUP, "default").provider, "");
  });

  it("records protect, deletedWith, retainOnDelete, deleteBeforeReplace, ignoreChanges and time-outs", async () => {
    const { find } = await run(() => {
      const owner = group("owner");
      group("all", {
        protect: true,
        deletedWith: owner,
        retainOnDelete: true,
        deleteBeforeReplace: false,
        ignoreChanges: ["tags", "properties.a"],
        customTimeouts: { create: "20m", update: "30m", delete: "1h" },
      });
      group("none");
    });
    const options = (name: string) => {
      const { protect, deletedWith, retainOnDelete, deleteBeforeReplace, ignoreChanges, customTimeouts } = find(GROUP, name);
      return { protect, deletedWith, retainOnDelete, deleteBeforeReplace, ignoreChanges, customTimeouts };
    };
    assert.deepEqual(options("all"), {
      protect: true,
      deletedWith: find(GROUP, "owner").urn,
      retainOnDelete: true,
      deleteBeforeReplace: false,
      ignoreChanges: ["tags", "properties.a"],
      customTimeouts: { create: "20m", update: "30m", delete: "1h" },
    });
    assert.deepEqual(options("none"), {
      protect: false,
      deletedWith: undefined,
      retainOnDelete: false,
      deleteBeforeReplace: undefined,
      ignoreChanges: [],
      customTimeouts: {},
    });
  });

  it("records aliases, with what of each differs from the resource", async () => {
    const urn = `${STACK.replace(/pulumi:pulumi:Stack::.*/, BOX)}::oldest`;
    const { find } = await run(() => {
      const aliases = [{ name: "old" }, { type: "test:index:Crate", name: "older", stack: "s", project: "p" }, urn];
      const renamed = new Box("renamed", () => ({}), { aliases });
      const fresh = new Box("new", () => ({}));
      const parents = [{ parent: pulumi.rootStackResource }, { parent: fresh }, { parent: renamed, name: "m" }];
      new Box("moved", () => ({}), { parent: renamed, aliases: parents });
    });
    assert.deepEqual(find(BOX, "renamed").aliases, [
      { name: "old" },
      { type: "test:index:Crate", name: "older", project: "p", stack: "s" },
      { urn },
    ]);
    assert.deepEqual(find(BOX, "moved").aliases, [{ parent: "" }, { parent: find(BOX, "new").urn }, { name: "m" }]);
    assert.deepEqual(find(BOX, "new").aliases, []);
  });

  it("hands protect down from a component to what is in it", async () => {
    const { find } = await run(() => {
      new Box("box", (opts) => ({ id: group("inside", opts).id }), { protect: true });
    });
    assert.equal(find(GROUP, "inside").protect, true);
  });

  it("unwraps secret inputs and names the properties that held them", async () => {
    const { find } = await run(() => {
      new resources.ResourceGroup("rg", { tags: { open: "a", hidden: pulumi.secret("b") }, location: "westeurope" });
    });
    const { inputs, secretInputs } = find(GROUP);
    assert.deepEqual(inputs, { tags: { open: "a", hidden: "b" }, location: "westeurope" });
    assert.deepEqual(secretInputs, ["tags"]);
  });

  it("records the outputs of components and of the stack, secrets unwrapped and named", async () => {
    const { find, componentOutputs, outputs, secretOutputs } = await run(() => {
      new Box("box", () => ({ open: pulumi.output("a"), hidden: pulumi.secret("b") }));
      return { open: "c", hidden: pulumi.secret("d"), nested: { deep: [pulumi.secret("e")] } };
    });
    assert.deepEqual(componentOutputs, { [find(BOX).urn]: { open: "a", hidden: "b" } });
    assert.deepEqual(outputs, { open: "c", hidden: "d", nested: { deep: ["e"] } });
    assert.deepEqual(secretOutputs, ["hidden", "nested"]);
  });

  it("has what is registered late: in an apply, in an apply of that, after a promise and after a timer", async () => {
    const { list } = await run(async () => {
      const first = group("first");
      first.id.apply(() => group("in-apply").id.apply(() => group("in-apply-of-apply")));
      await new Promise((resolve) => setTimeout(resolve, 5));
      group("after-timer");
      await Promise.resolve();
      group("after-promise");
    });
    assert.deepEqual(
      list(),
      ["after-promise", "after-timer", "first", "in-apply", "in-apply-of-apply"].map((name) => `${GROUP} ${name}`),
    );
  });

  it("lets a resource with hooks register, which Pulumi's own mocks leave hanging", async () => {
    const { list } = await run(() => {
      const hook = new pulumi.ResourceHook("hook", () => {});
      group("hooked", { hooks: { beforeCreate: [hook], afterDelete: [hook] } });
    });
    assert.deepEqual(list(), [`${GROUP} hooked`]);
  });

  it("lets transforms run", async () => {
    const { find } = await run(() => {
      group("rg", { transformations: [({ props, opts }) => ({ props: { ...props, tags: { added: "yes" } }, opts })] });
    });
    assert.deepEqual(find(GROUP).inputs, { tags: { added: "yes" } });
  });
});
