// What the emulated cloud keeps for a build in a registry: Pulumi's own memory of a value, and the registry as the data plane sees it.
import { deepStrictEqual, notStrictEqual, strictEqual } from "node:assert";
import { emulatedCloud, SUBSCRIPTION } from "../../support/program";

const STASH = "pulumi:index:Stash";

describe("the emulated cloud", () => {
  const register = (type: string, name: string, inputs: Readonly<Record<string, unknown>>, cloud = emulatedCloud()) =>
    cloud.register({ type, name, inputs, provider: "", id: undefined });

  it("gives back from a stash what was put in", async () => {
    const input = "crweb.azurecr.io/app@sha256:00";
    const { id, state } = await register(STASH, "image-abc", { input });
    deepStrictEqual(state, { input, output: input });
    strictEqual((await register(STASH, "image-abc", { input: "other" })).id, id);
    notStrictEqual((await register(STASH, "image-def", { input })).id, id);
  });

  it("shows a registry with place, size and mode", async () => {
    const cloud = emulatedCloud();
    await register("azure-native:resources:ResourceGroup", "group", { resourceGroupName: "rg" }, cloud);
    const inputs = { resourceGroupName: "rg", registryName: "crWeb", sku: { name: "Basic" } };
    await register("azure-native:containerregistry:Registry", "registry", inputs, cloud);
    deepStrictEqual(cloud.registries(), [
      {
        id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/crWeb`,
        loginServer: "crweb.azurecr.io",
        location: "westeurope",
        sku: "Basic",
        roleAssignmentMode: undefined,
      },
    ]);
  });

  it("keeps an image whose folder nobody builds, as one that cannot be run", async () => {
    const cloud = emulatedCloud();
    const inputs = { imageName: "crweb.azurecr.io/app:1", build: { context: "./app" } };
    await register("docker:index/image:Image", "app", inputs, cloud);
    const digest = cloud.images.digestOf("crweb.azurecr.io/app", "1");
    deepStrictEqual((await cloud.images.find(`crweb.azurecr.io/app@${digest}`))?.runnable, {
      problem: "nothing here builds an image's folder",
    });
  });
});
