// The score for a person, and as JSON.
import { groupedBy } from "../chain";
import { mistakeOf } from "../mutants/mistakes";
import type { Program } from "../mutants/programs";
import { type Alarm, aimReached, type Row, type Score } from "../mutants/score";
import { REFUSED, STAGES, type Verdict } from "../mutants/verdict";
import { paint } from "./paint";

const SIGNS: Readonly<Record<Verdict["kind"], string>> = { caught: "✓", "wrong rule": "?", missed: "-", "does not apply": "" };

/** Without running anything: what would be planted. */
export function printList(programs: readonly Program[], mistakes: readonly string[], json: boolean): void {
  const wanted = programs.map(({ name, what, plants }) => ({
    program: name,
    what,
    mistakes: plants.map(({ mistake }) => mistake).filter((id) => mistakes.includes(id)),
  }));
  if (json) {
    console.log(JSON.stringify({ schemaVersion: 1, programs: wanted }));
    return;
  }
  for (const { program, what, mistakes: ids } of wanted) {
    console.log(`\n${paint("bold", program)}  ${what}`);
    for (const id of ids) console.log(`  ${id.padEnd(32)}${mistakeOf(id).title}`);
  }
}

export function printScore(score: Score, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ schemaVersion: 1, ok: aimReached(score), ...totals(score), ...score }, undefined, 2));
    return;
  }
  for (const [program, rows] of groupedBy(score.rows, (row) => row.program)) printProgram(program, rows);
  printSaid("False alarms", score.alarms);
  printSaid("Warnings about right programs (they fail nothing)", score.warnings);
  const escaped = score.rows.filter(({ first }) => first === null);
  if (escaped.length > 0) console.log(`\n${paint("bold", "Escaped")}`);
  for (const { program, mistake, verdicts } of escaped) {
    const seen = STAGES.flatMap((stage) => {
      const verdict = verdicts[stage];
      return verdict.kind === "wrong rule" ? [`${stage}: ${verdict.by}`] : [];
    });
    console.log(`  ${program}  ${mistake}${seen.length === 0 ? "" : `\n    ${seen.join("\n    ")}`}`);
  }
  printTotals(score);
}

function printProgram(program: string, rows: readonly Row[]): void {
  console.log(`\n${paint("bold", program.padEnd(36))}${STAGES.map((stage) => stage.padEnd(12)).join("")}first caught by`);
  for (const { mistake, verdicts, first } of rows) {
    const cells = STAGES.map((stage) => cell(verdicts[stage]).padEnd(12)).join("");
    console.log(`  ${mistake.padEnd(34)}${cells}${first ?? paint("red", "nobody")}`);
  }
}

function cell(verdict: Verdict): string {
  return verdict.kind === "caught" ? `${SIGNS.caught} ${verdict.by}` : SIGNS[verdict.kind];
}

function printSaid(title: string, alarms: readonly Alarm[]): void {
  if (alarms.length > 0) console.log(`\n${paint("bold", title)}`);
  for (const { program, stage, text } of alarms) console.log(`  ${program}  ${stage}: ${text}`);
}

export function totals({ rows, right, alarms }: Score) {
  const firstCaughtBy = Object.fromEntries(STAGES.map((stage) => [stage, rows.filter(({ first }) => first === stage).length]));
  return {
    planted: rows.length,
    caught: rows.filter(({ first }) => first !== null).length,
    firstCaughtBy,
    /** Of those caught: in words of which the catalogue has no rule. */
    refused: rows.filter(({ first, verdicts }) => first !== null && isRefused(verdicts[first])).length,
    rightPrograms: right.length,
    falseAlarms: new Set(alarms.map(({ program }) => program)).size,
  };
}

const isRefused = (verdict: Verdict) => verdict.kind === "caught" && verdict.by === REFUSED;

function printTotals(score: Score): void {
  const { planted, caught, refused, firstCaughtBy, rightPrograms, falseAlarms } = totals(score);
  const stages = STAGES.map((stage) => `${stage} ${firstCaughtBy[stage]}`).join(", ");
  console.log(`\n✓ its own rule on its own resource, ? something else, - nothing, empty: the stage does not apply`);
  console.log(
    `${paint(caught === planted ? "green" : "red", `caught before up: ${caught} of ${planted}`)} (first by ${stages}); ${refused} by a refusal without a rule`,
  );
  console.log(paint(falseAlarms === 0 ? "green" : "red", `false alarms: ${falseAlarms} of ${rightPrograms} right programs`));
}
