// The stack of a rehearsal on the real engine: a `pulumi up` in place of the program under mocks, and a `pulumi destroy` at the end.
import { join } from "node:path";
import { z } from "zod";
import type { Network } from "../network/network";
import type { ProgramResult } from "../program/messages";
import type { Report } from "../report";
import type { StackFiles } from "../stack";
import { PROGRAM_CLIENT } from "../stackProgram";
import { UsageError } from "../usageError";
import type { World } from "../world";
import { hasReplaceRules, UNKNOWN_REPLACE_RULES } from "./diff";
import { type EngineStack, failureOf, openEngineStack } from "./engineStack";
import { findEngine, isEngine } from "./findEngine";
import type { EngineRun } from "./session";
import { PODS_MISSING } from "./standIns";

export interface EngineRehearsal {
  /** Of the engine. */
  readonly version: string;
  readonly result: ProgramResult;
  /** Why `up` did not get to its end: a pod does not become ready. Undefined where it did. */
  readonly failure: string | undefined;
  readonly notCovered: Report["notCovered"];
  /** `pulumi destroy`. What it leaves is nothing, but for what Azure keeps of deleted vaults. */
  destroy(): Promise<Destroyed>;
  close(): Promise<void>;
}

export interface Destroyed {
  readonly left: readonly string[];
  readonly softDeletedVaults: readonly string[];
  /** Why it ended in an error, or null. */
  readonly destroyFailure: string | null;
}

interface Options {
  readonly files: StackFiles;
  readonly world: World;
  readonly network: Network;
  readonly caFile: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Throws a `UsageError` where there is no engine, or where `up` fails for another reason than a chain that does not work. */
export async function upOnEngine({ files, world, network, caFile, folder, signal }: Options): Promise<EngineRehearsal> {
  const engine = findEngine({ project: files.directory });
  if (!isEngine(engine)) throw new UsageError(`there is no Pulumi engine: ${engine.reason}`, "leave --engine out, or bring one");
  const stack = await openEngineStack({
    engine,
    files,
    world,
    folder: join(folder, "engine"),
    network: { proxyUrl: network.clientUrl(PROGRAM_CLIENT), caFile },
    signal,
  });
  try {
    const up = await stack.run("up", "--yes", "--skip-preview");
    signal.throwIfAborted();
    const failure = up.code === 0 ? undefined : failureOf(up);
    if (failure !== undefined && !failedAtPodsOnly(up))
      throw new UsageError(`pulumi up failed:\n${failure}`, "change the program or its config as the message says");
    const result = { ...(await stateOf(stack)), outputs: failure === undefined ? await stack.outputs() : {} };
    const notCovered = unknownRules(result.resources);
    return { version: engine.version, result, failure, notCovered, destroy: () => destroy(stack, world), close: stack.close };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** Whatever else went wrong is the program's mistake, and its pods are not worth starting. */
function failedAtPodsOnly({ steps, messages }: EngineRun): boolean {
  const failed = steps.filter(({ state }) => state === "failed");
  const errors = messages.filter(({ severity, text }) => severity === "error" && text.trim() !== "update failed");
  return (
    failed.length > 0 &&
    failed.every(({ type }) => type === "kubernetes:apps/v1:Deployment") &&
    errors.every(({ text }) => text.includes(PODS_MISSING))
  );
}

/** What the stand-ins cannot know of a type: said, not guessed. */
function unknownRules(resources: ProgramResult["resources"]): Report["notCovered"] {
  return resources.flatMap(({ type, name, custom }) => {
    if (!custom || type.startsWith("pulumi:")) return [];
    const resource = `${type}::${name}`;
    if (!hasReplaceRules(type))
      return [
        { resource, reason: "a change of it is taken for an update: what replaces a resource of this type is not known here" },
      ];
    const rule = UNKNOWN_REPLACE_RULES[type];
    return rule === undefined ? [] : [{ resource, reason: `what replaces it: ${rule}` }];
  });
}

const exportShape = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(z.looseObject({ urn: z.string(), type: z.string(), custom: z.boolean().default(false) })).default([]),
  }),
});

// Default providers are the engine's own: no program registers them.
async function stateOf(stack: EngineStack): Promise<Omit<ProgramResult, "outputs">> {
  const { code, output } = await stack.run("stack", "export");
  if (code !== 0) throw new Error(`pulumi stack export failed:\n${output.trim()}`);
  const { resources } = exportShape.parse(JSON.parse(output)).deployment;
  const named = resources.map(({ urn, type, custom }) => ({ type, name: urn.slice(urn.lastIndexOf("::") + 2), custom }));
  const own = named.filter(({ type, name }) => !type.startsWith("pulumi:providers:") || !/^default(_|$)/.test(name));
  return { resources: own, secretOutputs: [], failures: [] };
}

async function destroy(stack: EngineStack, { cloud }: World): Promise<Destroyed> {
  const run = await stack.run("destroy", "--yes", "--skip-preview");
  return {
    left: cloud.inventory(),
    softDeletedVaults: cloud.manager.softDeleted.vaults().map(({ vault }) => vault.name),
    destroyFailure: run.code === 0 ? null : failureOf(run),
  };
}
