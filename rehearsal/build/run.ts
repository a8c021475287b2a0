// What a RUN step asks for, as far as this machine performs it: Node and npm in the stage's own folder, and nothing that needs a shell.
import { BuildFailure } from "./failure";
import { DEEPEST_SCRIPT, scriptsIn } from "./scripts";
import { commandsOf, type Lookup } from "./words";

export type Deed =
  /** Link the packages that are installed in the project. */
  | { readonly kind: "install"; readonly command: string }
  /** Run a file of the stage with Node. */
  | { readonly kind: "node"; readonly args: readonly string[] }
  /** Run a program of an installed package. */
  | { readonly kind: "package"; readonly name: string; readonly args: readonly string[] };

export interface RunPlace {
  /** Where the step runs, on this machine. */
  readonly folder: string;
  readonly lookup: Lookup;
  /** Whether a package of the stage has a program of this name. */
  hasProgram(name: string): Promise<boolean>;
}

type Words = readonly string[];

const INSTALLS: Words = ["ci", "clean-install", "install", "i"];
/** Options of npm that install elsewhere, or for everybody. */
const ELSEWHERE = /^(-g|-C|-w|--global|--location|--prefix|--workspaces?|--include-workspace-root)(=|$)/;
/** An absolute path, or one that climbs: it would be this machine's, not the image's. */
const LEADS_OUT = /(^|[=,]|^-\w)\/|(^|[/=])\.\.(\/|$)|file:/;

/** What a RUN step does, in its order; undefined for one of which this machine does not perform every part. */
export function deedsOf(command: string | Words, place: RunPlace): Promise<readonly Deed[] | undefined> {
  return all(typeof command === "string" ? commandsOf(command, place.lookup) : [command], place, 0);
}

async function all(commands: readonly Words[] | undefined, place: RunPlace, depth: number): Promise<readonly Deed[] | undefined> {
  if (commands === undefined || depth > DEEPEST_SCRIPT) return undefined;
  const deeds: Deed[] = [];
  for (const words of commands) {
    const own = await one(words, place, depth);
    if (own === undefined) return undefined;
    deeds.push(...own);
  }
  return deeds;
}

async function one(words: Words, place: RunPlace, depth: number): Promise<readonly Deed[] | undefined> {
  const [program = "", first = "", ...rest] = words;
  if (words.some((word) => LEADS_OUT.test(word))) return undefined;
  switch (program) {
    case "npm":
      return npm(words, place, depth);
    case "node":
      if (first === "--run") return script(rest, place, depth);
      return first === "" || first.startsWith("-") ? undefined : [{ kind: "node", args: [first, ...rest] }];
    case "npx":
      return packageProgram(first, rest, place);
    default:
      // Only a script of package.json finds the programs of packages by their name alone.
      return depth === 0 ? undefined : packageProgram(program, words.slice(1), place);
  }
}

async function npm([, first = "", ...rest]: Words, place: RunPlace, depth: number): Promise<readonly Deed[] | undefined> {
  if (INSTALLS.includes(first)) {
    const local = rest.every((word) => word.startsWith("-") && !ELSEWHERE.test(word));
    return local ? [{ kind: "install", command: ["npm", first, ...rest].join(" ") }] : undefined;
  }
  // Nothing was downloaded, so there is nothing to clean.
  if (first === "cache") return [];
  if (first === "run" || first === "run-script") return script(rest, place, depth);
  return first === "test" || first === "start" ? script([first, ...rest], place, depth) : undefined;
}

// As npm does: the script with what stands before and after it by name, each in a shell's words.
async function script([name = "", ...rest]: Words, place: RunPlace, depth: number): Promise<readonly Deed[] | undefined> {
  if (name === "" || name.startsWith("-")) return undefined;
  const args = rest[0] === "--" ? rest.slice(1) : rest;
  if (args.length === rest.length && rest.some((word) => word.startsWith("-"))) return undefined;
  const scripts = await scriptsIn(place.folder);
  const text = scripts.get(name);
  if (text === undefined) throw new BuildFailure(`npm error Missing script: "${name}"`);
  const lines = [scripts.get(`pre${name}`), text, scripts.get(`post${name}`)];
  const commands: Words[] = [];
  for (const line of lines) {
    const own = line === undefined ? [] : commandsOf(line, place.lookup);
    if (own === undefined) return undefined;
    commands.push(...own.map((words, index) => (line === text && index === own.length - 1 ? [...words, ...args] : words)));
  }
  return all(commands, place, depth + 1);
}

async function packageProgram(name: string, args: Words, { hasProgram }: RunPlace): Promise<readonly Deed[] | undefined> {
  return /^[\w][\w.-]*$/.test(name) && (await hasProgram(name)) ? [{ kind: "package", name, args }] : undefined;
}
