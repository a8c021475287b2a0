// Runs programs in this process, one at a time: loading Pulumi and the providers is most of what a program costs, and hundreds are run.
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { isModule } from "../../rehearsal/program/entry";
import { recordInProcess, resultOf } from "../../rehearsal/program/inProcess";
import type { ProgramBackend, ProgramSettings } from "../../rehearsal/program/recorder";
import type { Recording } from "../../rehearsal/program/recording";
import type { ProgramRunner } from "../../rehearsal/stackProgram";

interface Started {
  /** Folder in which the program runs. */
  readonly directory: string;
  /** The file that is loaded, relative to the folder. */
  readonly main: string;
}

// Pulumi's mocks and the working folder belong to the process.
let last: Promise<unknown> = Promise.resolve();

/** What the program registers, once the programs before it are done. */
export function recordStack(
  settings: ProgramSettings,
  { directory, main }: Started,
  backend: ProgramBackend,
): Promise<Recording> {
  const turn = last.then(async () => {
    const folder = process.cwd();
    process.chdir(directory);
    try {
      return await recordInProcess(settings, backend, () => load(join(directory, main)));
    } finally {
      process.chdir(folder);
    }
  });
  last = turn.catch(() => undefined);
  return turn;
}

/** For a rehearsal, instead of a process of its own for the program. */
export const inOneProcess: ProgramRunner = async ({ directory, main, settings }, backend) =>
  resultOf(await recordStack(settings, { directory, main }, backend));

let loads = 0;

/** Anew each time, with all files of the program's folder: packages, and what is linked into the folder, stay loaded. */
async function load(file: string): Promise<unknown> {
  const require = createRequire(file);
  if (!isModule(file)) {
    const own = `${dirname(file)}${sep}`;
    for (const path of Object.keys(require.cache)) if (path.startsWith(own)) delete require.cache[path];
    return require(file);
  }
  const { register }: typeof import("tsx/esm/api") = require("tsx/esm/api");
  loads += 1;
  // A module is never loaded twice under one address.
  const namespace = String(loads);
  const unregister = register({ namespace });
  try {
    return await unregister.import(pathToFileURL(file).href, pathToFileURL(__filename).href);
  } finally {
    await unregister.unregister();
  }
}
