// What each stage says about programs: compiled in few runs, previewed one after another in this process, rehearsed two at a time.
import { join } from "node:path";
import { groupedBy } from "../chain";
import { violations } from "../policy/violations";
import { readForeignStack } from "../rehearsal/foreign/foreignStack";
import { readStack } from "../rehearsal/stack";
import type { Mistake } from "./mistakes";
import type { Plant } from "./plant";
import type { Program } from "./programs";
import { preview } from "./stages/preview";
import { rehearsed } from "./stages/rehearsal";
import { compile } from "./stages/types";
import type { Observation, Stage } from "./verdict";

/** A program in a folder of its own, as it is or with one mistake. */
export interface Subject {
  readonly program: Program;
  /** Undefined: the program as it is. */
  readonly planted: { readonly plant: Plant; readonly mistake: Mistake } | undefined;
  readonly folder: string;
}

/** Undefined: the stage does not apply. */
export type Observations = Readonly<Record<Stage, Observation | undefined>>;

export interface Observing {
  /** Folder in which those of the subjects lie. */
  readonly base: string;
  readonly signal: AbortSignal;
  /** Told of every stage when it is done. */
  onStep?(step: string, milliseconds: number): void;
}

/** One process for each program that runs and for each of its pods: more at once than cores would only wait. */
const AT_ONCE = 2;

/** In the order of the subjects. */
export async function observe(
  subjects: readonly Subject[],
  { base, signal, onStep }: Observing,
): Promise<readonly Observations[]> {
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const since = performance.now();
    const result = await work();
    onStep?.(step, performance.now() - since);
    return result;
  };
  const types = await timed("types", () => compiled(base, subjects));
  const previews = await timed("previews", () => previewed(subjects, signal));
  const rehearsals = await timed("rehearsals", () => allRehearsed(subjects, signal));
  return subjects.map((subject, index) => ({
    types: types.get(subject),
    ...(previews[index] ?? { component: undefined, policy: undefined }),
    rehearsal: rehearsals[index],
  }));
}

async function compiled(base: string, subjects: readonly Subject[]): Promise<Map<Subject, Observation>> {
  // A changed registration is nothing that a compiler could see.
  const seen = subjects.filter(({ planted }) => planted === undefined || planted.plant.edits.length > 0);
  const groups = groupedBy(seen, ({ program }) => program.tsconfig);
  const messages = await Promise.all(
    [...groups].map(([tsconfig, group]) =>
      compile(
        base,
        group.map(({ program, folder }) => ({ folder, entry: join(folder, program.start, "index.ts") })),
        tsconfig,
      ),
    ),
  );
  const first = new Map(messages.flatMap((each) => [...each]));
  return new Map(
    seen.map((subject) => {
      const refusal = first.get(subject.folder);
      return [subject, { findings: [], ...(refusal === undefined ? {} : { refusal }) }];
    }),
  );
}

async function previewed(
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<Pick<Observations, "component" | "policy">[]> {
  const results: Pick<Observations, "component" | "policy">[] = [];
  for (const subject of subjects) {
    signal.throwIfAborted();
    const { program, planted } = subject;
    const { resources, refusal } = await preview({
      files: stackOf(subject),
      own: program.own,
      before: program.before.map(({ name, start }) => ({
        name,
        files: readForeignStack(join(subject.folder, start), program.stack, []),
      })),
      breakage: planted?.plant.breakage,
    });
    // A program without components may fail by itself, and a registration is changed behind the components' back.
    const checked = refusal !== undefined || (program.own && planted?.plant.breakage === undefined);
    results.push({
      component: checked ? { findings: [], ...(refusal === undefined ? {} : { refusal }) } : undefined,
      // The engine asks a policy pack about a whole stack only once the program has ended well.
      policy: refusal === undefined ? { findings: violations(resources) } : undefined,
    });
  }
  return results;
}

async function allRehearsed(subjects: readonly Subject[], signal: AbortSignal): Promise<Observation[]> {
  const results: Observation[] = [];
  const waiting = subjects.map((subject, index) => ({ subject, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal.throwIfAborted();
      const { program, planted, folder } = next.subject;
      results[next.index] = await rehearsed({
        directory: join(folder, program.start),
        own: program.own,
        references: program.before.map(({ name, start }) => ({
          name,
          from: { directory: join(folder, start), stack: program.stack },
        })),
        stack: program.stack,
        set: [...program.set, ...(planted?.plant.set ?? [])],
        app: program.app,
        breakage: planted?.plant.breakage,
        signal,
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function stackOf({ program, planted, folder }: Subject) {
  const set = [...program.set, ...(planted?.plant.set ?? [])];
  return (program.own ? readStack : readForeignStack)(join(folder, program.start), program.stack, set);
}
