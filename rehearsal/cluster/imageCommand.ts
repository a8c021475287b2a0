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

/** Builds the folder of an image once (its package.json's `build` script) and says how to start it, or why that cannot be done. */
export async function runnableFrom(folder: string): Promise<Runnable | { readonly problem: string }> {
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
    const build = new ManagedProcess({ file: process.execPath, args: ["--run", "build"], directory: folder, environment });
    const how = await build.ended;
    if (how !== "exited with code 0") return { problem: `the build of ${folder} ${how}:\n${build.output.trim()}` };
  }
  return { file: process.execPath, args: [join(folder, main)], directory: folder };
}
