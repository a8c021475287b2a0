// What each instruction but FROM and ONBUILD does to its stage.
import { posix } from "node:path";
import { copy } from "./copy";
import type { Step } from "./dockerfile";
import { BuildFailure } from "./failure";
import type { Folder } from "./folder";
import { hasProgram, perform, type Workshop } from "./perform";
import { deedsOf } from "./run";
import type { ImageCommand, Stage } from "./stage";
import { textOf, words } from "./words";

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
  /** Notes what of a step was not performed; the step itself where nothing is given. */
  leave(step: Step, what?: string): void;
}

type Instruction = (step: Step, stage: Stage, state: BuildState) => Promise<void> | void;

/** Refused as the builder does that a registry's tasks use. https://github.com/Azure/acr/issues/721 */
export function needsBuildKit(option: string): BuildFailure {
  return new BuildFailure(
    `the ${option} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
  );
}

const nothing: Instruction = () => {};

export const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  ARG: ({ body }, { arguments: values, lookup }, { given, global, escaper }) => {
    for (const [name, fallback] of declared(body, lookup, escaper)) {
      const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? fallback ?? global.get(name);
      if (value !== undefined) values.set(name, value);
    }
  },
  ENV: ({ body }, { environment, lookup }, { escaper }) => {
    // `ENV NAME the rest`, without a sign between them, sets one variable.
    const old = /^([^\s=]+)\s+([\s\S]*)$/.exec(body);
    const pairs =
      old === null ? declared(body, lookup, escaper) : [[old[1] ?? "", textOf(old[2] ?? "", lookup, escaper)] as const];
    for (const [name, value] of pairs) environment.set(name, value ?? "");
  },
  WORKDIR: ({ body }, stage, { escaper }) => stage.enter(textOf(body, stage.lookup, escaper)),
  USER: ({ body }, stage, { escaper }) => {
    stage.user = textOf(body, stage.lookup, escaper);
  },
  ENTRYPOINT: (step, stage) => {
    stage.entrypoint = commandOf(step);
    // https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    if (!stage.hasOwnCommand) stage.command = undefined;
  },
  CMD: (step, stage) => {
    stage.command = commandOf(step);
    stage.hasOwnCommand = true;
  },
  COPY: transfer,
  ADD: (step, stage, state) => {
    // An archive would be unpacked, and what an address holds is not here.
    const special = sourcesOf(step, stage, state).some((source) =>
      /^[a-z][a-z0-9+.-]*:\/\/|^git@|\.(tar|tgz|tbz2?|txz)(\.\w+)?$/i.test(source),
    );
    return special ? notRun(step, stage, state) : transfer(step, stage, state);
  },
  RUN: run,
  EXPOSE: nothing,
  LABEL: nothing,
  MAINTAINER: nothing,
  SHELL: nothing,
  HEALTHCHECK: nothing,
  VOLUME: nothing,
  STOPSIGNAL: nothing,
  ONBUILD: (step, _stage, { leave }) => leave(step),
};

/** `NAME`, `NAME=value`, several of them. */
export function declared(
  body: string,
  lookup: Stage["lookup"],
  escaper: string,
): readonly (readonly [string, string | undefined])[] {
  return words(body, lookup, escaper).map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  });
}

function commandOf({ json, body }: Step): ImageCommand | undefined {
  if (json === undefined) return body === "" ? undefined : { shell: body };
  return json.length === 0 ? undefined : { exec: json };
}

function sourcesOf(step: Step, { lookup }: Stage, { escaper }: BuildState): readonly string[] {
  const { keyword, body, json } = step;
  const all = json?.map((text) => textOf(text, lookup, escaper)) ?? words(body, lookup, escaper);
  if (all.length < 2) throw new BuildFailure(`${keyword} requires at least two arguments, but only one was provided`);
  return all;
}

async function transfer(step: Step, stage: Stage, state: BuildState): Promise<void> {
  const { keyword, flags, body } = step;
  if (body.includes("<<")) throw new BuildFailure(`${keyword} of a here-document is not emulated`);
  if (flags.has("chmod") && !state.buildKit) throw needsBuildKit("--chmod");
  const all = sourcesOf(step, stage, state);
  const written = all.at(-1) ?? "";
  const name = textOf(flags.get("from") ?? "", stage.lookup, state.escaper);
  const earlier = flags.has("from") ? stageOf(name, state.stages.slice(0, -1)) : undefined;
  // Another image, of which nothing is here.
  if (flags.has("from") && earlier === undefined) return notRun(step, stage, state);
  const sources = all.slice(0, -1);
  const left = await copy({
    keyword,
    from: earlier?.folder ?? state.context,
    mayHave: earlier === undefined ? undefined : (path) => earlier.mayHave(path),
    sources,
    to: stage.folder,
    destination: posix.resolve(stage.workdir, written),
    intoFolder: /(^|\/)\.?$/.test(written),
    takesSeveral: written.endsWith("/") || (state.buildKit && /(^|\/)\.$/.test(written)),
  });
  if (left.length > 0) {
    state.leave(step, left.join() === sources.join() ? undefined : left.join(", "));
    stage.notRun.push(step.text);
  }
}

export function stageOf(name: string, stages: readonly Stage[]): Stage | undefined {
  const named = stages.findLast((stage) => stage.name === name.toLowerCase());
  return named ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}

async function run(step: Step, stage: Stage, state: BuildState): Promise<void> {
  const { flags, body, json } = step;
  const [option] = flags.keys();
  if (option !== undefined && !state.buildKit) throw needsBuildKit(`--${option}`);
  const { workshop } = state;
  const { path: folder } = await stage.folder.resolve(stage.workdir);
  const place = {
    folder,
    lookup: stage.lookup,
    hasProgram: (name: string) => hasProgram(name, folder, workshop.projectDirectory),
  };
  const deeds = await deedsOf(json ?? body, place);
  if (deeds === undefined) return notRun(step, stage, state);
  try {
    await perform(deeds, folder, body, stage, workshop);
  } catch (error) {
    if (!(error instanceof BuildFailure) || stage.notRun.length === 0) throw error;
    throw new BuildFailure(`${error.message} (what the rehearsal has not performed may be missing: ${stage.notRun.join("; ")})`);
  }
}

function notRun(step: Step, stage: Stage, { leave }: BuildState): void {
  stage.notRun.push(step.text);
  leave(step);
}
