// What each instruction but FROM and ONBUILD does to its stage.
import type { Step } from "./dockerfile";
import { BuildFailure } from "./failure";
import { hasHereDocument } from "./options";
import { hasProgram, perform } from "./perform";
import { deedsOf, type RunPlace } from "./run";
import type { ImageCommand, Stage } from "./stage";
import { type BuildState, notRun } from "./state";
import { add, transfer } from "./transfer";
import { textOf, words } from "./words";

type Instruction = (step: Step, stage: Stage, state: BuildState) => Promise<void> | void;

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
    for (const [name, value] of pairs) environment.set(name, assigned("ENV", name, value, pairs.length));
  },
  WORKDIR: ({ body }, stage, { escaper }) => stage.enter(textOf(body, stage.lookup, escaper)),
  USER: ({ body, line }, stage, { escaper }) => {
    stage.userLine = line;
    stage.user = textOf(body, stage.lookup, escaper);
  },
  ENTRYPOINT: (step, stage) => {
    stage.entrypoint = commandOf(step);
    stage.commandLine = step.line;
    // https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    if (!stage.hasOwnCommand) stage.command = undefined;
  },
  CMD: (step, stage) => {
    stage.command = commandOf(step);
    stage.commandLine = step.line;
    stage.hasOwnCommand = true;
  },
  COPY: transfer,
  ADD: add,
  RUN: run,
  EXPOSE: ({ body }, { lookup }, { escaper }) => {
    for (const port of words(body, lookup, escaper))
      if (!/^\d+(-\d+)?(\/(tcp|udp|sctp))?$/i.test(port)) throw new BuildFailure(`invalid containerPort: ${port}`);
  },
  LABEL: ({ body }, { lookup }, { escaper }) => {
    if (/^[^\s=]+\s+\S/.test(body)) return;
    const pairs = declared(body, lookup, escaper);
    for (const [name, value] of pairs) assigned("LABEL", name, value, pairs.length);
  },
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

function assigned(keyword: string, name: string, value: string | undefined, count: number): string {
  if (value === undefined)
    throw new BuildFailure(
      count === 1
        ? `${keyword} must have two arguments`
        : `Syntax error - can't find = in ${JSON.stringify(name)}. Must be of the form: name=value`,
    );
  return value;
}

function commandOf({ json, body }: Step): ImageCommand | undefined {
  if (json === undefined) return body === "" ? undefined : { shell: body };
  return json.length === 0 ? undefined : { exec: json };
}

async function run(step: Step, stage: Stage, state: BuildState): Promise<void> {
  const { flags, body, json, text } = step;
  const { workshop } = state;
  // What another mount holds is not here.
  const mounts = flags.has("mount") ? (text.match(/--mount=\S+/g) ?? []) : [];
  const empty = mounts.every((mount) => /[=,]type=(cache|tmpfs)(,|$)/.test(mount));
  if (hasHereDocument(step, state.buildKit) || !empty) return notRun(step, stage, state);
  const { path: folder } = await stage.folder.resolve(stage.workdir);
  const place = {
    folder,
    lookup: stage.lookup,
    hasProgram: (name: string) => hasProgram(name, folder, workshop.projectDirectory),
  };
  const deeds = await deedsOf(json ?? body, place);
  if (deeds === undefined) return notRun(step, stage, state, await installAdvice(step, place));
  try {
    await perform(deeds, folder, body, stage, workshop);
  } catch (error) {
    if (!(error instanceof BuildFailure) || stage.notRun.length === 0) throw error;
    throw new BuildFailure(`${error.message} (what the rehearsal has not performed may be missing: ${stage.notRun.join("; ")})`);
  }
}

/** What would let the packages be linked, where a step installs them beside what this machine does not perform. */
async function installAdvice({ body, json }: Step, place: RunPlace): Promise<string | undefined> {
  if (json !== undefined) return undefined;
  for (const part of body.split(/&&|;/).map((text) => text.trim())) {
    if (!/^npm (ci|clean-install|install|i)\b/.test(part)) continue;
    if ((await deedsOf(part, place)) !== undefined) return `put ${part} into a RUN of its own, and the rehearsal performs that`;
  }
  return undefined;
}
