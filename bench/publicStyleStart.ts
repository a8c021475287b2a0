// This program's start as `pulumi up` makes it, against that of the same resources in the common public style: both by Pulumi's own runner for Node.js.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStack, type StackFiles } from "../rehearsal/stack";
import { createWorld } from "../rehearsal/world";
import { startEngineStub } from "./engineStub";
import { inTurn } from "./figures";

/** No builder: what an image takes is not the start of a program, and the public style would bring another one. */
export const IMAGE = ["imageBuilder=prebuilt", `image=registry.example/app@sha256:${"0".repeat(64)}`];
/** Of Azure and of Kubernetes. */
export const COUNTED = /^(azure-native|kubernetes):/;

interface Program {
  readonly directory: string;
  /** As `runtime.options.tsconfig` names it; undefined: the folder's own, with which the runner checks types, as it does unless told otherwise. */
  readonly tsconfig: string | undefined;
}

interface Pair {
  /** Milliseconds from the start of the runner's process to its end, in a preview of the stack dev. */
  readonly own: readonly number[];
  readonly publicStyle: readonly number[];
}

export interface StartFigures {
  /** Nothing is compiled yet, as in a pipeline, and, for a program of one file, after every change of it. */
  readonly first: Pair;
  /** The program is as it was: the runner takes what it compiled before, and checks no types of it again. */
  readonly again: Pair;
  /** How many resources of Azure and Kubernetes each registers. */
  readonly resources: number;
}

export async function publicStyleStart(root: string, rounds: number): Promise<StartFigures> {
  const files = readStack(root, "dev", IMAGE);
  const own: Program = { directory: root, tsconfig: "tsconfig.pulumi.json" };
  const common: Program = { directory: join(root, "bench", "publicStyle"), tsconfig: undefined };
  const caches = await mkdtemp(join(tmpdir(), "bench-"));
  const counts = new Set<number>();
  const measure = (program: Program, cache: () => Promise<string>) => async () => {
    const { milliseconds, resources } = await start(files, program, await cache());
    counts.add(resources);
    return milliseconds;
  };
  const fresh = () => mkdtemp(join(caches, "fresh-"));
  const kept = async () => join(caches, "kept");
  try {
    const first = await inTurn(rounds, measure(own, fresh), measure(common, fresh));
    const again = await inTurn(rounds, measure(own, kept), measure(common, kept));
    const [resources = 0] = counts;
    if (counts.size !== 1)
      throw new Error(`the programs register ${[...counts].join(" and ")} resources of Azure and Kubernetes: make them the same`);
    return { first: { own: first.a, publicStyle: first.b }, again: { own: again.a, publicStyle: again.b }, resources };
  } finally {
    await rm(caches, { recursive: true, force: true });
  }
}

/** The arguments and variables are those that Pulumi's language host gives to a program. Node's compile cache is nobody's default. */
async function start(files: StackFiles, { directory, tsconfig }: Program, cache: string) {
  const { project, stack, config, secretKeys } = files;
  const engine = await startEngineStub(project, stack, createWorld(files, undefined, directory).cloud);
  const options = {
    monitor: engine.address,
    engine: engine.address,
    organization: "organization",
    project,
    stack,
    "root-directory": directory,
    pwd: directory,
    parallel: "16",
  };
  const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: "true",
    // Otherwise in the machine's folder for temporary files, where runs before this one have left theirs.
    TS_NODE_CACHE_DIRECTORY: cache,
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: join(directory, tsconfig) }),
  };
  try {
    const started = performance.now();
    await ended([require.resolve("@pulumi/pulumi/cmd/run"), ...named, "--dry-run", "."], { cwd: directory, env }, engine.errors);
    const milliseconds = performance.now() - started;
    return { milliseconds, resources: engine.types.filter((type) => COUNTED.test(type)).length };
  } finally {
    engine.close();
  }
}

function ended(args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }, errors: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let printed = "";
    child.stderr.on("data", (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-4000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error([`the program in ${options.cwd} ended with code ${code}`, ...errors, printed.trim()].join("\n")));
    });
  });
}
