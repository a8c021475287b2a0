// npm run rehearse: arguments and output only; rehearsal/ does the work.
import { parseArgs } from "node:util";
import { BREAKS, findBreak } from "../rehearsal/breaks";
import { clearKilledRuns, useRunFolder } from "../rehearsal/cluster/runFolder";
import { UsageError } from "../rehearsal/usageError";
import { runCommand } from "./command";
import { FOREIGN_OPTIONS, foreignOf } from "./foreignArguments";
import { interruptions } from "./interruptions";
import { requirePosix } from "./platform";
import { printBreaks, printReport, printStep } from "./rehearseOutput";

const HELP = `Runs a stack's program offline, with its pods, against an emulated Azure on this machine.

  npm run rehearse -- [options]

  --program DIR      rehearse the Pulumi program of this folder instead of this project's own (TypeScript or JavaScript; its types
                     are not checked). What cannot be emulated is left out and told, and the pods that it may hold are an error
  --env NAME=VALUE   with --program: a variable of the program's process, which inherits none; may be repeated
  --reference NAME=FILE.json, NAME=DIR[:STACK]
                     with --program: what its StackReference NAME exports, as "pulumi stack output --json --show-secrets" prints it,
                     or the folder of that stack's program, which is rehearsed first and into the same cloud; may be repeated
  --stack S          the stack, from Pulumi.S.yaml (default: dev)
  --set KEY=VALUE    override a config value, as "pulumi config set --path" does; may be repeated
  --app "CMD"        run this command as the first container of every pod
  --break NAME       apply one named misconfiguration; "--break list" lists them
  --engine           run a real "pulumi up" with stand-in providers, not the program alone; needs a Pulumi CLI
  --destroy          with --engine: "pulumi destroy" at the end, and nothing may be left
  --serve            keep the pods running and print their addresses until Ctrl-C
  --json             print one JSON document instead of text (use "npm run -s")
  --help             this text

Exit code: 0 the chain works, 1 it does not, 2 wrong use or a program that does not run.`;

const OPTIONS = {
  ...FOREIGN_OPTIONS,
  stack: { type: "string", default: "dev" },
  set: { type: "string", multiple: true },
  app: { type: "string" },
  break: { type: "string" },
  engine: { type: "boolean", default: false },
  destroy: { type: "boolean", default: false },
  serve: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const EXIT = { works: 0, broken: 1, usage: 2 } as const;

async function main(): Promise<number> {
  const values = arguments_();
  if (values.help) {
    console.log(HELP);
    return EXIT.works;
  }
  if (values.break === "list") {
    if (values.json) console.log(JSON.stringify(BREAKS.map(({ name, description, code }) => ({ name, description, code }))));
    else printBreaks(BREAKS);
    return EXIT.works;
  }
  requirePosix(process.platform);
  clearKilledRuns();
  useRunFolder();
  const { signal, interrupted } = interruptions();
  // Only now: loading it takes longer than all that ends before.
  const { rehearse }: typeof import("../rehearsal/rehearse") = require("../rehearsal/rehearse");
  const rehearsal = await rehearse({
    directory: values.program ?? process.cwd(),
    foreign: values.foreign,
    stack: values.stack,
    set: values.set ?? [],
    app: values.app,
    breakage: values.break === undefined ? undefined : findBreak(values.break),
    engine: values.engine ? { destroy: values.destroy } : undefined,
    signal,
    ...(values.json ? {} : { onStep: printStep }),
  });
  try {
    if (values.json) console.log(JSON.stringify(rehearsal.report, undefined, 2));
    else printReport(rehearsal, values.serve, values.program);
    const lost = values.serve ? await Promise.race([interrupted, rehearsal.lost]) : undefined;
    if (lost !== undefined) {
      console.error(lost);
      return EXIT.broken;
    }
    return rehearsal.report.ok ? EXIT.works : EXIT.broken;
  } finally {
    await rehearsal.close();
  }
}

function arguments_() {
  try {
    const { values } = parseArgs({ options: OPTIONS, strict: true });
    if (values.app?.trim() === "") throw new Error('--app takes a command, got ""');
    if (values.program !== undefined && values.engine)
      throw new Error("--program and --engine exclude each other: stand-in providers are those of this project's own packages");
    if (values.destroy && !values.engine)
      throw new Error("--destroy needs --engine: without it nothing is created that could be destroyed");
    if (values.destroy && values.serve) throw new Error("--destroy and --serve exclude each other: pods need what is there");
    return { ...values, foreign: foreignOf(values) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), "see npm run rehearse -- --help");
  }
}

runCommand({ main, name: "the rehearsal" });
