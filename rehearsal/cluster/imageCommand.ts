// What stands for an image: the folder it is built from, started with Node on this machine.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ManagedProcess } from "./process";

const manifest = z.looseObject({ main: z.string(), scripts: z.looseObject({ build: z.string().optional() }).default({}) });

export interface Runnable {
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
}

export type RunnableOrProblem = Runnable | { readonly problem: string };

const built = new Map<string, Promise<RunnableOrProblem>>();
const building = new Set<ManagedProcess>();

/** Ends the builds that are under way: whoever waits for one is told that it was ended. */
export async function endBuilds(): Promise<void> {
  await Promise.all([...building].map((script) => script.stop()));
}

/** Builds the folder of an image (its package.json's `build` script), once a process, and says how to start it, or why that cannot be done. */
export function runnableFrom(folder: string): Promise<RunnableOrProblem> {
  const known = built.get(folder) ?? build(folder);
  built.set(folder, known);
  return known;
}

async function build(folder: string): Promise<RunnableOrProblem> {
  let parsed: z.ZodSafeParseResult<z.infer<typeof manifest>>;
  try {
    parsed = manifest.safeParse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  } catch {
    return {
      problem: `${folder} has no readable package.json, so the rehearsal cannot tell how to start it: give the command with --app`,
    };
  }
  if (!parsed.success)
    return {
      problem: `${folder}/package.json names no "main", so the rehearsal cannot tell how to start it: give the command with --app`,
    };
  const { main, scripts } = parsed.data;
  if (scripts.build !== undefined) {
    const { how, output } = await runBuild(folder);
    if (how !== "exited with code 0") return { problem: `the build of ${folder} ${how}:\n${output.trim()}` };
  }
  return { file: process.execPath, args: [join(folder, main)], directory: folder };
}

// A build needs the tools of this machine, but not what is signed in or set up in the home of the person who rehearses.
async function runBuild(folder: string): Promise<{ readonly how: string; readonly output: string }> {
  const home = await mkdtemp(join(tmpdir(), "rehearsal-build-"));
  const environment = { PATH: process.env.PATH ?? "", HOME: home };
  const script = new ManagedProcess({ file: process.execPath, args: ["--run", "build"], directory: folder, environment });
  building.add(script);
  try {
    return { how: await script.ended, output: script.output };
  } finally {
    building.delete(script);
    await rm(home, { recursive: true, force: true });
  }
}
