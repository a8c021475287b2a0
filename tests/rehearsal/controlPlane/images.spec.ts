import { strict as assert } from "node:assert";
import { ImageStore, type PushedImage } from "../../../rehearsal/cloud/fronts/docker";

const IMAGE = "docker:index/image:Image";

describe("the emulated push of an image", () => {
  let pushed: PushedImage[];
  let store: ImageStore;
  beforeEach(() => {
    pushed = [];
    store = new ImageStore((image) => pushed.push(image));
  });

  it("gives a digest, by which the image and its folder are found", () => {
    const { state } = store.register(IMAGE, { imageName: "crweb.azurecr.io/app:1", build: { context: "./app" } });
    const { repoDigest, registryServer } = state;
    assert.match(repoDigest, /^crweb\.azurecr\.io\/app@sha256:[0-9a-f]{64}$/);
    assert.equal(registryServer, "crweb.azurecr.io");
    assert.deepEqual(store.find(repoDigest), { reference: repoDigest, context: "./app" });
    assert.deepEqual(pushed, [{ reference: repoDigest, context: "./app" }]);
  });

  it("gives the same digest for the same reference and another for another tag", () => {
    const digest = (imageName: string) => store.register(IMAGE, { imageName, build: { context: "." } }).state.repoDigest;
    assert.equal(digest("cr.azurecr.io/app:1"), digest("cr.azurecr.io/app:1"));
    assert.notEqual(digest("cr.azurecr.io/app:1"), digest("cr.azurecr.io/app:2"));
  });

  it("does not take a registry's port for a tag", () => {
    const { state } = store.register(IMAGE, { imageName: "localhost:5000/app", build: { context: "." } });
    assert.match(state.repoDigest, /^localhost:5000\/app@sha256:/);
  });

  it("finds nothing that was not pushed: a tag, another digest", () => {
    store.register(IMAGE, { imageName: "cr.azurecr.io/app:1", build: { context: "." } });
    assert.equal(store.find("cr.azurecr.io/app:1"), undefined);
    assert.equal(store.find(`cr.azurecr.io/app@sha256:${"0".repeat(64)}`), undefined);
  });

  it("emulates no other resource of docker", () => {
    assert.throws(() => store.register("docker:index/container:Container", {}), {
      status: 501,
      message: "NotEmulated: the rehearsal does not emulate docker:index/container:Container",
    });
  });
});
