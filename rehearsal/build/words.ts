// Words of a Dockerfile's line: quotes and escapes taken away, variables put in.
// https://docs.docker.com/reference/dockerfile/#environment-replacement
import { BuildFailure } from "./failure";

/** The value of a variable; undefined for one that is not set. */
export type Lookup = (name: string) => string | undefined;

const VARIABLE = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^}]*))?\})/;
/** What a shell would act on, where it stands outside of quotes. */
const SHELL_ACTS = /[|&;<>()`*?[\]{}~#!$\n]/;

interface Scan {
  readonly lookup: Lookup;
  readonly escaper: string;
  /** Spaces are text. */
  readonly whole?: boolean;
  /** Asked about what a shell might act on, with all that follows it; says how many characters separate two commands there, 0 for text. */
  outside?(rest: string): number;
  /** Called between two commands. */
  between?(): void;
  /** Called with the value of a variable outside of quotes. */
  value?(text: string): void;
}

/** The words of a line. A variable's value is never split. */
export function words(line: string, lookup: Lookup, escaper = "\\"): string[] {
  const found: string[] = [];
  scan(line, { lookup, escaper }, (word) => found.push(word));
  return found;
}

/** A line as one text, with its spaces. */
export function textOf(line: string, lookup: Lookup, escaper = "\\"): string {
  let text = "";
  scan(line, { lookup, escaper, whole: true }, (word) => (text = word));
  return text;
}

/** A shell's line as its commands, one after another by `&&`; undefined where it asks for anything else of a shell. */
export function commandsOf(line: string, lookup: Lookup): string[][] | undefined {
  const commands: string[][] = [[]];
  let refused = false;
  const outside = (rest: string) => {
    if (rest.startsWith("&&")) return 2;
    refused ||= SHELL_ACTS.test(rest.charAt(0));
    return 0;
  };
  const between = () => void commands.push([]);
  const value = (text: string) => {
    refused ||= text === "" || /\s/.test(text) || SHELL_ACTS.test(text);
  };
  scan(line, { lookup, escaper: "\\", outside, between, value }, (word) => commands.at(-1)?.push(word));
  return refused || commands.some((command) => command.length === 0) ? undefined : commands;
}

function scan(
  line: string,
  { lookup, escaper, whole = false, outside, between, value }: Scan,
  onWord: (word: string) => void,
): void {
  let word: string | undefined;
  let quote: string | undefined;
  const end = () => {
    if (word !== undefined) onWord(word);
    word = undefined;
  };
  for (let at = 0; at < line.length; ) {
    const char = line.charAt(at);
    const rest = line.slice(at);
    const variable = quote === "'" ? null : VARIABLE.exec(rest);
    if (variable !== null) {
      const text = replaced(variable, lookup, escaper);
      if (quote === undefined) value?.(text);
      word = (word ?? "") + text;
      at += variable[0].length;
    } else if (char === quote || (quote === undefined && (char === '"' || char === "'"))) {
      quote = quote === undefined ? char : undefined;
      word ??= "";
      at += 1;
    } else if (char === escaper && quote !== "'" && (quote === undefined || ['"', "$", escaper].includes(line.charAt(at + 1)))) {
      word = (word ?? "") + line.charAt(at + 1);
      at += 2;
    } else if (quote === undefined && !whole && /\s/.test(char) && char !== "\n") {
      end();
      at += 1;
    } else {
      const acts = quote === undefined || (quote === '"' && /[$`]/.test(char));
      const separating = acts ? (outside?.(rest) ?? 0) : 0;
      if (separating > 0) {
        end();
        between?.();
      } else word = (word ?? "") + char;
      at += Math.max(separating, 1);
    }
  }
  if (quote !== undefined)
    throw new BuildFailure(`unexpected end of statement while looking for matching ${quote === "'" ? "single" : "double"}-quote`);
  end();
}

function replaced([, plain, braced, operator, operand = ""]: RegExpExecArray, lookup: Lookup, escaper: string): string {
  const name = plain ?? braced ?? "";
  const found = lookup(name);
  const set = operator?.startsWith(":") ? found !== undefined && found !== "" : found !== undefined;
  const other = () => textOf(operand, lookup, escaper);
  switch (operator?.at(-1)) {
    case "-":
      return set ? (found ?? "") : other();
    case "+":
      return set ? other() : "";
    case "?":
      if (!set) throw new BuildFailure(`${name}: ${operand === "" ? "not set" : other()}`);
      return found ?? "";
    default:
      return found ?? "";
  }
}
