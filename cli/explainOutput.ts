// What npm run explain prints. Values come from anybody's log: secrets are taken out, and none may move the cursor.
import type { Entry, Field, Presented } from "../chain";
import type { Comparison } from "../diagnosis/explain/compare";
import type { ExplainedError, Explanations } from "../diagnosis/explain/explain";
import { shown } from "../diagnosis/redact";
import { paint } from "./paint";

const LABELS: Readonly<Record<Field, string>> = {
  issuer: "issuer",
  subject: "subject",
  audience: "audience",
  clientId: "client id",
  tenant: "tenant",
  principal: "principal",
  action: "action",
  scope: "scope",
  image: "image",
  host: "host",
  pod: "pod",
  serviceAccount: "ServiceAccount",
  setting: "setting",
  missing: "not found",
  imageUser: "image",
};
const WIDTH = Math.max(...Object.values(LABELS).map(({ length }) => length));

/** Mistakes that are shown with all that is known of them; the others by their titles. */
const IN_FULL = 3;

export function printExplanations({ errors, unknown, leftOut }: Explanations): void {
  errors.forEach((error, index) => {
    if (index > 0) console.log();
    printError(error);
  });
  if (leftOut > 0) console.log(`\n${leftOut} further lines with other errors are left out.`);
  if (unknown.length > 0) console.log(`${errors.length > 0 ? "\n" : ""}${unknownText(unknown)}`);
}

export function unknownText(unknown: readonly string[]): string {
  return unknown
    .map(
      (number) =>
        `${number} is not in the catalogue. Microsoft's page: https://login.microsoftonline.com/error?code=${number.slice(6)}`,
    )
    .join("\n");
}

function printError({
  code,
  lines,
  firstLine,
  presented,
  meaning,
  help,
  seen,
  mistakes,
  comparison,
  commands,
}: ExplainedError): void {
  const where = firstLine === null ? "" : lines === 1 ? `line ${firstLine}` : `${lines} lines, the first is ${firstLine}`;
  // A rule that shows no code stands for itself.
  const [only] = mistakes;
  const silent = code === "Unexplained" && only !== undefined;
  console.log(
    `${paint("red", `✗ ${silent ? only.id : code}`)}${where === "" ? "" : `  ${paint("dim", where)}`}\n  ${silent ? `Does not hold: ${only.title}` : meaning}`,
  );
  if (seen !== null) console.log(`  found: ${shown(seen)}`);
  for (const [name, value] of said(presented)) console.log(`    ${name.padEnd(WIDTH)}  ${shown(value)}`);
  if (comparison !== null) printComparison(comparison);
  console.log(`\n  ${paint("bold", heading(mistakes.length, seen !== null))}`);
  for (const [index, mistake] of mistakes.slice(0, IN_FULL).entries()) printMistake(mistake, index + 1);
  const rest = mistakes.slice(IN_FULL);
  for (const [index, { id, title }] of rest.entries()) console.log(`  ${IN_FULL + index + 1}. ${id}  ${title}`);
  if (mistakes.length === 0) console.log("  no mistake that the catalogue knows");
  console.log(`  ${paint("dim", `about ${code}: ${help}`)}`);
  if (commands.length === 0) return;
  console.log(`\n  ${paint("bold", "Commands")}`);
  for (const { what, command } of commands) console.log(`  ${what}:\n    ${command}`);
}

function heading(mistakes: number, certain: boolean): string {
  if (mistakes !== 1) return "What most likely does not hold, in this order";
  return certain ? "What does not hold" : "What most likely does not hold";
}

/** What a pod sends to Entra ID. */
const SENT: ReadonlySet<string> = new Set(["issuer", "subject", "audience", "client id"]);

function said(presented: Presented): [string, string][] {
  const values = Object.entries(LABELS).flatMap(([field, name]): [string, string][] => {
    const value = presented[field as keyof typeof LABELS];
    return value === undefined ? [] : [[name, value]];
  });
  const { expiredSeconds } = presented;
  return expiredSeconds === undefined ? values : [...values, ["expired", `${expiredSeconds} seconds before it was sent`]];
}

function printMistake({ id, title, cause, fix, source }: Entry, number: number): void {
  console.log(`  ${number}. ${paint("bold", id)}  ${title}`);
  console.log(`     cause: ${cause}\n     fix: ${fix}\n     ${paint("dim", source)}`);
}

function printComparison({ workload, fields }: Comparison): void {
  if (fields.length === 0) {
    console.log(`\n  Beside workload ${workload} of the stack: the text says no value that can be compared.`);
    return;
  }
  console.log(`\n  ${paint("bold", `Beside workload ${workload} of the stack`)}`);
  const width = Math.max(...fields.map(({ field }) => field.length));
  const indent = " ".repeat(width + 6);
  for (const { field, expected, found, difference } of fields) {
    if (difference === null) console.log(`  ${paint("green", "✓")} ${field.padEnd(width)}  ${shown(found)}`);
    else
      console.log(
        `  ${paint("red", "✗")} ${field.padEnd(width)}  expected ${shown(expected)}\n${indent}found    ${shown(found)}\n${indent}${shown(difference)}`,
      );
  }
  if (fields.some(({ field }) => SENT.has(field)) && fields.every(({ difference }) => difference === null))
    console.log("  All of it is what the stack says: what Azure or the cluster has must be something else.");
}

/** The document of --json. What is not there is null or empty. */
export function explanationsDocument({ kind, lines, errors, healthy, unknown, leftOut }: Explanations): object {
  return {
    schemaVersion: 1,
    ok: errors.length > 0 || healthy,
    input: { kind, lines },
    healthy,
    errors: errors.map(({ presented, seen, comparison, ...error }) => ({
      ...error,
      presented: redactedValues(presented),
      seen: seen === null ? null : shown(seen),
      comparison: comparison === null ? null : { ...comparison, fields: comparison.fields.map(redactedValues) },
    })),
    unknown,
    leftOut,
  };
}

function redactedValues(values: object): object {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? shown(value) : value]),
  );
}
