// What stands for an image: the folder it is built from, started with Node on this machine.
import { readFileSync } from "node:fs";
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
    const environment = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
    const script = new ManagedProcess({ file: process.execPath, args: ["--run", "build"], directory: folder, environment });
    const how = await script.ended;
    if (how !== "exited with code 0") return { problem: `the build of ${folder} ${how}:\n${script.output.trim()}` };
  }
  return { file: process.execPath, args: [join(folder, main)], directory: folder };
}
