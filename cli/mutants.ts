// npm run mutants: arguments and output only; mutants/ does the work.
import { parseArgs } from "node:util";
import { MISTAKES } from "../mutants/mistakes";
import { PROGRAMS } from "../mutants/programs";
import { aimReached } from "../mutants/score";
import { clearKilledRuns, useRunFolder } from "../rehearsal/cluster/runFolder";
import { UsageError } from "../rehearsal/usageError";
import { runCommand } from "./command";
import { interruptions } from "./interruptions";
import { asMarkdown } from "./mutantsMarkdown";
import { printList, printScore } from "./mutantsOutput";
import { requirePosix } from "./platform";
import { printStep } from "./rehearseOutput";

const HELP = `Plants each mistake in right programs, and says where it is caught: types, component check, policy pack, rehearsal, and which first.

  npm run mutants -- [options]

  --program NAME     only this program; may be repeated
  --mistake ID       only this mistake; may be repeated
  --list             the programs with their mistakes, without running anything
  --markdown         print the tables of docs/mutants.md instead of text (use "npm run -s")
  --json             print one JSON document instead of text (use "npm run -s")
  --help             this text

A mistake counts as caught only by its own rule on the resource that has to be changed. The programs as they are run too: whatever is
said of them is a false alarm. The whole run takes some minutes.

Exit code: 0 every mistake is caught before "pulumi up" and there is no false alarm, 1 something escaped, 2 wrong use.`;

const OPTIONS = {
  program: { type: "string", multiple: true },
  mistake: { type: "string", multiple: true },
  list: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<number> {
  const { program, mistake, list, markdown, json, help } = arguments_();
  if (help) {
    console.log(HELP);
    return 0;
  }
  const programs = chosen("program", PROGRAMS, program, ({ name }) => name);
  const mistakes = chosen("mistake", MISTAKES, mistake, ({ id }) => id).map(({ id }) => id);
  if (list) {
    printList(programs, mistakes, json);
    return 0;
  }
  if (programs.every(({ plants }) => plants.every((plant) => !mistakes.includes(plant.mistake))))
    throw new UsageError("none of these programs holds any of these mistakes", "see npm run mutants -- --list");
  requirePosix(process.platform);
  clearKilledRuns();
  useRunFolder();
  const { signal } = interruptions();
  // Only now: loading it takes longer than all that ends before.
  const { score }: typeof import("../mutants/score") = require("../mutants/score");
  const result = await score({ programs, mistakes, signal, ...(json || markdown ? {} : { onStep: printStep }) });
  if (markdown) console.log(asMarkdown(result, programs));
  else printScore(result, json);
  return aimReached(result) ? 0 : 1;
}

function chosen<T>(
  what: string,
  all: readonly T[],
  names: readonly string[] | undefined,
  nameOf: (one: T) => string,
): readonly T[] {
  const unknown = names?.find((name) => all.every((one) => nameOf(one) !== name));
  if (unknown !== undefined)
    throw new UsageError(`there is no ${what} "${unknown}"`, `use one of: ${all.map(nameOf).join(", ")}`);
  return names === undefined ? all : all.filter((one) => names.includes(nameOf(one)));
}

function arguments_() {
  try {
    const { values } = parseArgs({ options: OPTIONS, strict: true });
    if (values.markdown && (values.json || values.list)) throw new Error("--markdown excludes --json and --list");
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), "see npm run mutants -- --help");
  }
}

runCommand({ main, name: "the mutants" });
