import { strict as assert } from "node:assert";
import { z } from "zod";
import type { BuiltImage } from "../../../rehearsal/build/types";
import { dockerFront, type ImageFolder } from "../../../rehearsal/cloud/fronts/docker";
import { ImageStore } from "../../../rehearsal/cloud/images";

const IMAGE = "docker:index/image:Image";
const BUILT: BuiltImage = { runnable: { problem: "not run" }, user: undefined, warnings: [], notPerformed: [] };

describe("the emulated push of an image", () => {
  let folders: ImageFolder[];
  let store: ImageStore;
  beforeEach(() => {
    folders = [];
    store = new ImageStore(() => 0);
  });

  const register = (imageName: string, build: object = { context: "." }, type = IMAGE) => {
    const builder = async (folder: ImageFolder) => {
      folders.push(folder);
      return BUILT;
    };
    const { state } = dockerFront(store, builder).create({ type, name: "web", inputs: { imageName, build }, declared: "image" });
    return z.object({ repoDigest: z.string(), registryServer: z.string() }).parse(state);
  };

  it("gives a digest, by which the image that was built from its folder is found", async () => {
    const build = { context: "./app", dockerfile: "./app/Dockerfile", args: { VERSION: "1" } };
    const { repoDigest, registryServer } = register("crweb.azurecr.io/app:1", build);
    assert.match(repoDigest, /^crweb\.azurecr\.io\/app@sha256:[0-9a-f]{64}$/);
    assert.equal(registryServer, "crweb.azurecr.io");
    assert.equal(await store.find(repoDigest), BUILT);
    assert.deepEqual(folders, [{ context: "./app", dockerfile: "./app/Dockerfile", arguments: { VERSION: "1" } }]);
  });

  it("gives the same digest for the same reference and another for another tag", () => {
    const digest = (imageName: string) => register(imageName).repoDigest;
    assert.equal(digest("cr.azurecr.io/app:1"), digest("cr.azurecr.io/app:1"));
    assert.notEqual(digest("cr.azurecr.io/app:1"), digest("cr.azurecr.io/app:2"));
  });

  it("does not take a registry's port for a tag", () => {
    assert.match(register("localhost:5000/app").repoDigest, /^localhost:5000\/app@sha256:/);
    assert.match(store.digestOf("localhost:5000/app", "latest") ?? "", /^sha256:/);
  });

  it("finds what was pushed by its tag as well, without one as latest", async () => {
    register("cr.azurecr.io/app:1");
    register("localhost:5000/app");
    assert.deepEqual(await Promise.all(["cr.azurecr.io/app:1", "localhost:5000/app"].map((each) => store.find(each))), [
      BUILT,
      BUILT,
    ]);
  });

  it("finds nothing that was not pushed: another tag, another digest", () => {
    register("cr.azurecr.io/app:1");
    for (const reference of ["app", "app:2", "other:1", `app@sha256:${"0".repeat(64)}`])
      assert.equal(store.find(`cr.azurecr.io/${reference}`), undefined);
  });

  it("knows the registries that something was pushed to", () => {
    register("cr.azurecr.io/team/app:1");
    assert.deepEqual(
      ["CR.azurecr.io", "cr.azurecr", "other.azurecr.io"].map((host) => store.isFilled(host)),
      [true, false, false],
    );
  });

  it("emulates no other resource of docker", () => {
    assert.throws(() => register("cr.azurecr.io/app:1", {}, "docker:index/container:Container"), {
      status: 501,
      message: "NotEmulated: the rehearsal does not emulate docker:index/container:Container",
    });
  });
});
