// A Dockerfile as the steps that its builder counts.
import { DockerfileParser } from "dockerfile-ast";
import { z } from "zod";
import { BuildFailure } from "./failure";

export interface Step {
  /** In upper case. */
  readonly keyword: string;
  /** Line of the Dockerfile, from 1. */
  readonly line: number;
  /** The instruction on one line, as it is written. */
  readonly text: string;
  /** Options without their dashes, such as `from`; an option without a value has an empty one. */
  readonly flags: ReadonlyMap<string, string>;
  /** What follows keyword and options. */
  readonly body: string;
  /** The body where it is a JSON array of strings. */
  readonly json: readonly string[] | undefined;
}

export interface Dockerfile {
  readonly steps: readonly Step[];
  /** The character of `# escape=`; by default a backslash. */
  readonly escaper: string;
}

const KEYWORDS: readonly string[] = [
  ...["ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN"],
  ...["SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"],
];
const NO_BODY_NEEDED: readonly string[] = ["CMD", "ENTRYPOINT"];
const FLAG = /^--([A-Za-z][\w-]*)(?:=(\S*))?(?:\s+|$)/;
const strings = z.array(z.string());

/** Throws a `BuildFailure` for what is no Dockerfile. */
export function readDockerfile(content: string): Dockerfile {
  const parsed = DockerfileParser.parse(content);
  const lines = content.split(/\r?\n/);
  const escaper = parsed.getEscapeCharacter();
  const steps = parsed.getInstructions().map((instruction) => {
    const { start, end } = instruction.getRange();
    const line = start.line + 1;
    const keyword = instruction.getKeyword();
    if (!KEYWORDS.includes(keyword))
      throw new BuildFailure(`dockerfile parse error on line ${line}: unknown instruction: ${keyword}`);
    const text = onOneLine(lines.slice(start.line, end.line + 1), escaper);
    const { flags, body } = withoutFlags(text.slice(keyword.length).trim());
    if (body === "" && !NO_BODY_NEEDED.includes(keyword))
      throw new BuildFailure(`dockerfile parse error on line ${line}: ${keyword} requires at least one argument`);
    return { keyword, line, text, flags, body, json: jsonIn(body) };
  });
  if (steps.length === 0) throw new BuildFailure("the Dockerfile cannot be empty");
  return { steps, escaper };
}

// Comments may stand between the lines of one instruction. A here-document keeps its lines.
function onOneLine([first = "", ...others]: readonly string[], escaper: string): string {
  const kept = [first, ...others.filter((line) => !/^\s*(#|$)/.test(line))].map((line) => line.trim());
  return kept
    .map((line, index) => (line.endsWith(escaper) ? line.slice(0, -1) : index < kept.length - 1 ? `${line}\n` : line))
    .join("");
}

function withoutFlags(text: string): Pick<Step, "flags" | "body"> {
  const flags = new Map<string, string>();
  let body = text;
  for (let found = FLAG.exec(body); found !== null; found = FLAG.exec(body)) {
    flags.set(found[1] ?? "", found[2] ?? "");
    body = body.slice(found[0].length);
  }
  return { flags, body };
}

function jsonIn(body: string): readonly string[] | undefined {
  if (!body.startsWith("[")) return undefined;
  try {
    return strings.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
