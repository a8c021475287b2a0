// The score: each mistake planted in each program that can hold it, and the stage that catches it first; and the right programs, of which nothing may be said.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mistakeOf } from "./mistakes";
import { type Observations, observe, type Subject } from "./observe";
import { copyProgram, preparePackages, removeFolder } from "./programCopy";
import type { Program } from "./programs";
import { firstCaught, judgeAll, STAGES, type Stage, type Verdict } from "./verdict";

/** One mistake in one program. */
export interface Row {
  readonly program: string;
  readonly mistake: string;
  /** Whether the program's own text was changed, or what it registers. */
  readonly planted: "source" | "registration";
  readonly verdicts: Readonly<Record<Stage, Verdict>>;
  /** Null where no stage caught it. */
  readonly first: Stage | null;
}

/** Something that was said about a right program. */
export interface Alarm {
  readonly program: string;
  readonly stage: Stage;
  readonly text: string;
}

export interface Score {
  readonly rows: readonly Row[];
  /** The right programs that were looked at. */
  readonly right: readonly string[];
  readonly alarms: readonly Alarm[];
  /** Warnings about right programs: they fail nothing, and a person reads them. */
  readonly warnings: readonly Alarm[];
}

export interface Wanted {
  readonly programs: readonly Program[];
  /** Ids of the mistakes to plant. */
  readonly mistakes: readonly string[];
  readonly signal: AbortSignal;
  /** Told of every step when it is done. */
  onStep?(step: string, milliseconds: number): void;
}

export async function score({ programs, mistakes, ...rest }: Wanted): Promise<Score> {
  const base = mkdtempSync(join(tmpdir(), "mutants-"));
  try {
    preparePackages(base);
    const subjects = programs.flatMap((program) => subjectsOf(program, mistakes, base));
    for (const { program, planted, folder } of subjects) copyProgram(program.folder, folder, planted?.plant.edits ?? []);
    return summary(subjects, await observe(subjects, { base, ...rest }));
  } finally {
    removeFolder(base);
  }
}

function subjectsOf(program: Program, wanted: readonly string[], base: string): Subject[] {
  const planted = program.plants
    .filter(({ mistake }) => wanted.includes(mistake))
    .map((plant) => ({
      program,
      planted: { plant, mistake: mistakeOf(plant.mistake) },
      folder: join(base, program.name, plant.mistake),
    }));
  return [{ program, planted: undefined, folder: join(base, program.name, "right") }, ...planted];
}

/** `observations` in the order of the subjects. */
export function summary(subjects: readonly Subject[], observations: readonly Observations[]): Score {
  const all = subjects.flatMap((subject, index) => {
    const seen = observations[index];
    return seen === undefined ? [] : [{ ...subject, seen }];
  });
  const right = all.filter(({ planted }) => planted === undefined);
  return {
    rows: all.flatMap(({ program, planted, seen }): Row[] => {
      if (planted === undefined) return [];
      const verdicts = judgeAll(planted.mistake, planted.plant, seen);
      const how = planted.plant.edits.length > 0 ? "source" : "registration";
      return [
        { program: program.name, mistake: planted.mistake.id, planted: how, verdicts, first: firstCaught(verdicts) ?? null },
      ];
    }),
    right: right.map(({ program }) => program.name),
    alarms: right.flatMap(({ program, seen }) => said(program, seen, ({ severity }) => severity === "error", true)),
    warnings: right.flatMap(({ program, seen }) => said(program, seen, ({ severity }) => severity === "warning", false)),
  };
}

function said(
  program: Program,
  seen: Observations,
  counts: (finding: { readonly severity: string }) => boolean,
  refusals: boolean,
): Alarm[] {
  return STAGES.flatMap((stage) => {
    const { findings = [], refusal } = seen[stage] ?? {};
    const texts = findings.filter(counts).map(({ rule, resource }) => `${rule} ${resource}`);
    return [...texts, ...(refusals && refusal !== undefined ? [refusal] : [])].map((text) => ({
      program: program.name,
      stage,
      text,
    }));
  });
}

/** Every mistake caught by its own rule on its own resource, and nothing said of the right programs. */
export function aimReached({ rows, alarms }: Score): boolean {
  return alarms.length === 0 && rows.length > 0 && rows.every(({ first }) => first !== null);
}
