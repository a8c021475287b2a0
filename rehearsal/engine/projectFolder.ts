// The project as the engine sees it: everything of its folder, but with a config of this run's own, since the CLI writes into the stack's file.
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import type { StackFiles } from "../stack";

const fileShape = z.looseObject({ encryptionsalt: z.string().optional() });
const STACK_FILE = /^Pulumi\..+\.yaml$/;

export async function writeProjectFolder(files: StackFiles, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(files.directory);
  for (const entry of entries)
    if (!STACK_FILE.test(entry) && entry !== "Pulumi.yaml" && entry !== ".git")
      await symlink(join(files.directory, entry), join(folder, entry));
  if (!entries.includes("node_modules")) await symlink(packagesOf(files.directory), join(folder, "node_modules"));
  await copyFile(join(files.directory, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
}

/** The folder of its packages: its own, or that of the project around it. */
export function packagesOf(directory: string): string {
  const found = createRequire(join(directory, "index.js")).resolve("@pulumi/pulumi/package.json");
  return join(found, "..", "..", "..");
}

/** Secrets are left out: they are set by the CLI, which encrypts them. What it has written for that stays. */
export async function writeConfig({ stack, config, secretKeys }: StackFiles, folder: string): Promise<void> {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const { encryptionsalt } = fileShape.parse(parse(await readFile(file, "utf8").catch(() => "")) ?? {});
  const open = Object.entries(config).filter(([key]) => !secretKeys.includes(key));
  const values = Object.fromEntries(open.map(([key, value]) => [key, parsed(value)]));
  await writeFile(file, stringify({ ...(encryptionsalt ? { encryptionsalt } : {}), config: values }), { mode: 0o600 });
}

// Values are text, or JSON for what is no text.
function parsed(value: string): unknown {
  try {
    const found: unknown = JSON.parse(value);
    return typeof found === "object" && found !== null ? found : value;
  } catch {
    return value;
  }
}
