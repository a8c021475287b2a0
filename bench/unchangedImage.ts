// From a folder whose content has not changed to "nothing to do": the look-up goes to the emulated registry, over HTTP, by the clients of an update.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setDefaultCACertificates } from "node:tls";
import { z } from "zod";
import { RegistryRoleMode } from "../chain";
import { buildImage } from "../components/imageBuild/buildImage";
import { readContext } from "../components/imageBuild/context";
import { connectRegistry } from "../components/imageBuild/registry";
import { startNetwork } from "../rehearsal/network/network";
import { readStack } from "../rehearsal/stack";
import { createWorld } from "../rehearsal/world";
import { time } from "./figures";

const REPOSITORY = "web";
const outputs = z.looseObject({ loginServer: z.string() });
const answer = z.looseObject({ token: z.string() });

export interface UnchangedImage {
  /** To the hash of the folder, which is all that a preview does. */
  readonly folder: number[];
  /** To the digest in the registry, which is all that an update does. The first round is left out: it loads the clients and signs in. */
  readonly found: number[];
}

/** Milliseconds for the application's folder. */
export async function unchangedImage(root: string, rounds: number): Promise<UnchangedImage> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const world = createWorld(readStack(root, "dev", []), undefined, directory);
  const network = await startNetwork(world.hosts);
  setDefaultCACertificates([network.caPem]);
  process.env.HTTPS_PROXY = network.clientUrl("bench");
  try {
    const read = () => readContext({ component: "AppImage", name: REPOSITORY }, join(root, "app"), "Dockerfile");
    const { cloud } = world;
    const group = { resourceGroupName: "bench", location: "westeurope" };
    await cloud.register({
      type: "azure-native:resources:ResourceGroup",
      name: "group",
      inputs: group,
      provider: "",
      id: undefined,
    });
    const registration = { type: "azure-native:containerregistry:Registry", inputs: { ...group, registryName: "crbench" } };
    const { id, state } = await cloud.register({ ...registration, name: "registry", provider: "", id: undefined });
    const { loginServer } = outputs.parse(state);
    const image = { runnable: { problem: "not meant to run" }, user: undefined, warnings: [], notPerformed: [] };
    cloud.images.push(`${loginServer}/${REPOSITORY}`, read().hash, `sha256:${"0".repeat(64)}`, image);
    const registry = connectRegistry({
      registryId: id,
      loginServer,
      roleMode: RegistryRoleMode.Legacy,
      token: async (endpoint) =>
        answer.parse(await cloud.invoke("azure-native:authorization:getClientToken", { endpoint })).token,
    });
    const find = async () => {
      const context = read();
      const request = { context, repository: REPOSITORY, tag: context.hash, arguments: {}, timeoutSeconds: 300 };
      const { how } = await buildImage(registry, request, { signal: new AbortController().signal, log: () => {} });
      if (how !== "found") throw new Error("the image of an unchanged folder was built again");
    };
    await find();
    const figures: { folder: number[]; found: number[] } = { folder: [], found: [] };
    for (let round = 0; round < rounds; round += 1) {
      figures.folder.push(await time(read));
      figures.found.push(await time(find));
    }
    return figures;
  } finally {
    delete process.env.HTTPS_PROXY;
    await world.close();
    await network.close();
    await rm(directory, { recursive: true, force: true });
  }
}
