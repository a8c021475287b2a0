// Rehearses the repository's own stacks in tests, with Pulumi loaded once: loading it is most of what a rehearsal costs.
import { createRequire } from "node:module";
import { join } from "node:path";
import { findBreak } from "../../rehearsal/breaks";
import type { ReferenceOption } from "../../rehearsal/foreign/references";
import { recordInProcess, resultOf } from "../../rehearsal/program/inProcess";
import type { ProgramResult } from "../../rehearsal/program/messages";
import { type Rehearsal, rehearse } from "../../rehearsal/rehearse";
import type { ProgramRunner } from "../../rehearsal/stackProgram";
import { ROOT } from "./program";

const load = createRequire(join(ROOT, "index.ts"));

// Pulumi's mocks belong to the process, so programs run one at a time; their pods may overlap.
let last: Promise<unknown> = Promise.resolve();

const inProcess: ProgramRunner = ({ directory, main, settings }, backend) => {
  const turn = last.then(async (): Promise<ProgramResult> => {
    const before = process.cwd();
    // Where it is not ours, its paths begin where it lies.
    process.chdir(directory);
    const entry = join(directory, main);
    for (const file of [entry, join(directory, "config.ts")]) delete load.cache[file];
    const recording = recordInProcess(settings, backend, () => load(entry));
    return resultOf(await recording.finally(() => process.chdir(before)));
  });
  last = turn.catch(() => undefined);
  return turn;
};

// In this process nothing may dial out, so no registry can be signed in to: the image is given, and the built application stands in for it.
const PREBUILT = ["imageBuilder=prebuilt", `image=registry.example/app@sha256:${"0".repeat(64)}`];
/** The built application. */
export const APP = `exec "${process.execPath}" "${join(ROOT, "app", "dist", "server.js")}"`;

export interface RehearsalOptions {
  readonly stack?: string;
  readonly set?: readonly string[];
  readonly breakName?: string;
  /** Stands in for the image; the built application unless another is given. */
  readonly app?: string;
}

/** The plain program of tests/programs with one of its variants; the caller closes what it gets. */
export function rehearsePlain(variant: string, app: string = APP): Promise<Rehearsal> {
  return rehearseProgram("plain", [`variant=${variant}`], app);
}

/** A program of tests/programs; the caller closes what it gets. `app`: null for no command that stands in for the images. */
export function rehearseProgram(
  name: string,
  set: readonly string[] = [],
  app: string | null = APP,
  breakName?: string,
): Promise<Rehearsal> {
  const directory = join(ROOT, "tests", "programs", name);
  const breakage = breakName === undefined ? undefined : findBreak(breakName);
  const signal = new AbortController().signal;
  return rehearse({ directory, stack: "dev", set, app: app ?? undefined, breakage, signal, program: inProcess });
}

/** A program of tests/programs as --program takes it; the caller closes what it gets. */
export function rehearseForeign(
  name: string,
  set: readonly string[] = [],
  references: readonly ReferenceOption[] = [],
): Promise<Rehearsal> {
  const directory = join(ROOT, "tests", "programs", name);
  const signal = new AbortController().signal;
  const foreign = { environment: {}, references };
  return rehearse({ directory, stack: "dev", set, app: APP, breakage: undefined, signal, program: inProcess, foreign });
}

/** The caller closes what it gets. */
export function rehearseHere({ stack = "dev", set = [], breakName, app = APP }: RehearsalOptions = {}): Promise<Rehearsal> {
  return rehearse({
    directory: ROOT,
    stack,
    set: [...PREBUILT, ...set],
    app,
    breakage: breakName === undefined ? undefined : findBreak(breakName),
    signal: new AbortController().signal,
    program: inProcess,
  });
}
