// One stage of a build: what its instructions have set, and the folder that stands for its file system.
import { cp, mkdir } from "node:fs/promises";
import { posix } from "node:path";
import { entrypointOf, SCRATCH } from "./baseImage";
import { Folder } from "./folder";
import type { Lookup } from "./words";

/** A program with its arguments, or what a shell is to make of a line. */
export type ImageCommand = { readonly exec: readonly string[] } | { readonly shell: string };

export class Stage {
  workdir = "/";
  user: string | undefined;
  /** Line of USER in the Dockerfile; 0 without one. */
  userLine = 0;
  entrypoint: ImageCommand | undefined;
  command: ImageCommand | undefined;
  /** Line of the last of them in the Dockerfile; 0 without one. */
  commandLine = 0;
  /** Whether CMD stands in this stage, and not in one that it goes on from. */
  hasOwnCommand = false;
  readonly environment = new Map<string, string>();
  readonly arguments = new Map<string, string>();
  /** Folders that WORKDIR made: what lies below one was put there by this Dockerfile. */
  readonly workdirs = new Set<string>();
  /** RUN steps that were not performed: they could have made anything. */
  readonly notRun: string[] = [];

  private constructor(
    readonly name: string | undefined,
    /** The image that it is built on, in the end; undefined for nothing. */
    readonly base: string | undefined,
    readonly folder: Folder,
  ) {}

  /** A stage on an image, of which nothing is known but its name. `root` is a real path, and empty. */
  static on(image: string, name: string | undefined, root: string): Stage {
    const stage = new Stage(name, image === SCRATCH ? undefined : image, new Folder(root));
    const exec = entrypointOf(image);
    if (exec !== undefined) stage.entrypoint = { exec };
    return stage;
  }

  /** A stage that goes on where an earlier one has ended. */
  static async after(earlier: Stage, name: string | undefined, root: string): Promise<Stage> {
    const stage = new Stage(name, earlier.base, new Folder(root));
    await cp(earlier.folder.root, root, { recursive: true, verbatimSymlinks: true });
    stage.folder.lendAsIn(earlier.folder);
    stage.workdir = earlier.workdir;
    stage.user = earlier.user;
    stage.userLine = earlier.userLine;
    stage.entrypoint = earlier.entrypoint;
    stage.command = earlier.command;
    stage.commandLine = earlier.commandLine;
    for (const [variable, value] of earlier.environment) stage.environment.set(variable, value);
    for (const path of earlier.workdirs) stage.workdirs.add(path);
    stage.notRun.push(...earlier.notRun);
    return stage;
  }

  /** ENV wins over ARG, whichever stands first. */
  readonly lookup: Lookup = (name) => this.environment.get(name) ?? this.arguments.get(name);

  async enter(path: string): Promise<void> {
    this.workdir = posix.resolve(this.workdir, path);
    this.workdirs.add(this.workdir);
    await mkdir((await this.folder.resolve(this.workdir)).path, { recursive: true });
  }

  /**
   * Whether something that is not in the folder may be in the image all the same: a step that was not performed has made it, or the base image has it.
   * What a base image has never lies in the folders that a Dockerfile makes to work in.
   */
  mayHave(path: string): boolean {
    if (this.notRun.length > 0) return true;
    const own = [...this.workdirs].some(
      (workdir) => !SYSTEM_FOLDERS.has(workdir) && posix.join("/", path).startsWith(`${workdir}/`),
    );
    return this.base !== undefined && !own;
  }
}

/** Folders that images have, of the Filesystem Hierarchy Standard. https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html */
const SYSTEM_FOLDERS: ReadonlySet<string> = new Set([
  ...["/", "/bin", "/etc", "/home", "/lib", "/lib64", "/opt", "/root", "/run", "/sbin", "/srv", "/tmp", "/usr", "/var"],
  ...[
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
  ],
]);
