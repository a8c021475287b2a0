// The steps of a Dockerfile, one after another, each in its stage.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isFloating, SCRATCH } from "./baseImage";
import { readDockerfile, type Step } from "./dockerfile";
import { BuildFailure } from "./failure";
import type { Folder } from "./folder";
import { type BuildState, declared, INSTRUCTIONS, stageOf } from "./instructions";
import type { Workshop } from "./perform";
import { Stage } from "./stage";
import type { BuildInput, DockerfileWarning } from "./types";
import { words } from "./words";

export interface BuiltStages {
  readonly last: Stage;
  /** Line of the last USER of the last stage; 0 without one. */
  readonly userLine: number;
  readonly floating: readonly DockerfileWarning[];
  /** Steps, or parts of them, that were not performed, with their lines. */
  readonly notPerformed: readonly string[];
}

/** Throws a `BuildFailure` that names the Dockerfile's line. */
export async function buildStages(workshop: Workshop, context: Folder, input: BuildInput): Promise<BuiltStages> {
  const { steps, escaper } = readDockerfile(await dockerfileIn(context, input.dockerfile));
  const stages: Stage[] = [];
  const global = new Map(input.buildKit ? platformArguments(input.platform) : []);
  const notPerformed: string[] = [];
  const floating = new Map<string, DockerfileWarning>();
  let userLine = 0;
  const state: BuildState = {
    workshop,
    context,
    stages,
    global,
    given: input.arguments,
    buildKit: input.buildKit ?? false,
    escaper,
    leave({ line, text }, what) {
      const part = what === undefined ? "" : `: ${what}`;
      notPerformed.push(`line ${line}: ${text}${part}`);
      workshop.log(` ---> not performed by the rehearsal${part}`);
    },
  };
  for (const [index, step] of steps.entries()) {
    workshop.signal.throwIfAborted();
    workshop.log(`Step ${index + 1}/${steps.length} : ${step.text}`);
    await atItsLine(step, workshop.signal, async () => {
      const stage = stages.at(-1);
      if (step.keyword === "FROM") {
        const { begun, floats } = await from(step, state);
        stages.push(begun);
        if (floats !== undefined && !floating.has(floats.actual)) floating.set(floats.actual, floats);
        if (begun.user === undefined) userLine = 0;
      } else if (stage !== undefined) await INSTRUCTIONS[step.keyword]?.(step, stage, state);
      else if (step.keyword === "ARG") declareGlobal(step, state, global);
      else throw new BuildFailure("no build stage in current context");
      if (step.keyword === "USER") userLine = step.line;
    });
  }
  const last = stages.at(-1);
  if (last === undefined) throw new BuildFailure("no build stage in current context");
  return { last, userLine, floating: [...floating.values()], notPerformed };
}

async function dockerfileIn(context: Folder, path: string): Promise<string> {
  try {
    return await readFile((await context.resolve(path)).path, "utf8");
  } catch {
    throw new BuildFailure(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${path}: no such file or directory`,
    );
  }
}

async function atItsLine({ keyword, line, text }: Step, signal: AbortSignal, perform: () => Promise<void>): Promise<void> {
  try {
    await perform();
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    throw new BuildFailure(
      `${error instanceof BuildFailure ? message : `${keyword} failed: ${message}`} (Dockerfile line ${line}: ${text})`,
    );
  }
}

async function from({ body, line }: Step, { stages, global, workshop, escaper }: BuildState) {
  const [image = "", as, name, ...rest] = words(body, (variable) => global.get(variable), escaper);
  if (image === "") throw new BuildFailure(`base name (${body}) should not be blank`);
  if (rest.length > 0 || (as !== undefined && (as.toUpperCase() !== "AS" || name === undefined)))
    throw new BuildFailure("FROM requires either one or three arguments");
  const stageName = name?.toLowerCase();
  if (stageName !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(stageName))
    throw new BuildFailure(`invalid name for build stage: "${stageName}", name can't start with a number or contain symbols`);
  const root = join(workshop.directory, `stage-${stages.length}`);
  await mkdir(root);
  const earlier = /^\d+$/.test(image) ? undefined : stageOf(image, stages);
  if (earlier !== undefined) return { begun: await Stage.after(earlier, stageName, root), floats: undefined };
  const floats = image !== SCRATCH && isFloating(image) ? ({ kind: "floatingBase", line, actual: image } as const) : undefined;
  return { begun: Stage.on(image, stageName, root), floats };
}

function declareGlobal({ body }: Step, { given, escaper }: BuildState, global: Map<string, string>): void {
  for (const [name, fallback] of declared(body, (variable) => global.get(variable), escaper)) {
    const value = Object.hasOwn(given, name) ? given[name] : fallback;
    if (value !== undefined) global.set(name, value);
  }
}

/** https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function platformArguments(platform: string): readonly (readonly [string, string])[] {
  const [os = "", architecture = "", variant = ""] = platform.split("/");
  return ["TARGET", "BUILD"].flatMap((side): readonly (readonly [string, string])[] => [
    [`${side}PLATFORM`, platform],
    [`${side}OS`, os],
    [`${side}ARCH`, architecture],
    [`${side}VARIANT`, variant],
  ]);
}
