// The way back after an interrupted run, step by step as docs/runbook.md has it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ShellRun } from "./runbook";
import { blockWith, runBlock } from "./runbookSteps";
import { backendFolder } from "./savedPoint";
import type { TestStack } from "./testStack";

const SECTION = "An update was interrupted";

const importFile = z.looseObject({
  resources: z.array(z.looseObject({ type: z.string(), name: z.string(), id: z.string().optional() })),
});

/** Runs the commands until one ends well that was interrupted; what is wrong if none does. */
export async function recover(stack: TestStack, interrupted = "pulumi up"): Promise<string[]> {
  const unreadable = await readableAgain(stack);
  if (unreadable.length > 0) return unreadable;
  return untilDone(stack, await runBlock(stack, blockWith(SECTION, "--clear-pending-creates").replace("pulumi up", interrupted)));
}

/** Takes in what an up met that is there already, and tries again: each round meets what the one before could not get to. */
export async function untilDone(stack: TestStack, first: ShellRun): Promise<string[]> {
  let up = first;
  for (let round = 0; up.code !== 0 && round < 6; round += 1) {
    const wrong = await takeIn(stack, up);
    if (wrong.length > 0) return wrong;
    up = await runBlock(stack, "pulumi up");
  }
  return up.code === 0 ? [] : [`recovery ended with:\n${up.output}`];
}

/** An engine that is killed at the wrong moment leaves an empty note beside the state. */
export async function readableAgain(stack: TestStack): Promise<string[]> {
  const read = await stack.run("stack", "export");
  if (read.code === 0) return [];
  const block = blockWith(SECTION, ".attrs");
  const mended = await runBlock(stack, block, { folder: backendFolder(stack.environment) });
  const again = await stack.run("stack", "export");
  return again.code === 0 ? [] : [`the state stays unreadable:\n${read.output}${mended.output}${again.output}`];
}

/** Fills in the ids that the error names, or that somebody has looked up (by Pulumi's name), and takes those into the state. */
export async function takeIn(
  stack: TestStack,
  { output }: ShellRun,
  lookedUp: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const named = existing(output);
  const [list, ...take] = blockWith(SECTION, "--import-file").split("\n").filter(Boolean);
  if (list === undefined) throw new Error("the block has no command");
  const file = join(stack.folder, "import.json");
  const listed = await runBlock(stack, list);
  if (listed.code !== 0) return [`${list}:\n${listed.output}`];
  const { resources, ...rest } = importFile.parse(JSON.parse(await readFile(file, "utf8")));
  const kept = resources.flatMap((resource) => {
    const id = lookedUp[resource.name] ?? named.get(`${resource.type} ${resource.name}`);
    return id === undefined ? [] : [{ ...resource, id }];
  });
  if (kept.length === 0 || kept.length < named.size)
    return [`of what is there already, ${kept.length} can be taken in:\n${output}`];
  await writeFile(file, JSON.stringify({ ...rest, resources: kept }));
  const taken = await runBlock(stack, take.join("\n"));
  return taken.code === 0 ? [] : [`import:\n${taken.output}`];
}

/** Ids by `type name`, out of what `pulumi up` prints under "Diagnostics". */
function existing(output: string): Map<string, string> {
  const diagnostics = output.slice(output.lastIndexOf("\nDiagnostics:"));
  return new Map(
    [...diagnostics.matchAll(/^ {2}(\S+) \(([^)]+)\):\n((?: {4}.*\n|\n)+)/gm)].flatMap(([, type = "", name = "", text = ""]) => {
      const azure = /cannot create already existing resource '([^']+)'/.exec(text)?.[1];
      const [, object, namespace] = /\S+ "([^"]+)" already exists in namespace "([^"]*)"/.exec(text) ?? [];
      const id = azure ?? (object && (namespace ? `${namespace}/${object}` : object));
      return id === undefined ? [] : [[`${type} ${name}`, id] as const];
    }),
  );
}
