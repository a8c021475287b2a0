// Performs a RUN step's deeds as processes of this machine that see nothing of the person who rehearses.
import { access, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ManagedProcess } from "../cluster/process";
import { stepVariables } from "./environment";
import { BuildFailure } from "./failure";
import { installedFor, linkInstalled } from "./installed";
import type { Deed } from "./run";
import type { Stage } from "./stage";

export interface Workshop {
  /** Folder of this build's own: home, temporary files and PATH of what it runs. */
  readonly directory: string;
  readonly projectDirectory: string;
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** Makes the folders of a workshop: an empty home, and a PATH that holds Node and nothing else. */
export async function furnish({ directory }: Workshop): Promise<void> {
  for (const name of ["home", "tmp", "bin"]) await mkdir(join(directory, name), { recursive: true });
  await symlink(process.execPath, join(directory, "bin", "node"));
}

/** Throws a `BuildFailure` for the first deed that fails. `text` is the step as it is written. */
export async function perform(
  deeds: readonly Deed[],
  folder: string,
  text: string,
  stage: Stage,
  workshop: Workshop,
): Promise<void> {
  for (const deed of deeds) {
    workshop.signal.throwIfAborted();
    if (deed.kind === "install") await install(deed.command, folder, stage, workshop);
    else await start(deed, folder, text, stage, workshop);
  }
}

/** Whether a package that the folder has, or would get from `npm ci`, has a program of this name. */
export async function hasProgram(name: string, folder: string, projectDirectory: string): Promise<boolean> {
  const modules = await installedFor(folder, projectDirectory, "npm ci").catch(() => undefined);
  const places = [join(folder, "node_modules"), ...(modules === undefined ? [] : [modules])];
  const found = await Promise.all(
    places.map((place) =>
      access(join(place, ".bin", name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

async function install(
  command: string,
  folder: string,
  { folder: root }: Stage,
  { projectDirectory, log }: Workshop,
): Promise<void> {
  const modules = await installedFor(folder, projectDirectory, command);
  if (modules === undefined) return;
  root.lend(modules);
  await linkInstalled(modules, folder);
  log(`nothing downloaded: linked to ${modules}`);
}

async function start(
  deed: Exclude<Deed, { kind: "install" }>,
  folder: string,
  text: string,
  stage: Stage,
  workshop: Workshop,
): Promise<void> {
  const { directory, signal, log } = workshop;
  const programs = join(folder, "node_modules", ".bin");
  const { kept, leftOut } = stepVariables([...stage.arguments, ...stage.environment]);
  for (const name of leftOut) log(`${name} is left out of this step: its value would lead to files of this machine`);
  const started = new ManagedProcess({
    file: deed.kind === "node" ? process.execPath : join(programs, deed.name),
    args: deed.args,
    directory: folder,
    environment: {
      ...kept,
      PATH: `${programs}:${join(directory, "bin")}`,
      HOME: join(directory, "home"),
      TMPDIR: join(directory, "tmp"),
    },
  });
  const stop = () => void started.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const how = await started.ended;
    for (const line of started.output.split("\n")) if (line.trim() !== "") log(line.trimEnd());
    // What it has started may still run.
    await started.stop();
    signal.throwIfAborted();
    if (how === "exited with code 0") return;
    const code = /^exited with code (\d+)$/.exec(how)?.[1];
    throw new BuildFailure(
      code === undefined ? `The command '${text}' ${how}` : `The command '/bin/sh -c ${text}' returned a non-zero code: ${code}`,
    );
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
