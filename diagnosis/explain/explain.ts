// From an input to what is said about it: each distinct error with its likely mistakes, and beside a stack with the difference and the commands.
import {
  CODES,
  type Code,
  type Entry,
  type EntryId,
  entryOf,
  likelyMistakes,
  type Presented,
  Recogniser,
  recognise,
} from "../../chain";
import type { StackOutputs } from "../stackOutputs";
import { type Command, commandsFor } from "./commands";
import { type Comparison, comparisonOf, workloadOf } from "./compare";
import { type Evidence, LARGEST_DOCUMENT, readDocument } from "./document";
import { linesOf, type Source } from "./input";

export interface ExplainedError {
  readonly code: Code;
  readonly lines: number;
  /** Null where the input is no log but one object. */
  readonly firstLine: number | null;
  readonly presented: Presented;
  readonly meaning: string;
  readonly help: string;
  /** What exactly was found, where the input says more than a code. */
  readonly seen: string | null;
  /** The most likely first. */
  readonly mistakes: readonly Entry[];
  /** Null without a stack, and where the error could be any workload's. */
  readonly comparison: Comparison | null;
  readonly commands: readonly Command[];
}

export interface Explanations {
  /** What the input was taken for. */
  readonly kind: string;
  readonly lines: number;
  readonly errors: readonly ExplainedError[];
  /** The input is one that would say what is wrong, and says nothing. */
  readonly healthy: boolean;
  /** Numbers of Entra ID that the table does not have. */
  readonly unknown: readonly string[];
  readonly leftOut: number;
}

export async function explain(source: Source, stack: StackOutputs | undefined): Promise<Explanations> {
  const { text, lines, recognised } = await read(source);
  const document = text === undefined ? undefined : readDocument(text);
  const bare = text === undefined ? [] : recognise(text).errors;
  const errors: readonly Evidence[] = document?.errors ?? (recognised.errors.length > 0 ? recognised.errors : bare);
  const all = merged(document?.alsoLines === true ? withLines(errors, recognised.errors) : errors);
  return {
    kind: document?.kind ?? "text",
    lines,
    errors: all.map((error) => explained(error, stack)),
    healthy: document?.conclusive === true && all.length === 0,
    unknown: recognised.unknown,
    leftOut: recognised.leftOut,
  };
}

async function read(source: Source) {
  const recogniser = new Recogniser();
  let text: string | undefined = "";
  let lines = 0;
  for await (const { line, number } of linesOf(source)) {
    recogniser.read(line, number);
    lines = number;
    text = text === undefined || text.length + line.length > LARGEST_DOCUMENT ? undefined : `${text}${line}\n`;
  }
  return { text, lines, recognised: recogniser.finish() };
}

/** An object of Kubernetes says more than its lines, and its lines may say what no field does. */
function withLines(errors: readonly Evidence[], others: Recognised["errors"]): readonly Evidence[] {
  const codes = new Set(errors.map(({ code }) => code));
  return [...errors, ...others.filter(({ code }) => !codes.has(code))];
}
type Recognised = ReturnType<typeof recognise>;

function merged(errors: readonly Evidence[]): readonly Evidence[] {
  const kept = new Map<string, Evidence>();
  for (const error of errors) {
    const key = JSON.stringify([error.code, error.presented, error.seen ?? ""]);
    const same = kept.get(key);
    kept.set(key, same === undefined ? error : { ...same, lines: same.lines + error.lines });
  }
  return [...kept.values()];
}

function explained(
  { code, lines, firstLine, presented, mistakes, seen }: Evidence,
  stack: StackOutputs | undefined,
): ExplainedError {
  const { meaning, help } = CODES[code];
  const workload = stack === undefined ? undefined : workloadOf(presented, stack);
  const output = workload === undefined ? undefined : stack?.chain[workload];
  const known = stack === undefined || output === undefined ? undefined : { outputs: stack, workload: output };
  const comparison = workload === undefined || output === undefined ? null : comparisonOf(code, presented, workload, output);
  // What the input itself points to leaves nothing to guess.
  const entries = (mistakes ?? likelyMistakes(code, presented)).map(entryOf);
  return {
    code,
    lines,
    firstLine: firstLine === 0 ? null : firstLine,
    presented,
    meaning,
    help,
    seen: seen ?? null,
    mistakes: mistakes === undefined ? inView(entries, comparison) : entries,
    comparison,
    commands: commandsFor(code, presented, known),
  };
}

/** The mistakes that make a field differ. */
const OF_FIELD: Readonly<Record<string, readonly EntryId[]>> = {
  issuer: ["WI001", "WI008", "WI073", "WI072"],
  subject: ["WI003", "WI004", "WI048", "WI074"],
  audience: ["WI002", "WI110"],
  "client id": ["WI011", "WI012", "WI016", "WI109"],
  tenant: ["WI013"],
  vault: ["WI022", "WI028"],
};

/** The same mistakes in the order that the stack suggests: those of what differs; or, where nothing does, those that only Azure can answer. */
function inView(entries: readonly Entry[], comparison: Comparison | null): readonly Entry[] {
  if (comparison === null || comparison.fields.length === 0) return entries;
  const differing = comparison.fields
    .filter(({ difference }) => difference !== null)
    .flatMap(({ field }) => OF_FIELD[field] ?? []);
  const agrees = comparison.fields.every(({ difference }) => difference === null);
  const isFirst = ({ id, severity }: Entry) => (agrees ? severity === "explained" : differing.includes(id));
  return [...entries.filter(isFirst), ...entries.filter((entry) => !isFirst(entry))];
}
