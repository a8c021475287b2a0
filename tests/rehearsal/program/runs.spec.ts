// One run of a program after another in the same process, whose Pulumi runtime they share.
import { strict as assert } from "node:assert";
import * as authorization from "@pulumi/azure-native/authorization";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { attempt, run } from "../../support/program";

const group = (name: string) => new resources.ResourceGroup(name);

describe("a run of a program", () => {
  it("does not change the next one: config, resources, exports and failures are its own", async () => {
    const first = await attempt(
      () => {
        group("first");
        return { value: new pulumi.Config().require("key"), ...new pulumi.Config().requireObject<object>("broken") };
      },
      { config: { "aks-workload-identity:key": "one", "aks-workload-identity:broken": "{" }, stack: "one" },
    );
    const second = await run(
      () => {
        group("second");
        const config = new pulumi.Config();
        return { keys: [config.get("key"), config.get("broken")].map(String), stack: pulumi.getStack() };
      },
      { config: { "aks-workload-identity:other": "x" }, stack: "two" },
    );
    assert.equal(first.failures.length, 1);
    assert.deepEqual(second.list(), ["azure-native:resources:ResourceGroup second"]);
    assert.deepEqual(second.outputs, { keys: ["undefined", "undefined"], stack: "two" });
  });

  it("gives the same ids and outputs as the one before", async () => {
    const body = () => ({
      id: group("rg").id,
      secret: new random.RandomPassword("p", { length: 12 }).result,
      me: authorization.getClientConfigOutput().objectId,
    });
    const [first, second] = [await run(body), await run(body)];
    assert.deepEqual(first.outputs, second.outputs);
    assert.deepEqual(first.resources, second.resources);
  });

  it("gives the listeners for unhandled rejections back to whoever had them", async () => {
    const listener = () => {};
    process.on("unhandledRejection", listener);
    try {
      const before = process.listeners("unhandledRejection");
      await attempt(() => Promise.reject(new Error("the program has a defect")));
      assert.deepEqual(process.listeners("unhandledRejection"), before);
    } finally {
      process.removeListener("unhandledRejection", listener);
    }
  });
});
