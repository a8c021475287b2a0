import { strict as assert } from "node:assert";
import { parseStackConfig } from "../../config";
import { folderMistakes } from "../../config/images";
import { type Changes, CONFIG_URL, mistakes, raw } from "./rawConfig";

const DIGEST = `sha256:${"0".repeat(64)}`;
const IMAGE = `ghcr.io/shop/web@${DIGEST}`;
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const REFERENCE = "https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version";

const read = (changes: Changes = {}, stack = "dev") => parseStackConfig(raw(changes, stack));

describe("The images of a stack", () => {
  for (const stack of ["dev", "prod"]) {
    it(`are built in the registry by ${stack} as it is, which is taken for one in legacy mode`, () => {
      const { images, registryRoleMode } = read({}, stack);
      assert.deepEqual(images, { web: { builder: "acr", folder: "app", dockerfile: "Dockerfile", revision: undefined } });
      assert.equal(registryRoleMode, "legacy");
    });
  }

  for (const builder of ["acr", "docker"]) {
    it(`have one builder, ${builder}, but where an entry gives a digest`, () => {
      const workloads = {
        folder: { folder: "services/orders" },
        file: { dockerfile: "Dockerfile.orders" },
        digest: { image: IMAGE },
      };
      const changes = {
        imageBuilder: builder,
        workloads: JSON.stringify(workloads),
        appDockerfile: "Dockerfile.web",
        sourceRevision: COMMIT,
      };
      assert.deepEqual(read(changes).images, {
        web: { builder, folder: "app", dockerfile: "Dockerfile.web", revision: COMMIT },
        folder: { builder, folder: "services/orders", dockerfile: "Dockerfile", revision: COMMIT },
        file: { builder, folder: "app", dockerfile: "Dockerfile.orders", revision: COMMIT },
        digest: { builder: "prebuilt", reference: IMAGE },
      });
    });
  }

  it("are what config names where nothing is built, whatever commit that stands beside", () => {
    const { images } = read({ imageBuilder: "prebuilt", image: IMAGE, sourceRevision: COMMIT });
    assert.deepEqual(images, { web: { builder: "prebuilt", reference: IMAGE } });
  });

  it("come from a registry in the mode that config states", () => {
    assert.equal(read({ registryRoleMode: "abac" }).registryRoleMode, "abac");
  });

  for (const revision of ["abcdef0", "0123456", COMMIT, "A".repeat(64)]) {
    it(`take ${revision} for a commit`, () => {
      assert.equal(read({ sourceRevision: revision }).images.web?.revision, revision);
    });
  }
});

describe("A mistake about images", () => {
  const reference = "a reference by digest, registry/repository@sha256:<64 hexadecimal digits>";
  const noEffect = (builder: string) =>
    `image: has no effect while imageBuilder is ${builder}: set that to prebuilt, or remove image. See ${REFERENCE}`;
  const notACommit = (got: string) =>
    `sourceRevision: must be a commit, 7 to 64 hexadecimal digits, got "${got}". See https://git-scm.com/docs/git-rev-parse`;
  const cases: [what: string, changes: Changes, message: string][] = [
    [
      "a builder that is not there",
      { imageBuilder: "kaniko" },
      `imageBuilder: must be one of acr, docker, prebuilt, got "kaniko". See ${CONFIG_URL}`,
    ],
    [
      "the CLI's word for the mode of a registry",
      { registryRoleMode: "rbac-abac" },
      `registryRoleMode: must be one of legacy, abac, got "rbac-abac". See ${CONFIG_URL}`,
    ],
    ["a branch for a commit", { sourceRevision: "main" }, notACommit("main")],
    ["a commit that is too short", { sourceRevision: "abcdef" }, notACommit("abcdef")],
    ["a commit that is too long", { sourceRevision: "a".repeat(65) }, notACommit("a".repeat(65))],
    ["a commit with the line's end of a command", { sourceRevision: `${COMMIT}\n` }, notACommit(`${COMMIT}\\n`)],
    [
      "no image where none is built",
      { imageBuilder: "prebuilt" },
      `image: must be ${reference}, because imageBuilder is prebuilt, got "". See ${REFERENCE}`,
    ],
    ["an image beside a build in the registry", { image: IMAGE }, noEffect("acr")],
    ["an image beside a build by Docker", { imageBuilder: "docker", image: IMAGE }, noEffect("docker")],
    [
      "a folder and an image at once",
      { workloads: JSON.stringify({ orders: { folder: "x", image: IMAGE } }) },
      `workloads.orders.image: must not stand beside folder or dockerfile: it is built or given, not both. See ${REFERENCE}`,
    ],
    [
      "a folder where nothing is built",
      { imageBuilder: "prebuilt", image: IMAGE, workloads: '{"orders":{"folder":"x"}}' },
      `workloads.orders: cannot be built while imageBuilder is prebuilt: give image instead. See ${REFERENCE}`,
    ],
  ];
  for (const [what, changes, message] of cases) {
    it(`names key, rule, value and page: ${what}`, () => assert.deepEqual(mistakes(changes), [message]));
  }

  const keysOf = (changes: Changes) => mistakes(changes, "dev", folderMistakes).map((line) => line.split(":", 1)[0]);

  for (const imageBuilder of ["acr", "docker"]) {
    it(`is a folder that is not there, for ${imageBuilder}, once for all that share it and beside other mistakes`, () => {
      const workloads = JSON.stringify({ orders: { folder: "nowhere" }, billing: { dockerfile: "None" } });
      const changes = { imageBuilder, appFolder: "nothing", sourceRevision: "main", workloads };
      assert.deepEqual(keysOf(changes), ["sourceRevision", "appFolder", "workloads.orders.folder"]);
    });
  }

  it("is no folder where nothing is built", () => {
    assert.deepEqual(keysOf({ imageBuilder: "prebuilt", image: IMAGE, appFolder: "nothing" }), []);
  });
});
