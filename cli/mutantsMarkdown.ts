// The score as the tables of docs/mutants.md.
import { groupedBy } from "../chain";
import { mistakeOf } from "../mutants/mistakes";
import type { Program } from "../mutants/programs";
import type { Row, Score } from "../mutants/score";
import { STAGES } from "../mutants/verdict";
import { totals } from "./mutantsOutput";

export function asMarkdown(score: Score, programs: readonly Program[]): string {
  const { planted, caught, refused, rightPrograms, falseAlarms } = totals(score);
  const ofPrograms = programs.map(({ name, what }) => {
    const rows = score.rows.filter(({ program }) => program === name);
    return [`\`${name}\``, what, rows.length, ...byStage(rows)];
  });
  const ofMistakes = [...groupedBy(score.rows, ({ mistake }) => mistake)].map(([id, rows]) => [
    `\`${id}\``,
    mistakeOf(id).title,
    mistakeOf(id).rules.join(", "),
    ...byStage(rows),
  ]);
  return [
    `Caught before \`pulumi up\`: ${caught} of ${planted}, ${refused} of them by a refusal without a rule. False alarms: ${falseAlarms} of ${rightPrograms} right programs; ${score.warnings.length} warnings.`,
    "The last four columns count where each was caught first.",
    table(["Program", "What it is", "Planted", ...STAGES], ofPrograms),
    table(["Mistake", "What somebody did", "Rules", ...STAGES], ofMistakes),
  ].join("\n\n");
}

/** How many each stage caught first; empty for none. */
function byStage(rows: readonly Row[]): (number | string)[] {
  return STAGES.map((stage) => rows.filter(({ first }) => first === stage).length || "");
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
