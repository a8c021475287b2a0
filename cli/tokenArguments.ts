// The arguments of npm run token, and which of them go together.
import { parseArgs } from "node:util";
import { UsageError } from "../rehearsal/usageError";
import { STANDARD_INPUT } from "./tokenInput";

const OPTIONS = {
  chain: { type: "string" },
  workload: { type: "string" },
  issuer: { type: "string" },
  subject: { type: "string" },
  audience: { type: "string" },
  pod: { type: "string" },
  stack: { type: "string" },
  set: { type: "string", multiple: true },
  break: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export const SEE_HELP = "see npm run token -- --help";

export type TokenArguments = ReturnType<typeof tokenArguments>;

export function tokenArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
    const [source, ...more] = positionals;
    if (more.length > 0) throw new Error(`one token at a time, got ${positionals.length}`);
    if (!values.help) checkTogether(values, source);
    return { values, source };
  } catch (error) {
    // Node goes on about files whose names start with a dash.
    throw new UsageError(String(error instanceof Error ? error.message : error).replace(/\. To specify .*$/s, ""), SEE_HELP);
  }
}

type Names = readonly (keyof typeof OPTIONS)[];

function checkTogether(values: { readonly [K in keyof typeof OPTIONS]?: unknown }, source: string | undefined): void {
  const empty = Object.entries(values).find(([, value]) => value === "");
  if (empty !== undefined) throw new Error(`--${empty[0]} takes a value, got ""`);
  const present = (names: Names) => names.filter((name) => values[name] !== undefined).map((name) => `--${name}`);
  const refuse = (names: Names, reason: string) => {
    const [first] = present(names);
    if (first !== undefined) throw new Error(`${first} ${reason}`);
  };
  if (values.pod !== undefined) {
    if (source !== undefined) throw new Error("--pod takes the token of a rehearsed pod: name no file beside it");
    refuse(
      ["chain", "workload", "issuer", "subject", "audience"],
      "has no effect with --pod, which compares with the rehearsal's own chain",
    );
    return;
  }
  refuse(["stack", "set", "break"], "has no effect without --pod");
  if (values.chain === undefined) refuse(["workload"], "has no effect without --chain");
  else refuse(["issuer", "subject", "audience"], "has no effect with --chain, which says it already");
  if (values.chain === STANDARD_INPUT && source === STANDARD_INPUT)
    throw new Error("only one of token and --chain can come from standard input");
}
