// What all steps of one build share.
import type { Step } from "./dockerfile";
import type { Folder } from "./folder";
import type { Workshop } from "./perform";
import type { Stage } from "./stage";

export interface BuildState {
  readonly workshop: Workshop;
  /** What was uploaded. */
  readonly context: Folder;
  /** All stages so far; the last one is under way. */
  readonly stages: readonly Stage[];
  /** Values of ARGs before the first FROM. */
  readonly global: ReadonlyMap<string, string>;
  /** Build arguments that were given. */
  readonly given: Readonly<Record<string, string>>;
  /** Whether options that need BuildKit are accepted. */
  readonly buildKit: boolean;
  readonly escaper: string;
  /** For example `linux/amd64`. */
  readonly platform: string;
  /** Notes an image that is taken from a registry. Throws a `BuildFailure` for what can be none. */
  pull(image: string, line: number): void;
  /** Notes what of a step was not performed; the step itself where nothing is given. */
  leave(step: Step, what?: string): void;
}

export function notRun(step: Step, stage: Stage, { leave }: BuildState, what?: string): void {
  stage.notRun.push(step.text);
  leave(step, what);
}

/** In lower case. */
export function namesOf(stages: readonly Stage[]): readonly string[] {
  return stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

export function stageOf(name: string, stages: readonly Stage[]): Stage | undefined {
  const named = stages.findLast((stage) => stage.name === name.toLowerCase());
  return named ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}
