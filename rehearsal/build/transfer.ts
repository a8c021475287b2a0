// COPY and ADD: from the context, an earlier stage, or what is not here.
import { posix } from "node:path";
import { orStage } from "./baseImage";
import { checkSources, copy } from "./copy";
import type { Step } from "./dockerfile";
import { BuildFailure } from "./failure";
import { hasHereDocument } from "./options";
import type { Stage } from "./stage";
import { type BuildState, namesOf, notRun, stageOf } from "./state";
import { textOf, words } from "./words";

/** ADD: what an address holds is not here, and an archive would be unpacked. */
export async function add(step: Step, stage: Stage, state: BuildState): Promise<void> {
  const sources = sourcesOf(step, stage, state).slice(0, -1);
  const local = sources.filter((source) => !/^[a-z][a-z0-9+.-]*:\/\/|^git@/i.test(source));
  const packed = local.some((source) => /\.(tar|tgz|tbz2?|txz)(\.\w+)?$/i.test(source));
  if (local.length === sources.length && !packed) return transfer(step, stage, state);
  if (local.length > 0) await checkSources({ keyword: "ADD", from: state.context, mayHave: undefined, sources: local });
  notRun(step, stage, state);
}

/** COPY, and ADD of what COPY could copy, too. */
export async function transfer(step: Step, stage: Stage, state: BuildState): Promise<void> {
  const { keyword, flags } = step;
  if (hasHereDocument(step, state.buildKit)) throw new BuildFailure(`${keyword} of a here-document is not emulated`);
  const all = sourcesOf(step, stage, state);
  const written = all.at(-1) ?? "";
  const name = textOf(flags.get("from") ?? "", stage.lookup, state.escaper);
  const earlier = flags.has("from") ? earlierStage(name, state.stages) : undefined;
  // Another image, of which nothing is here.
  if (flags.has("from") && earlier === undefined) {
    state.pull(name, step.line);
    const called = orStage(name, namesOf(state.stages.slice(0, -1)));
    return notRun(step, stage, state, called === name ? undefined : called);
  }
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

// https://github.com/moby/moby/blob/master/daemon/builder/dockerfile/internals.go
function earlierStage(name: string, stages: readonly Stage[]): Stage | undefined {
  const found = stageOf(name, stages.slice(0, -1));
  if (found !== undefined) return found;
  if (stageOf(name, stages) !== undefined)
    throw new BuildFailure(`invalid from flag value ${name}: refers to current build stage`);
  if (/^\d+$/.test(name)) throw new BuildFailure(`invalid from flag value ${name}: index out of bounds`);
  return undefined;
}

function sourcesOf(step: Step, { lookup }: Stage, { escaper }: BuildState): readonly string[] {
  const { keyword, body, json } = step;
  const all = json?.map((text) => textOf(text, lookup, escaper)) ?? words(body, lookup, escaper);
  if (all.length < 2) throw new BuildFailure(`${keyword} requires at least two arguments, but only one was provided`);
  return all;
}
