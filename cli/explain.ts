// npm run explain: what an error of Azure, of Entra ID or of Kubernetes means here, the likely mistakes, and the commands that mend them.
import { count } from "../chain";
import { explain } from "../diagnosis/explain/explain";
import { redacted } from "../diagnosis/redact";
import { readStackOutputs } from "../diagnosis/stackOutputs";
import { UsageError } from "../rehearsal/usageError";
import { runCommand } from "./command";
import { explainArguments } from "./explainArguments";
import { explanationsDocument, printExplanations, unknownText } from "./explainOutput";
import { INTERRUPTED_EXIT } from "./interruptions";

const HELP = `Explains errors around Azure workload identity: what each means, the likely mistakes in order, and how to mend them. Works offline and sends nothing.

  npm run explain -- "AADSTS700213: No matching federated identity record …"
  npm run explain -- up.log                        a log of any length
  npm run explain -- WI003                         an entry of docs/rules.md by its id
  kubectl logs POD | npm run -s explain -- -       standard input
  kubectl describe pod POD | npm run -s explain -- -

It reads messages of Entra ID, Resource Manager, Key Vault and the SDKs, logs of pulumi up, kubectl describe pod, kubectl get pod or events as JSON or YAML,
the application's /api/status, and what npm run rehearse -- --json prints.

  --stack S          compare with the output "chain" of stack S, which the Pulumi CLI is asked for
  --outputs FILE     compare with what "pulumi stack output --json" or "npm run -s rehearse -- --json" printed; no CLI is needed
  --json             print one JSON document instead of text (use "npm run -s")
  --help             this text

Tokens and secrets that stand in the text are never printed.

Exit code: 0 something is explained, 1 nothing in the text is known, 2 wrong use.`;

async function main(): Promise<number> {
  endQuietly();
  const { values, source } = explainArguments(process.argv.slice(2), process.stdin.isTTY === true);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (source === undefined) throw new UsageError(`nothing to explain\n\n${HELP}`, 'give an error\'s text, a file, or "-"');
  const { stack, outputs } = values;
  const compared =
    (stack ?? outputs) === undefined
      ? undefined
      : { ...readStackOutputs({ directory: process.cwd(), stack: stack ?? "dev", file: outputs }), stack: stack ?? "" };
  const explanations = await explain(source, compared);
  if (values.json) console.log(JSON.stringify(explanationsDocument(explanations), undefined, 2));
  else if (explanations.errors.length > 0) printExplanations(explanations);
  else console.log(nothingKnown(explanations));
  return explanations.errors.length > 0 || explanations.healthy ? 0 : 1;
}

function nothingKnown({ lines, kind, unknown, healthy }: Awaited<ReturnType<typeof explain>>): string {
  if (healthy) return `Nothing is wrong in this input (${kind}).`;
  const known = `The catalogue knows nothing in this ${kind} (${count(lines, "line")}): see docs/rules.md for what it knows.`;
  return unknown.length === 0 ? known : `${unknownText(unknown)}\n${known}`;
}

function endQuietly(): void {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(INTERRUPTED_EXIT));
  // Whoever read the output has gone, as with "| head".
  process.stdout.on("error", () => process.exit(INTERRUPTED_EXIT));
}

runCommand({ main, name: "npm run explain", shown: redacted });
