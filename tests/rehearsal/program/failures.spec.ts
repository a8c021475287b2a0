// How a program's mistakes come out of the recorder: each once, with its place, and with a stack only where that helps.
import { strict as assert } from "node:assert";
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { attempt, run } from "../../support/program";

const messages = async (body: () => unknown) => (await attempt(body)).failures.map(({ message }) => message);
const group = (name: string, opts?: pulumi.CustomResourceOptions) => new resources.ResourceGroup(name, {}, opts);

class Box extends pulumi.ComponentResource {
  constructor(name: string, value: string) {
    super("test:index:Box", name, { value });
  }
}

describe("a program that does not run", () => {
  it("fails on the text of an output before anything is made of it, naming resource and property", async () => {
    const found = await messages(() => {
      const { id, name } = group("rg");
      new resources.ResourceGroup("other", { tags: { good: "x", bad: `id is ${id}` } });
      new random.RandomString("s", { length: 4, keepers: { a: `${id}`, b: `${id}` } });
      new containerservice.ManagedCluster("cluster", {
        resourceGroupName: `${name}`,
        apiServerAccessProfile: { authorizedIPRanges: ["10.0.0.0/8", `${id}`] },
      });
      new Box("box", `${id}`);
    });
    const rest = "holds the text of an output: use pulumi.interpolate";
    assert.deepEqual(found.sort(), [
      `azure-native:containerservice:ManagedCluster::cluster: apiServerAccessProfile.authorizedIPRanges[1], resourceGroupName ${rest}`,
      `azure-native:resources:ResourceGroup::other: tags.bad ${rest}`,
      `random:index/randomString:RandomString::s: keepers.a, keepers.b ${rest}`,
      `test:index:Box::box: value ${rest}`,
    ]);
  });

  it("fails on a type that is not emulated with one message, however many resources wait for it", async () => {
    const found = await messages(() => {
      const queue = new storage.Queue("queue", { resourceGroupName: "rg", accountName: "account" });
      for (let index = 0; index < 20; index += 1) {
        new resources.ResourceGroup(`rg-${index}`, { tags: { queue: queue.name } });
        queue.id.apply((id) => id);
      }
      return { id: queue.id };
    });
    assert.deepEqual(found, [
      "azure-native:storage:Queue::queue: NotEmulated: the rehearsal does not emulate azure-native:storage:Queue",
    ]);
  });

  it("fails on a function that is not emulated with one message, however often its result is used", async () => {
    const found = await messages(() => {
      const account = storage.getQueueOutput({ resourceGroupName: "rg", accountName: "a", queueName: "q" });
      const tags = { kind: account.name };
      for (let index = 0; index < 20; index += 1) new resources.ResourceGroup(`rg-${index}`, { tags });
    });
    assert.deepEqual(found, [
      "azure-native:storage:getQueue: NotEmulated: the rehearsal does not emulate the function azure-native:storage:getQueue",
    ]);
  });

  it("fails once on a function that is awaited", async () => {
    const found = await messages(async () => {
      await storage.getQueue({ resourceGroupName: "rg", accountName: "a", queueName: "q" });
    });
    assert.deepEqual(found, [
      "azure-native:storage:getQueue: NotEmulated: the rehearsal does not emulate the function azure-native:storage:getQueue",
    ]);
  });

  it("shows a throw with its stack, since it is the program's own defect", async () => {
    const { failures } = await attempt(() => {
      throw new TypeError("the program has a defect");
    });
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["the program has a defect"],
    );
    assert.match(failures[0]?.stack ?? "", /failures\.spec\.ts:\d+/);
  });

  for (const [where, body] of [
    ["a throw in an apply", () => void group("rg").id.apply(() => fail())],
    ["a promise that nobody awaits", () => void Promise.reject(new Error("the program has a defect"))],
    [
      "an input that is rejected",
      () => void new resources.ResourceGroup("rg", { location: Promise.reject(new Error("the program has a defect")) }),
    ],
    ["an async function of the program", async () => fail()],
  ] as const) {
    it(`shows ${where}`, async () => {
      const { failures } = await attempt(body);
      assert.equal(failures.length, 1, failures.map(({ message }) => message).join("\n"));
      assert.match(failures[0]?.message ?? "", /the program has a defect/);
      assert.match(failures[0]?.stack ?? "", /failures\.spec\.ts:\d+/);
    });
  }

  it("shows a RunError, which is a user's mistake, without a stack", async () => {
    const { failures } = await attempt(() => {
      throw new pulumi.RunError('config key replicas must be a number, got "many"');
    });
    assert.deepEqual(failures, [{ message: 'config key replicas must be a number, got "many"', stack: undefined }]);
  });

  it("shows a ResourceError without a stack", async () => {
    const { failures } = await attempt(() => {
      throw new pulumi.ResourceError("replicas must be a number", group("rg"));
    });
    assert.deepEqual(failures, [{ message: "replicas must be a number", stack: undefined }]);
  });

  it("shows what is thrown that is no error", async () => {
    assert.deepEqual(
      await messages(() => {
        throw "text";
      }),
      ["text"],
    );
  });

  it("shows the cause beneath a library's message", async () => {
    const found = await messages(async () => {
      throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    });
    assert.deepEqual(found, ["fetch failed: connect ECONNREFUSED"]);
  });

  it("shows missing config as Pulumi says it, without a stack", async () => {
    const { failures } = await attempt(() => new pulumi.Config().require("replicas"));
    assert.equal(failures.length, 1);
    assert.match(failures[0]?.message ?? "", /Missing required configuration variable 'aks-workload-identity:replicas'/);
    assert.equal(failures[0]?.stack, undefined);
  });

  it("fails on two resources of one type and name, as the engine does", async () => {
    const found = await messages(() => {
      group("rg");
      group("rg");
    });
    assert.deepEqual(found, [
      "azure-native:resources:ResourceGroup::rg: the program registers two resources of this type, name and parent",
    ]);
  });

  it("lets a name come again under another type of parent, however deep", async () => {
    const { list } = await run(() => {
      for (const type of ["test:index:A", "test:index:B"]) {
        const outer = new pulumi.ComponentResource(type, "same");
        const middle = new pulumi.ComponentResource("test:index:Middle", "same", {}, { parent: outer });
        const inner = new pulumi.ComponentResource("test:index:Inner", "same", {}, { parent: middle });
        group("same", { parent: inner });
      }
      group("same");
    });
    assert.equal(list().length, 9);
  });
});

function fail(): never {
  throw new Error("the program has a defect");
}
