// A stack on the real Pulumi engine, with stand-ins for its providers: what `pulumi up` and its siblings do, against the emulated cloud.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { rehearsalVariables } from "../cluster/environment";
import type { StackFiles } from "../stack";
import { type EngineEvents, readEvents } from "./engineEvents";
import type { Engine } from "./findEngine";
import { packagesOf, writeConfig, writeProjectFolder } from "./projectFolder";

/** Where stacks keep their state. Those that refer to each other share it. */
export interface Backend {
  /** Made if it is not there. */
  readonly folder: string;
  /** Encrypts the secrets of all of them: a stack reads those of another only with its passphrase. */
  readonly passphrase: string;
}

export interface SessionOptions {
  readonly engine: Engine;
  readonly files: StackFiles;
  /** The session's own; whoever gives it removes it. */
  readonly folder: string;
  /** Defaults to one of the session's own. */
  readonly backend?: Backend;
  /** Ports of the stand-in providers by package. */
  readonly providers: Readonly<Record<string, number>>;
  /** How the program reaches the emulated hosts. */
  readonly network: { readonly proxyUrl: string; readonly caFile: string };
  /** Ends whatever runs. */
  readonly signal?: AbortSignal;
  /** More variables of the engine and the program. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface EngineRun extends EngineEvents {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** Both streams, as they came. */
  readonly output: string;
}

export interface RunningEngine {
  readonly process: ChildProcess;
  readonly done: Promise<EngineRun>;
}

export interface EngineSession {
  /** Where the commands run: the project, with a stack config of this session's own. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs the CLI with these arguments, the stack and no questions. */
  run(...args: readonly string[]): Promise<EngineRun>;
  start(...args: readonly string[]): RunningEngine;
  /** Another config for the same stack, as if its file had been edited. */
  configure(files: StackFiles): Promise<void>;
  /** Ends whatever still runs. */
  close(): Promise<void>;
}

export function newBackend(folder: string): Backend {
  return { folder, passphrase: randomBytes(18).toString("base64url") };
}

/** Creates the stack in its backend. Throws an error with what the CLI printed where it cannot. */
export async function openSession(options: SessionOptions): Promise<EngineSession> {
  const { engine, files, folder, providers, network } = options;
  const project = join(folder, "project");
  const home = join(folder, "home");
  const backend = options.backend ?? newBackend(join(folder, "backend"));
  await Promise.all([mkdir(home, { recursive: true }), mkdir(backend.folder, { recursive: true })]);
  await writeProjectFolder(files, project);
  const environment = {
    PATH: [engine.directory, join(process.execPath, ".."), process.env.PATH ?? ""].join(":"),
    HOME: home,
    TMPDIR: folder,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend.folder}`,
    PULUMI_CONFIG_PASSPHRASE: backend.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_COMMANDS: "true",
    NODE_COMPILE_CACHE: join(packagesOf(files.directory), ".cache", "engine"),
    PULUMI_DEBUG_PROVIDERS: Object.entries(providers)
      .map(([name, port]) => `${name}:${port}`)
      .join(","),
    ...rehearsalVariables(network.proxyUrl, network.caFile),
    ...options.environment,
  };
  let runs = 0;
  const running = new Map<ChildProcess, Promise<unknown>>();
  const close = async () => {
    // The language host and the program end with their engine.
    for (const child of running.keys()) child.kill("SIGKILL");
    await Promise.allSettled(running.values());
  };
  options.signal?.throwIfAborted();
  options.signal?.addEventListener("abort", () => void close(), { once: true });
  const start = (args: readonly string[], input?: string): RunningEngine => {
    options.signal?.throwIfAborted();
    const [command = ""] = args;
    runs += 1;
    const log = join(folder, `events-${runs}.json`);
    const all = [...args, "--stack", files.stack, ...(WITH_EVENTS.has(command) ? ["--event-log", log] : [])];
    const child = spawn(engine.path, [...all, "--non-interactive", "--color", "never"], {
      cwd: project,
      env: environment,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    child.stdin?.end(input);
    const done = ended(child, log).finally(() => running.delete(child));
    running.set(child, done);
    return { process: child, done };
  };
  const run = (...args: readonly string[]) => start(args).done;
  const needed = async (args: readonly string[], input?: string) => {
    const { code, output } = await start(args, input).done;
    if (code !== 0) throw new Error(`pulumi ${args.slice(0, 2).join(" ")} failed:\n${output.trim()}`);
  };
  const configure = async (changed: StackFiles) => {
    await writeConfig(changed, project);
    // On no command line, where others could read them.
    for (const key of changed.secretKeys) await needed(["config", "set", "--secret", key], changed.config[key] ?? "");
  };
  await needed(["stack", "init", "--no-select"]);
  await configure(files);
  return { folder: project, environment, run, start: (...args) => start(args), configure, close };
}

const WITH_EVENTS = new Set(["preview", "up", "refresh", "destroy", "import"]);

function ended(child: ChildProcess, log: string): Promise<EngineRun> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, output, ...readEvents(log) }),
    );
  });
}
