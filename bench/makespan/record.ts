// What a stack's program registers in an update, from the rehearsal's emulated Azure: an update, because a preview does not know what an image waits for.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { startNetwork } from "../../rehearsal/network/network";
import { recordInProcess } from "../../rehearsal/program/inProcess";
import { readStack } from "../../rehearsal/stack";
import { PROGRAM_CLIENT } from "../../rehearsal/stackProgram";
import { createWorld } from "../../rehearsal/world";
import type { Registered } from "./programGraph";

/** In this process, because a process of its own says only the types and names of what it registered. One stack at a time. */
export async function recordStack(root: string, stack: string): Promise<readonly Registered[]> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const files = readStack(root, stack, []);
  const world = createWorld(files, undefined, directory);
  const network = await startNetwork(world.hosts);
  const authorities = getCACertificates("default");
  setDefaultCACertificates([network.caPem]);
  process.env.HTTPS_PROXY = network.clientUrl(PROGRAM_CLIENT);
  try {
    const main = join(root, files.main);
    delete require.cache[require.resolve(main)];
    const settings = { ...files, preview: false };
    const { resources, failures } = await quietly(() => recordInProcess(settings, world.cloud, () => require(main)));
    if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join("\n"));
    return resources;
  } finally {
    delete process.env.HTTPS_PROXY;
    setDefaultCACertificates(authorities);
    await world.close();
    await network.close();
    await rm(directory, { recursive: true, force: true });
  }
}

// Without an engine Pulumi writes its log, here that of the image's build, to the console.
async function quietly<T>(body: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = () => {};
  try {
    return await body();
  } finally {
    console.log = log;
  }
}
