// npm run token: what a pod's token says, and which of its claims the federated credential does not trust.
import { compareToken, withoutTokens } from "../chain";
import { UsageError } from "../rehearsal/usageError";
import { runCommand } from "./command";
import { SEE_HELP, type TokenArguments, tokenArguments } from "./tokenArguments";
import { type Expected, expectedFromFile } from "./tokenExpected";
import { readToken } from "./tokenInput";
import { printToken, tokenDocument } from "./tokenOutput";
import type { PodToken } from "./tokenPod";

const HELP = `Explains a pod's token, beside the federated credential that must trust it. Sends nothing, and verifies no signature.

  npm run token -- FILE [options]                  the token in a file
  npm run -s token -- - [options]                  the token on standard input, as from
      kubectl exec POD -- sh -c 'cat "$AZURE_FEDERATED_TOKEN_FILE"' | npm run -s token -- -
  npm run token -- --pod NAMESPACE/NAME [options]  the token of a pod that is rehearsed

  --chain FILE       compare with what "pulumi stack output chain --json" prints ("-" for standard input)
  --workload KEY     the workload in it (default: the only one, or web)
  --issuer URL, --subject S, --audience A
                     compare with these instead; what is left out is not compared
  --stack S          with --pod: the stack, from Pulumi.S.yaml (default: dev)
  --set KEY=VALUE    with --pod: override a config value; may be repeated
  --break NAME       with --pod: apply one named misconfiguration (npm run rehearse -- --break list)
  --json             print one JSON document instead of text (use "npm run -s")
  --help             this text

Exit code: 0 everything that is compared matches, 1 something differs or the token has expired, 2 wrong use.`;

async function main(): Promise<number> {
  const { values, source } = tokenArguments(process.argv.slice(2));
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const found = await tokenOf(values, source);
  if ("missing" in found) {
    if (values.json) console.log(JSON.stringify({ schemaVersion: 1, ok: false, ...found }));
    else console.log(found.missing);
    return 1;
  }
  const nowMs = Date.now();
  const { token, expected } = found;
  const explained = { token, checks: compareToken(token, expected?.values ?? {}, nowMs), of: expected?.of };
  if (values.json) console.log(JSON.stringify(tokenDocument(explained), undefined, 2));
  else printToken(explained, nowMs);
  return explained.checks.every(({ difference }) => difference === undefined) ? 0 : 1;
}

async function tokenOf(values: TokenArguments["values"], source: string | undefined): Promise<PodToken> {
  if (values.pod !== undefined) {
    const { pod, stack = "dev", set = [], break: breakName } = values;
    // A token in a file needs no rehearsal, which is most of what there is to load.
    const { rehearsePodToken } = require("./tokenPod") as typeof import("./tokenPod");
    return rehearsePodToken({ pod, stack, set, breakName });
  }
  if (source === undefined) throw new UsageError("no token was given", `name a file, "-" or --pod; ${SEE_HELP}`);
  // The smaller mistake first: a wrong file of expected values is found before a token is asked for.
  const expected = values.chain === undefined ? given(values) : await expectedFromFile(values.chain, values.workload);
  return { token: await readToken(source), expected };
}

function given({ issuer, subject, audience }: TokenArguments["values"]): Expected | undefined {
  if ((issuer ?? subject ?? audience) === undefined) return undefined;
  return { of: "the command line", values: { issuer, subject, audience } };
}

runCommand({ main, name: "this command", shown: withoutTokens });
