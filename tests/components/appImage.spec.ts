import { strict as assert } from "node:assert";
import { AppImage, type AppImageArgs, ContainerRegistry } from "../../components";
import { readContext } from "../../components/imageBuild/context";
import { attempt, ROOT, run } from "../support/program";
import { assertRefused, childrenOf, resourceGroup, withFetch } from "./fixtures";

const IMAGE = "docker:index/image:Image";
const COMPONENT = "aks-workload-identity:index:AppImage web";
const DIGEST = `sha256:${"0".repeat(64)}`;
const FOLDER = `${ROOT}/tests/components/image`;

function make(args: Omit<AppImageArgs, "registry">): void {
  const group = resourceGroup();
  const registry = new ContainerRegistry("registry", {
    resourceGroupName: group.name,
    registryName: "crtest",
    sku: "Basic",
    pullers: {},
  });
  new AppImage("web", { ...args, registry });
}

async function build(preview = false) {
  const { result, requests } = await withFetch(
    () => Response.json({ refresh_token: "registry-token" }),
    () => run(() => make({ builder: "docker", folder: FOLDER }), { preview }),
  );
  return { result, requests };
}

describe("AppImage", () => {
  it("builds for linux/amd64 under a tag that follows from the folder's contents, and goes on with the digest", async () => {
    const { result } = await build();
    assert.deepEqual(childrenOf(result, COMPONENT), [`${IMAGE} web-image`]);
    const { inputs } = result.find(IMAGE);
    const tag = readContext({ component: "AppImage", name: "web" }, FOLDER, "Dockerfile").hash.slice(0, 12);
    assert.equal(inputs.imageName, `${result.cloud.registries()[0]?.loginServer}/web:${tag}`);
    const args = { IMAGE_REVISION: tag };
    assert.deepEqual(inputs.build, { context: FOLDER, dockerfile: `${FOLDER}/Dockerfile`, platform: "linux/amd64", args });
    const outputs = result.componentOutputs[result.find("aks-workload-identity:index:AppImage").urn];
    assert.match(String(outputs?.reference), /\/web@sha256:[0-9a-f]{64}$/);
    assert.equal(outputs?.digest, String(outputs?.reference).split("@")[1]);
  });

  it("keeps the registry's token a secret", async () => {
    const { result } = await build();
    assert.deepEqual(result.find(IMAGE).secretInputs, ["registry"]);
  });

  it("is the same in a preview, and signs in nowhere", async () => {
    const { result, requests } = await build(true);
    assert.deepEqual(childrenOf(result, COMPONENT), [`${IMAGE} web-image`]);
    assert.deepEqual(requests, []);
  });

  it("creates nothing for an image that is there already", async () => {
    const result = await run(() => make({ builder: "prebuilt", reference: `ghcr.io/shop/web@${DIGEST}` }));
    assert.deepEqual(childrenOf(result, COMPONENT), []);
    assert.deepEqual(result.componentOutputs[result.find("aks-workload-identity:index:AppImage").urn], {
      reference: `ghcr.io/shop/web@${DIGEST}`,
      digest: DIGEST,
    });
  });

  const referenceUrl = "https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version";
  const referenceRule = "a reference by digest, registry/repository@sha256:<64 hexadecimal digits>";
  const contextUrl = "https://docs.docker.com/build/concepts/context/";
  const refusals: [string, Omit<AppImageArgs, "registry">, string][] = [
    ["no reference", { builder: "prebuilt" }, `reference must be ${referenceRule}, got "". See ${referenceUrl}`],
    [
      "a tag, which may move",
      { builder: "prebuilt", reference: "ghcr.io/shop/web:latest" },
      `reference must be ${referenceRule}, got "ghcr.io/shop/web:latest". See ${referenceUrl}`,
    ],
    ["no folder", { builder: "docker" }, `folder must be a folder when the builder is docker, got "". See ${contextUrl}`],
    [
      "a folder that is not there",
      { builder: "docker", folder: "nowhere" },
      `folder must be a folder, relative to ${process.cwd()}, got "nowhere". See ${contextUrl}`,
    ],
    [
      "a repository with capitals",
      { builder: "docker", folder: FOLDER, imageName: "Web" },
      'imageName must be lower-case letters and digits, with single . _ - or / between, got "Web". See https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests',
    ],
  ];
  for (const [what, args, message] of refusals) {
    it(`refuses ${what} before anything is registered`, () =>
      assertRefused("AppImage", () => make(args), `AppImage "web": ${message}`));
  }

  it("refuses to build without a registry to push to", async () => {
    const { failures } = await attempt(() => void new AppImage("web", { builder: "docker", folder: FOLDER }));
    assert.deepEqual(
      failures.map(({ message }) => message),
      [`AppImage "web": registry must be a ContainerRegistry when the builder is docker, got "none". See ${contextUrl}`],
    );
  });
});
