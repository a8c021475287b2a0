// The arguments of npm run explain: what is explained, and which stack it stands beside.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Source, STANDARD_INPUT } from "../diagnosis/explain/input";
import { UsageError } from "../rehearsal/usageError";

const OPTIONS = {
  stack: { type: "string" },
  outputs: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export const SEE_HELP = "see npm run explain -- --help";

/** `source` is undefined where there is nothing to explain: no argument, and a terminal on standard input. */
export function explainArguments(args: readonly string[], isTerminal: boolean) {
  const { values, positionals } = parsed(args);
  const empty = Object.entries(values).find(([, value]) => value === "");
  if (empty !== undefined) throw new UsageError(`--${empty[0]} takes a value, got ""`, SEE_HELP);
  return { values, source: sourceOf(positionals, isTerminal) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(String(error instanceof Error ? error.message : error).replace(/\. To specify .*$/s, ""), SEE_HELP);
  }
}

function sourceOf(positionals: readonly string[], isTerminal: boolean): Source | undefined {
  const [first, ...others] = positionals;
  if (first === undefined) return isTerminal ? undefined : { file: STANDARD_INPUT };
  // A text whose quotes were forgotten comes in words.
  if (others.length > 0) {
    if (existsSync(first) || first === STANDARD_INPUT || looksLikeAFile(first))
      throw new UsageError(`one text or file at a time, got ${positionals.length}`, SEE_HELP);
    return { text: positionals.join(" ") };
  }
  return first === STANDARD_INPUT || existsSync(first) || looksLikeAFile(first) ? { file: first } : { text: first };
}

/** A name that is not there must not be explained as if it were an error. */
function looksLikeAFile(text: string): boolean {
  return !/\s/.test(text) && (/^[.~]?\//.test(text) || /^\.\.?\//.test(text) || /\.(log|txt|json|ya?ml|out|err|gz)$/i.test(text));
}
