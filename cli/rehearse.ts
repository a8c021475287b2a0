// npm run rehearse: arguments and output only; rehearsal/ does the work.
import { parseArgs } from "node:util";
import { BREAKS, findBreak } from "../rehearsal/breaks";
import { clearKilledRuns, useRunFolder } from "../rehearsal/cluster/runFolder";
import { rehearse } from "../rehearsal/rehearse";
import { UsageError } from "../rehearsal/usageError";
import { requirePosix } from "./platform";
import { printBreaks, printReport, printStep } from "./rehearseOutput";

const HELP = `Runs a stack's program offline, with its pods, against an emulated Azure on this machine.

  npm run rehearse -- [options]

  --stack S          the stack, from Pulumi.S.yaml (default: dev)
  --set KEY=VALUE    override a config value, as "pulumi config set --path" does; may be repeated
  --app "CMD"        run this command as every container instead of the program's images
  --break NAME       apply one named misconfiguration; "--break list" lists them
  --serve            keep the pods running and print their addresses until Ctrl-C
  --json             print one JSON document instead of text (use "npm run -s")
  --help             this text

Exit code: 0 the chain works, 1 it does not, 2 wrong use or a program that does not run.`;

const OPTIONS = {
  stack: { type: "string", default: "dev" },
  set: { type: "string", multiple: true },
  app: { type: "string" },
  break: { type: "string" },
  serve: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const EXIT = { works: 0, broken: 1, usage: 2, interrupted: 130 } as const;

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
  const rehearsal = await rehearse({
    directory: process.cwd(),
    stack: values.stack,
    set: values.set ?? [],
    app: values.app,
    breakage: values.break === undefined ? undefined : findBreak(values.break),
    signal,
    ...(values.json ? {} : { onStep: printStep }),
  });
  try {
    if (values.json) console.log(JSON.stringify(rehearsal.report, undefined, 2));
    else printReport(rehearsal, values.serve);
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

/** npm passes a signal on that the terminal has sent already: what comes that soon is the same Ctrl-C. */
const SAME_INTERRUPT_MS = 500;

// The first one ends everything in order; a second one does not wait for that.
function interruptions(): { readonly signal: AbortSignal; readonly interrupted: Promise<void> } {
  const interrupt = new AbortController();
  const { promise: interrupted, resolve } = Promise.withResolvers<void>();
  let sinceMs = Number.POSITIVE_INFINITY;
  const end = () => {
    sinceMs = Math.min(sinceMs, performance.now());
    interrupt.abort(new Interrupted());
    resolve();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => (performance.now() - sinceMs > SAME_INTERRUPT_MS ? process.exit(EXIT.interrupted) : end()));
  // Whoever read the output has gone, as with "| head".
  process.stdout.on("error", end);
  process.stderr.on("error", end);
  return { signal: interrupt.signal, interrupted };
}

function arguments_() {
  try {
    const { values } = parseArgs({ options: OPTIONS, strict: true });
    if (values.app?.trim() === "") throw new Error('--app takes a command, got ""');
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), "see npm run rehearse -- --help");
  }
}

class Interrupted extends Error {}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof Interrupted) process.exit(EXIT.interrupted);
    // A defect of the rehearsal itself keeps its stack; a user's mistake never has one.
    const usage =
      error instanceof UsageError
        ? error
        : new UsageError(
            error instanceof Error ? (error.stack ?? error.message) : String(error),
            "this is a defect of the rehearsal: please report it",
          );
    if (process.argv.some((argument) => /^--json(=|$)/.test(argument)))
      console.log(JSON.stringify({ schemaVersion: 1, ok: false, error: { message: usage.message, fix: usage.fix } }));
    console.error(`${usage.message}\n  fix: ${usage.fix}`);
    process.exit(EXIT.usage);
  },
);
