// What an image starts, as a process of this machine: only Node is here for certain.
import { access } from "node:fs/promises";
import { posix } from "node:path";

export interface Runnable {
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** The image's own variables; the pod's win over them. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
}

export type RunnableOrProblem = Runnable | { readonly problem: string };

export interface ImageConfig {
  /** ENTRYPOINT and CMD together, without what only stands before the program, as npm's scripts do. */
  readonly words: readonly string[];
  /** The same as the Dockerfile has it. */
  readonly written: string;
  /** Line of the Dockerfile where it stands; 0 for none. */
  readonly line: number;
  readonly environment: ReadonlyMap<string, string>;
  /** Absolute, in the image. */
  readonly workdir: string;
  /** Steps of the build that were not performed, for a message. */
  readonly notPerformed: readonly string[];
  /** Where a path of the image lies on this machine. */
  find(path: string): Promise<string>;
}

const INSTEAD = 'Write CMD ["node", "…"]; --app replaces the containers of all workloads';

/** How to start an image whose program is Node, or why it cannot be started. */
export async function runnableImage(config: ImageConfig): Promise<RunnableOrProblem> {
  const { words, written, line, environment, workdir, notPerformed } = config;
  const [program, ...args] = words;
  if (program === undefined) return { problem: `the image's Dockerfile has neither ENTRYPOINT nor CMD. ${INSTEAD}` };
  // A script that was not taken away would reach a shell of this machine.
  if (!/^(\/.*\/)?node$/.test(program) || args[0] === "--run")
    return {
      problem: `the image starts ${written} (Dockerfile line ${line}), and the rehearsal starts only node by itself. ${INSTEAD}`,
    };
  const script = args.find((argument) => !argument.startsWith("-"));
  if (script !== undefined && notPerformed.length > 0 && !(await isThere(script, config))) {
    const steps = notPerformed.map((step) => `\n  ${step}`).join("");
    return {
      problem: `the image starts ${script}, which comes from a step that the rehearsal does not perform; --app replaces the containers of all workloads${steps}`,
    };
  }
  const here = async (text: string) => (posix.isAbsolute(text) ? ((await existing(text, config)) ?? text) : text);
  const variables = [...environment].map(async ([name, value]) => [name, await here(value)] as const);
  return {
    file: process.execPath,
    args: await Promise.all(args.map(here)),
    directory: await config.find(workdir),
    environment: Object.fromEntries(await Promise.all(variables)),
  };
}

async function isThere(script: string, config: ImageConfig): Promise<boolean> {
  // Node finds a file without its ending, too.
  const found = await Promise.all(["", ".js", ".json", "/index.js"].map((ending) => existing(`${script}${ending}`, config)));
  return found.some((path) => path !== undefined);
}

async function existing(path: string, { find }: ImageConfig): Promise<string | undefined> {
  const here = await find(path);
  return access(here).then(
    () => here,
    () => undefined,
  );
}
