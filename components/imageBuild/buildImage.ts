// Builds an image in its registry from a folder's contents, or finds the one that was built of them.
import { setTimeout } from "node:timers/promises";
import { archiveOf } from "./archive";
import { BuildError, sayingOf } from "./buildError";
import type { BuildContext } from "./context";
import { type EndedRun, followRun, GRACE_SECONDS } from "./followRun";
import type { Registry } from "./registry";
import { aftermath, described, type RunName, runFailure } from "./runFailure";

export interface BuildRequest {
  readonly context: BuildContext;
  readonly repository: string;
  /** Names the content: an image that is there under it is taken as it is. */
  readonly tag: string;
  /** Build arguments by name. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Longest time that the run may take, within `RANGES.buildSeconds`. */
  readonly timeoutSeconds: number;
}

export interface BuildWatch {
  /** Cancels the run in Azure. */
  readonly signal: AbortSignal;
  /** What is being done, and each line of the build's log, free of control characters. */
  log(line: string): void;
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  now?(): number;
}

export interface BuiltImage {
  /** `sha256:…` */
  readonly digest: string;
  readonly how: "found" | "built";
}

/** Throws a `BuildError`, whatever goes wrong. */
export async function buildImage(registry: Registry, request: BuildRequest, watch: BuildWatch): Promise<BuiltImage> {
  const { repository, tag, timeoutSeconds } = request;
  const { signal } = watch;
  const build = { registry: registry.name, image: `${repository}:${tag}`, timeoutSeconds };
  const begun = await begin(registry, request, watch).catch((error: unknown) => {
    throw signal.aborted ? interrupted(build, "before it began") : asBuildError(error);
  });
  if ("digest" in begun) return begun;
  const name = { ...build, runId: begun.runId };
  watch.log(`Building ${described(name)}, run ${name.runId}`);
  const pace = { wait: pause, now: () => performance.now(), ...watch };
  const run = await followRun(registry, name.runId, timeoutSeconds, pace).catch(async (error: unknown) => {
    const { message } = signal.aborted ? interrupted(build) : asBuildError(error);
    throw new BuildError(`${message}\n${await stopped(registry, name.runId)}`);
  });
  if (run === undefined) {
    const late = `The build of ${described(name)} has not ended ${GRACE_SECONDS} seconds after its time-out of ${timeoutSeconds} seconds.`;
    throw aftermath(name, [late, await stopped(registry, name.runId)]);
  }
  if (run.end !== "Succeeded") throw runFailure(name, run.end, run);
  const digest = await digestOf(registry, request, run, signal).catch((error: unknown) => {
    throw signal.aborted ? interrupted(build, "when its image was there") : asBuildError(error);
  });
  if (digest !== undefined) return { digest, how: "built" };
  const missing = `The build of ${described(name)} succeeded (run ${name.runId}), but it names no digest and the registry has no such tag.`;
  throw aftermath(name, [`${missing} Run again: the image is then built anew.`]);
}

async function begin(
  registry: Registry,
  { context, repository, tag, timeoutSeconds, arguments: values }: BuildRequest,
  { signal, log }: BuildWatch,
): Promise<BuiltImage | { readonly runId: string }> {
  await registry.checkRoleMode(signal);
  const digest = await registry.digestOf(repository, tag, signal);
  if (digest !== undefined) return { digest, how: "found" };
  const archive = await archiveOf(context);
  const { dockerfile, entries, folder } = context;
  log(
    `Uploading ${Math.ceil(archive.length / 1024)} KiB (${entries.length} files) of ${folder} to the registry ${registry.name}`,
  );
  const source = await registry.upload(archive, signal);
  const request = { repository, tag, source, dockerfile, arguments: values, timeoutSeconds };
  return { runId: await registry.schedule(request, signal) };
}

async function digestOf(registry: Registry, { repository, tag }: BuildRequest, { images }: EndedRun, signal: AbortSignal) {
  const named = images.find((image) => image.repository === repository && image.tag === tag);
  return named?.digest ?? registry.digestOf(repository, tag, signal);
}

async function stopped(registry: Registry, runId: string): Promise<string> {
  try {
    await registry.cancel(runId);
    return `Its run ${runId} is cancelled.`;
  } catch (error) {
    const why = `Its run ${runId} could not be cancelled and goes on until its own time-out. ${asBuildError(error).message}`;
    return `${why}\nTo end it: az acr task cancel-run --registry ${registry.name} --run-id ${runId}`;
  }
}

function interrupted(build: Pick<RunName, "image" | "registry">, when = "while it ran"): BuildError {
  return new BuildError(`The build of ${described(build)} was interrupted ${when}.`);
}

function asBuildError(error: unknown): BuildError {
  return error instanceof BuildError ? error : new BuildError(`${sayingOf(error)}.`);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal });
}
