// npm run verify: whether the chain of a stack works as it is really deployed; diagnosis/verify/ does the work.
import { parseArgs } from "node:util";
import { readStackOutputs } from "../diagnosis/stackOutputs";
import { UsageError } from "../rehearsal/usageError";
import { runCommand } from "./command";
import { interruptions } from "./interruptions";
import { printVerified, verifiedDocument } from "./verifyOutput";
import { isEmulated } from "./withEmulation";

const HELP = `After "pulumi up": reads every link of the chain as it is really deployed, from Azure and from the cluster, and says expected and found.

  npm run verify -- --stack S [options]

  --stack S          the stack, as "pulumi stack ls" names it (default: dev)
  --outputs FILE     its outputs as "pulumi stack output --json" printed them; no Pulumi CLI is needed then
                     (a program of your own must export "chain": docs/verify.md, "Your own program")
  --kubeconfig FILE  how to reach the cluster, instead of what Azure hands out to whoever has signed in
  --negative         also start two short-lived pods that must be refused: one with another ServiceAccount, one without the label
  --emulated         rehearse the stack on this machine and verify that; nothing of it is Azure
  --json             print one JSON document instead of text (use "npm run -s")
  --help             this text

It signs in as "pulumi up" does (ARM_* variables, or the Azure CLI), and only reads; --negative creates two pods and removes them.
Exit code: 0 all hold, 1 a link is broken or nothing shows that what could not be read works, 2 wrong use, no sign-in, no such stack.`;

const OPTIONS = {
  stack: { type: "string", default: "dev" },
  outputs: { type: "string" },
  kubeconfig: { type: "string" },
  negative: { type: "boolean", default: false },
  emulated: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const EMULATED_LINE = "Emulated: the stack is rehearsed on this machine, and what is read is that, not Azure.";

async function main(): Promise<number> {
  const values = arguments_();
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  return run(values, interruptions().signal);
}

async function run(values: ReturnType<typeof arguments_>, signal: AbortSignal): Promise<number> {
  const emulated = isEmulated();
  if (values.emulated && !emulated) {
    if (!values.json) console.log(EMULATED_LINE);
    const { verifyEmulated }: typeof import("./verifyEmulated") = require("./verifyEmulated");
    return verifyEmulated(values.stack, process.argv.slice(2), signal);
  }
  const { stack, outputs: file } = values;
  const outputs = readStackOutputs({ directory: process.cwd(), stack, file });
  // Only now: the SDKs take longer to load than all that ends before.
  const { signIn }: typeof import("../diagnosis/signIn") = require("../diagnosis/signIn");
  const { verifyStack }: typeof import("../diagnosis/verify/verify") = require("../diagnosis/verify/verify");
  const { readKubeconfig }: typeof import("../diagnosis/verify/clusterAccess") = require("../diagnosis/verify/clusterAccess");
  const { kubeconfig: from } = values;
  const kubeconfig = from === undefined ? undefined : { text: readKubeconfig(from), from };
  const { credential, subscriptionId } = await signIn({ signal });
  const report = await verifyStack({
    outputs,
    access: { credential, subscriptionId: subscriptionOf(outputs.chain) ?? subscriptionId ?? "" },
    kubeconfig,
    emulated,
    negative: values.negative ? {} : undefined,
    signal,
  });
  if (values.json) console.log(verifiedDocument(report));
  else printVerified(report);
  return report.ok ? 0 : 1;
}

/** The stack's own, from the id of an identity: whoever signs in may have another one at hand. */
function subscriptionOf(chain: ReturnType<typeof readStackOutputs>["chain"]): string | undefined {
  return Object.values(chain)
    .map(({ identityId }) => /^\/subscriptions\/([^/]+)\//i.exec(identityId)?.[1])
    .find((each) => each !== undefined);
}

function arguments_() {
  try {
    const { values } = parseArgs({ options: OPTIONS, strict: true });
    const empty = Object.entries(values).find(([, value]) => value === "");
    if (empty !== undefined) throw new Error(`--${empty[0]} takes a value, got ""`);
    if (values.emulated && !isEmulated() && (values.outputs ?? values.kubeconfig) !== undefined)
      throw new Error("--emulated has outputs and a kubeconfig of its own: leave out --outputs and --kubeconfig");
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), "see npm run verify -- --help");
  }
}

runCommand({ main, name: "this command" });
