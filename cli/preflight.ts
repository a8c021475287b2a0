// npm run preflight: arguments and output only; diagnosis/preflight does the work.
import { parseArgs } from "node:util";
import { settled } from "../diagnosis/settled";
import type { SignIn } from "../diagnosis/signIn";
import { clearKilledRuns, useRunFolder } from "../rehearsal/cluster/runFolder";
import type { StackFiles } from "../rehearsal/stack";
import { UsageError } from "../rehearsal/usageError";
import { runCommand } from "./command";
import { FOREIGN_OPTIONS, foreignOf } from "./foreignArguments";
import { interruptions } from "./interruptions";
import { preflightDocument, printPreflight } from "./preflightOutput";
import { isEmulated, withEmulation } from "./withEmulation";

const HELP = `Asks Azure and this machine what would stop "pulumi up" of a stack, before it starts. Reads only, and creates nothing.

  npm run preflight -- [options]

  --stack S          the stack, from Pulumi.S.yaml (default: dev)
  --set KEY=VALUE    override a config value, as "pulumi config set --path" does; may be repeated
  --program DIR      look at the Pulumi program of this folder instead of this project's own
  --env NAME=VALUE, --reference NAME=FILE.json, --reference NAME=DIR[:STACK]
                     with --program: what it is given, as for npm run rehearse; may be repeated
  --emulated         ask the emulated Azure of this machine, which has all that is asked for: to see what is checked, offline
  --json             print one JSON document instead of text (use "npm run -s")
  --help             this text

The program runs offline first, so that what it would create is known. Azure is then asked as the azure-native provider signs in:
the stack's config, ARM_* variables, or the Azure CLI. docs/preflight.md lists the checks and the rights that each takes.

Exit code: 0 nothing was found (UNKNOWN is said, and is no failure), 1 something would fail, 2 wrong use or no sign-in.`;

const OPTIONS = {
  stack: { type: "string", default: "dev" },
  set: { type: "string", multiple: true },
  ...FOREIGN_OPTIONS,
  emulated: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<number> {
  const values = arguments_();
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  clearKilledRuns();
  useRunFolder();
  const { signal } = interruptions();
  const project = values.program ?? process.cwd();
  const { foreign } = values;
  // Only now: loading what they need takes longer than all that ends before.
  const { readStack }: typeof import("../rehearsal/stack") = require("../rehearsal/stack");
  const { readForeignStack }: typeof import("../rehearsal/foreign/foreignStack") = require("../rehearsal/foreign/foreignStack");
  const files = (foreign === undefined ? readStack : readForeignStack)(project, values.stack, values.set ?? []);
  if (values.emulated && !isEmulated()) return emulated(files, signal);

  const { planOf }: typeof import("../diagnosis/preflight/plan") = require("../diagnosis/preflight/plan");
  const { preflight }: typeof import("../diagnosis/preflight/preflight") = require("../diagnosis/preflight/preflight");
  const startedMs = performance.now();
  // Signing in first: whoever is not signed in need not wait for the program.
  const signedIn = await signedInFor(files, signal);
  const plan = await planOf(files, { signal, foreign }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error;
  });
  const { subscriptionId } = signedIn;
  if (subscriptionId === undefined)
    throw new UsageError(
      "no subscription is named",
      "pulumi config set azure-native:subscriptionId ID, or set ARM_SUBSCRIPTION_ID",
    );
  const options = { files, plan, signedIn, subscriptionId, project, env: process.env };
  const found = await settled(() => preflight(options), signal);
  const shown = { ...found, stack: files.stack, how: signedIn.how, subscriptionId, plan, emulated: values.emulated };
  if (values.json) console.log(JSON.stringify(preflightDocument(shown), undefined, 2));
  else printPreflight(shown, performance.now() - startedMs);
  return found.checks.some(({ status }) => status === "FAIL") ? 1 : 0;
}

function signedInFor({ config, standIns }: StackFiles, signal: AbortSignal): Promise<SignIn> {
  const { signIn }: typeof import("../diagnosis/signIn") = require("../diagnosis/signIn");
  return signIn({ config, encrypted: standIns, signal });
}

async function emulated({ config }: StackFiles, signal: AbortSignal): Promise<number> {
  const { serveCloud }: typeof import("../rehearsal/serveCloud") = require("../rehearsal/serveCloud");
  const [tenantId, subscriptionId] = [config["azure-native:tenantId"], config["azure-native:subscriptionId"]];
  const served = await serveCloud({
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  });
  try {
    return await withEmulation({ served, script: "preflight", args: process.argv.slice(2), signal });
  } finally {
    await served.close();
  }
}

function arguments_() {
  try {
    const { values } = parseArgs({ options: OPTIONS, strict: true });
    for (const name of ["stack", "program"] as const) if (values[name] === "") throw new Error(`--${name} takes a value, got ""`);
    return { ...values, foreign: foreignOf(values) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), "see npm run preflight -- --help");
  }
}

runCommand({ main, name: "the preflight" });
