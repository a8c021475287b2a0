// The scripts of a folder's package.json.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BuildFailure } from "./failure";

const manifestShape = z.looseObject({ scripts: z.record(z.string(), z.string()).default({}) });

/** Scripts that start each other for ever end here. */
export const DEEPEST_SCRIPT = 8;

/** Throws a `BuildFailure` without a package.json that can be read. */
export async function scriptsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { scripts } = manifestShape.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
    return new Map(Object.entries(scripts));
  } catch {
    throw new BuildFailure(`npm error: no readable package.json in the step's folder`);
  }
}
