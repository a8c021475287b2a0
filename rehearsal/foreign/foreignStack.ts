// A stack of a program that is not this project's own: what --program names is looked at before anything starts.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearest } from "../../chain/nearest";
import { parseOverride } from "../overrides";
import { programEntry, requirePulumi } from "../program/entry";
import { readProject, readStack, type StackFiles } from "../stack";
import { UsageError } from "../usageError";

/** `directory` is the folder of Pulumi.yaml. Throws a `UsageError` for a folder that holds no program that a rehearsal can run. */
export function readForeignStack(given: string, stack: string, overrides: readonly string[]): StackFiles {
  const directory = resolve(given);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined)
    throw new UsageError(`there is no folder ${directory}`, "give the folder of the program's Pulumi.yaml");
  if (!found.isDirectory()) throw new UsageError(`${directory} is no folder`, "give the folder of the program's Pulumi.yaml");
  if (!existsSync(join(directory, "Pulumi.yaml")))
    throw new UsageError(`${directory} holds no Pulumi.yaml`, "give the folder of the program's Pulumi.yaml");
  const { main, runtime, config } = readProject(directory);
  refuseMisspelt(overrides, Object.keys(config));
  const language = typeof runtime === "string" ? runtime : runtime.name;
  if (language !== "nodejs")
    throw new UsageError(
      `${join(directory, "Pulumi.yaml")} has runtime "${language}", and a rehearsal runs programs of runtime nodejs alone`,
      "rehearse a program in TypeScript or JavaScript",
    );
  const files = readStack(directory, stack, overrides);
  const entry = programEntry(directory, main);
  requirePulumi(entry);
  return { ...files, ...entry };
}

// Pulumi takes any key, and a program that reads another one goes on with its default.
function refuseMisspelt(overrides: readonly string[], declared: readonly string[]): void {
  for (const { key } of overrides.map(parseOverride)) {
    const meant = declared.includes(key) ? undefined : nearest(key, declared);
    if (meant !== undefined)
      throw new UsageError(`--set ${key}: Pulumi.yaml declares no key ${key}`, `did you mean ${meant}? Declare ${key} if not`);
  }
}
