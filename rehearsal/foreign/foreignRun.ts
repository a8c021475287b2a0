// Runs a program that is not ours, after those whose outputs it reads: all into one emulated cloud.
import type { Finding } from "../../chain";
import type { Unrehearsed } from "../chainModel";
import type { Network } from "../network/network";
import type { Pods } from "../pods";
import type { ProgramResult } from "../program/messages";
import type { Report } from "../report";
import type { StackFiles } from "../stack";
import { type RunOptions, runProgram } from "../stackProgram";
import { UsageError } from "../usageError";
import type { World } from "../world";
import { foreignFindings } from "./findings";
import { ForeignBackend } from "./foreignBackend";
import { readForeignStack } from "./foreignStack";
import { LeftOut } from "./leftOut";
import { Manifests } from "./manifests";
import { type ReferenceOption, References, readOutputs } from "./references";

/** How a program that is not ours is run. */
export interface Foreign {
  /** What it reads of other stacks, in the order in which those are rehearsed. Defaults to nothing. */
  readonly references?: readonly ReferenceOption[];
  /** Variables of the program's process, beside those of every rehearsal. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ForeignRun {
  /** The program's own outputs, and the resources of all programs. */
  readonly result: ProgramResult;
  readonly notCovered: Report["notCovered"];
  /** What was left out and may create any object in the cluster. */
  readonly holders: readonly string[];
  /** What the outputs of other stacks hold and nobody may see. */
  readonly secrets: readonly string[];
  findings(pods: Pods, unrehearsed: readonly Unrehearsed[]): Finding[];
}

export async function runForeign(
  files: StackFiles,
  { references: given = [] }: Foreign,
  options: RunOptions,
  world: World,
  network: Network,
  caFile: string,
): Promise<ForeignRun> {
  const { cloud } = world;
  const leftOut = new LeftOut();
  const references = new References();
  const run = async (each: StackFiles, scope: string) => {
    const manifests = new Manifests(each.directory);
    const backend = new ForeignBackend({ cloud, files: each, leftOut, manifests, references, scope });
    return runProgram(each, options, world, network, caFile, backend).catch((error: unknown) => {
      if (!(error instanceof UsageError)) throw error;
      const unknown = leftOut.entries.slice(0, NAMED).map(({ resource }) => resource);
      const why = unknown.length === 0 ? "" : `\nNot emulated, so that their outputs are not known: ${unknown.join(", ")}`;
      throw new UsageError(`${scope}${error.message}${why}`, references.advice ?? error.fix);
    });
  };
  const before: ProgramResult[] = [];
  for (const { name, from } of given) {
    if ("file" in from) references.add(name, readOutputs(from.file));
    else {
      const other = readForeignStack(from.directory, from.stack, []);
      const result = await run(other, `${other.project}/${other.stack} `);
      references.add(name, result);
      before.push(result);
    }
  }
  const own = await run(files, "");
  return {
    result: { ...own, resources: [...before.flatMap(({ resources }) => resources), ...own.resources] },
    notCovered: [...leftOut.entries, ...leftOut.unknownInputs].map(({ resource, reason }) => ({ resource, reason })),
    holders: leftOut.entries
      .filter(({ mayHoldPods, resource }) => mayHoldPods || resource.includes("kubernetes:"))
      .map(({ resource }) => resource),
    secrets: references.secrets,
    findings: (pods, unrehearsed) => foreignFindings({ cloud, pods, unrehearsed, leftOut }),
  };
}

/** As many as a person reads in one line. */
const NAMED = 5;
