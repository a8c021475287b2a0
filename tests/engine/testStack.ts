// A stack of this project on the real engine, for tests: cloud, network, stand-ins and session, all of the test's own.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Break } from "../../rehearsal/breaks";
import type { EmulatedCloud, EmulatedCloudOptions } from "../../rehearsal/cloud/emulatedCloud";
import { type EngineStack, openEngineStack } from "../../rehearsal/engine/engineStack";
import { findEngine, isEngine } from "../../rehearsal/engine/findEngine";
import { type EngineRun, newBackend } from "../../rehearsal/engine/session";
import { startNetwork } from "../../rehearsal/network/network";
import { readStack } from "../../rehearsal/stack";
import { createWorld, type World } from "../../rehearsal/world";

export const PROJECT = join(__dirname, "..", "..");

/** Builds nothing, so that a run takes seconds. */
export const PREBUILT = ["imageBuilder=prebuilt", `image=crweb.azurecr.io/web@sha256:${"a".repeat(64)}`];

export interface TestStack extends EngineStack {
  readonly cloud: EmulatedCloud;
  readonly world: World;
  /** `pulumi up` without questions and without its own preview. */
  up(...more: string[]): Promise<EngineRun>;
  preview(...more: string[]): Promise<EngineRun>;
  refresh(...more: string[]): Promise<EngineRun>;
  destroy(...more: string[]): Promise<EngineRun>;
  /** Config of the stack from now on: the file's, and these. */
  set(...set: string[]): Promise<void>;
  /** From now on the break is not there any more; what it did stays. */
  mend(): void;
  /** The stack's config, as the engine reads it. */
  readonly stackFile: string;
  /** A second stack over the same cloud, of this project or another one. */
  beside(stack: string, set?: readonly string[], of?: string): Promise<TestStack>;
  /** Everything that is in the cloud: ids of Azure, the directory and the clusters. */
  there(): string[];
}

export interface TestStackOptions {
  readonly stack?: string;
  readonly set?: readonly string[];
  readonly cloud?: Partial<EmulatedCloudOptions>;
  readonly project?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Misconfigures what the program creates, until it is mended. */
  readonly breakage?: Break;
  /** For stacks that refer to each other. Defaults to a backend for each. */
  readonly oneBackend?: boolean;
}

/** Everything that `use` opens is closed when it ends. */
export async function withTestStack<T>(options: TestStackOptions, use: (stack: TestStack) => Promise<T>): Promise<T> {
  const { stack = "dev", set = PREBUILT, project = PROJECT, environment = {} } = options;
  const engine = findEngine({ project });
  if (!isEngine(engine)) throw new Error(engine.reason);
  const folder = await mkdtemp(join(tmpdir(), "engine-"));
  const files = readStack(project, stack, set);
  let mended = false;
  const breakage = options.breakage && mendable(options.breakage, () => mended);
  const world = createWorld(files, breakage, folder, options.cloud);
  const network = await startNetwork(world.hosts);
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, network.caPem);
  const opened: EngineStack[] = [];
  try {
    const backend = options.oneBackend === true ? { backend: newBackend(join(folder, "backend")) } : {};
    const shared = {
      engine,
      world,
      folder,
      environment,
      network: { proxyUrl: network.clientUrl("program"), caFile },
      ...backend,
    };
    const first = await openEngineStack({ ...shared, files });
    opened.push(first);
    const wrap = (engineStack: EngineStack, name: string, directory: string): TestStack => ({
      ...engineStack,
      cloud: world.cloud,
      world,
      stackFile: join(engineStack.folder, `Pulumi.${name}.yaml`),
      up: (...more) => engineStack.run("up", "--yes", "--skip-preview", ...more),
      preview: (...more) => engineStack.run("preview", ...more),
      refresh: (...more) => engineStack.run("refresh", "--yes", "--skip-preview", ...more),
      destroy: (...more) => engineStack.run("destroy", "--yes", "--skip-preview", ...more),
      set: (...changed) => engineStack.configure(readStack(directory, name, changed)),
      beside: async (other, otherSet = PREBUILT, of = project) => {
        const second = await openEngineStack({ ...shared, files: readStack(of, other, otherSet), standIns: first.standIns });
        opened.push(second);
        return wrap(second, other, of);
      },
      mend: () => {
        mended = true;
      },
      there: () => [...world.cloud.inventory()],
    });
    return await use(wrap(first, stack, project));
  } finally {
    for (const each of opened.reverse()) await each.close();
    await network.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function mendable(breakage: Break, isMended: () => boolean): Break {
  const steps = breakage.steps.map<Break["steps"][number]>(
    (step) => (registration, cloud) => (isMended() ? registration : step(registration, cloud)),
  );
  return { ...breakage, steps };
}

/** The resources that a run changed, as `op name`: components and providers included, what stayed the same left out. */
export function changes(run: EngineRun): string[] {
  return run.steps
    .filter(({ op, state }) => state !== "started" && op !== "same" && op !== "refresh" && op !== "read")
    .map(({ op, name, state }) => `${op} ${name}${state === "failed" ? " failed" : ""}`);
}
