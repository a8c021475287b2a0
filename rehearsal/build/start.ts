// The program that a command of an image starts in the end, behind npm's scripts and programs that only pass signals on.
import { posix } from "node:path";
import { DEEPEST_SCRIPT, scriptsIn } from "./scripts";
import { commandsOf, type Lookup } from "./words";

export interface StartPlace {
  /** The image's working directory, on this machine. */
  readonly folder: string;
  readonly lookup: Lookup;
}

type Words = readonly string[];

/** https://github.com/krallin/tini and https://github.com/Yelp/dumb-init */
const INITS: Words = ["tini", "tini-static", "dumb-init"];
/** Options of them that are followed by a value. */
const WITH_VALUE: Words = ["-e", "-p", "-r", "--rewrite"];
const SHELLS: Words = ["/bin/sh", "sh"];

/** The words that start a program: what stands before them is taken away where it is known. */
export async function startWords(words: Words, place: StartPlace, depth = 0): Promise<Words> {
  if (depth > DEEPEST_SCRIPT) return words;
  const next = withoutInit(words) ?? withoutShell(words, place) ?? (await withoutScript(words, place));
  return next === undefined ? words : startWords(next, place, depth + 1);
}

function withoutInit(words: Words): Words | undefined {
  if (!INITS.includes(posix.basename(words[0] ?? ""))) return undefined;
  let at = 1;
  for (; words[at]?.startsWith("-"); at += 1) {
    if (words[at] === "--") return words.slice(at + 1);
    if (WITH_VALUE.includes(words[at] ?? "")) at += 1;
  }
  return words.slice(at);
}

// A shell with one command on its line only starts it, and `exec` only makes it step aside.
function withoutShell([shell = "", option, line = "", ...rest]: Words, { lookup }: StartPlace): Words | undefined {
  if (!SHELLS.includes(shell) || option !== "-c" || rest.length > 0) return undefined;
  const command = onlyCommand(line, lookup);
  return command?.[0] === "exec" ? command.slice(1) : command;
}

function onlyCommand(line: string, lookup: Lookup): Words | undefined {
  const [command, ...others] = commandsOf(line, lookup) ?? [];
  return others.length > 0 ? undefined : command;
}

// A script of more than one command, or with others before and after it, is no one program.
async function withoutScript(words: Words, { folder, lookup }: StartPlace): Promise<Words | undefined> {
  const script = scriptOf(words);
  if (script === undefined) return undefined;
  const scripts = await scriptsIn(folder).catch(() => undefined);
  const text = scripts?.get(script.name);
  if (text === undefined || scripts?.has(`pre${script.name}`) || scripts?.has(`post${script.name}`)) return undefined;
  const command = onlyCommand(text, lookup);
  return command === undefined ? undefined : [...command, ...script.args];
}

function scriptOf([program, first, ...rest]: Words): { readonly name: string; readonly args: Words } | undefined {
  const runs = program === "npm" && (first === "run" || first === "run-script");
  const [name, ...given] =
    runs || (program === "node" && first === "--run") ? rest : program === "npm" && first === "start" ? [first, ...rest] : [];
  if (name === undefined || name.startsWith("-")) return undefined;
  const args = given[0] === "--" ? given.slice(1) : given;
  return args.length === given.length && given.some((word) => word.startsWith("-")) ? undefined : { name, args };
}
