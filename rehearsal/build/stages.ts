// The steps of a Dockerfile, one after another, each in its stage.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isFloating, orStage, referenceProblem, SCRATCH } from "./baseImage";
import { scanDependencies } from "./dependencyScan";
import { readDockerfile, type Step } from "./dockerfile";
import { BuildFailure } from "./failure";
import type { Folder } from "./folder";
import { declared, INSTRUCTIONS } from "./instructions";
import { checkOptions } from "./options";
import type { Workshop } from "./perform";
import { Stage } from "./stage";
import { type BuildState, namesOf, stageOf } from "./state";
import type { BuildInput, DockerfileWarning } from "./types";
import { textOf, words } from "./words";

export interface BuiltStages {
  readonly last: Stage;
  readonly floating: readonly DockerfileWarning[];
  /** Steps, or parts of them, that were not performed, with their lines. */
  readonly notPerformed: readonly string[];
}

/** Throws a `BuildFailure` that names the Dockerfile's line. */
export async function buildStages(workshop: Workshop, context: Folder, input: BuildInput): Promise<BuiltStages> {
  const content = await dockerfileIn(context, input.dockerfile);
  const { steps, escaper } = readDockerfile(content);
  if (!input.buildKit) scanDependencies(content, input.arguments);
  const stages: Stage[] = [];
  const global = new Map(input.buildKit ? platformArguments(input.platform) : []);
  const notPerformed: string[] = [];
  const floating = new Map<string, DockerfileWarning>();
  const state: BuildState = {
    workshop,
    context,
    stages,
    global,
    given: input.arguments,
    buildKit: input.buildKit ?? false,
    escaper,
    platform: input.platform,
    pull(image, line) {
      const problem = referenceProblem(image);
      if (problem !== undefined) throw new BuildFailure(`${problem}: ${JSON.stringify(image)}`);
      if (image === SCRATCH || !isFloating(image) || floating.has(image)) return;
      floating.set(image, { kind: "floatingBase", line, actual: orStage(image, namesOf(stages)) });
    },
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
      checkOptions(step, state.buildKit);
      const stage = stages.at(-1);
      if (step.keyword === "FROM") {
        const begun = await from(step, state);
        stages.push(begun);
      } else if (stage !== undefined) await INSTRUCTIONS[step.keyword]?.(step, stage, state);
      else if (step.keyword === "ARG") declareGlobal(step, state, global);
      else throw new BuildFailure("no build stage in current context");
    });
  }
  const last = stages.at(-1);
  if (last === undefined) throw new BuildFailure("no build stage in current context");
  return { last, floating: [...floating.values()], notPerformed };
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
  } catch (thrown) {
    // Cancelled: the step is nobody's concern. Over its limit: the step is why.
    if (signal.aborted && !(signal.reason instanceof BuildFailure)) throw signal.reason;
    const error: unknown = signal.aborted ? signal.reason : thrown;
    const message = error instanceof Error ? error.message : String(error);
    throw new BuildFailure(
      `${error instanceof BuildFailure ? message : `${keyword} failed: ${message}`} (Dockerfile line ${line}: ${text})`,
    );
  }
}

async function from({ body, line, flags }: Step, state: BuildState): Promise<Stage> {
  const { stages, global, workshop, escaper, platform, buildKit } = state;
  const lookup = (variable: string) => global.get(variable);
  const wanted = flags.get("platform");
  if (wanted !== undefined && textOf(wanted, lookup, escaper) !== platform)
    throw new BuildFailure(
      `FROM --platform=${wanted} is not ${platform}, which the cluster's nodes run: write --platform=${platform}`,
    );
  const [image = "", as, name, ...rest] = words(body, lookup, escaper);
  if (image === "") throw new BuildFailure(`base name (${body}) should not be blank`);
  if (rest.length > 0 || (as !== undefined && (as.toUpperCase() !== "AS" || name === undefined)))
    throw new BuildFailure("FROM requires either one or three arguments");
  const stageName = name?.toLowerCase();
  if (stageName !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(stageName))
    throw new BuildFailure(`invalid name for build stage: "${stageName}", name can't start with a number or contain symbols`);
  // BuildKit only advises against it, and takes the newer one.
  if (stageName !== undefined && !buildKit && namesOf(stages).includes(stageName))
    throw new BuildFailure(`${stageName} stage name already used`);
  const root = join(workshop.directory, `stage-${stages.length}`);
  await mkdir(root);
  const earlier = /^\d+$/.test(image) ? undefined : stageOf(image, stages);
  if (earlier !== undefined) return Stage.after(earlier, stageName, root);
  state.pull(image, line);
  return Stage.on(image, stageName, root);
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
