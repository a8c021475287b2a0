// Builds an image of what was uploaded, without Docker: what a registry's builder would refuse fails here, too, and what comes out runs on this machine.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath } from "node:fs/promises";
import { join } from "node:path";
import { BuildFailure } from "./failure";
import { Folder } from "./folder";
import { imageOf } from "./image";
import { furnish } from "./perform";
import { buildStages } from "./stages";
import type { BuildInput, BuildOutcome, EmulatedBuilder } from "./types";
import { unpack, unzipped } from "./unpack";

export interface BuilderOptions {
  /** Folder of the project; installed packages are looked for below it. */
  readonly projectDirectory: string;
  /** Folder for what is built; whoever made it removes it, when no build is under way any more. */
  readonly directory: string;
  /** Starts the time of one build; when its signal comes, the build fails. Default: a signal after `BUILD_LIMIT_MINUTES`. */
  readonly limit?: () => AbortSignal;
}

/** Nobody asks after a build of Docker's while it runs, so a step that hangs would hang for ever; the longest known takes seconds, as nothing is downloaded. */
export const BUILD_LIMIT_MINUTES = 10;

type Log = (line: string) => void;

/**
 * The builder never rejects: a build that fails or is cancelled has a failure as its outcome, which is also the last line of its log. A cancelled one is over
 * when every process of it is, and writes nothing after that.
 */
export function createEmulatedBuilder(options: BuilderOptions): EmulatedBuilder {
  return (input, log, signal) => build(options, input, log, signal);
}

async function build(options: BuilderOptions, input: BuildInput, log: Log, signal: AbortSignal): Promise<BuildOutcome> {
  const { limit = () => AbortSignal.timeout(BUILD_LIMIT_MINUTES * 60_000) } = options;
  const late = new AbortController();
  const over = limit();
  const end = () => late.abort(new BuildFailure(`the build takes longer than ${BUILD_LIMIT_MINUTES} minutes`));
  over.addEventListener("abort", end, { once: true });
  try {
    const outcome = await finished(options, input, log, AbortSignal.any([signal, late.signal]));
    log(`Successfully built ${outcome.digest.slice("sha256:".length, "sha256:".length + 12)}`);
    return outcome;
  } catch (error) {
    const failure = signal.aborted ? "the build was cancelled" : error instanceof Error ? error.message : String(error);
    log(failure);
    return { failure };
  } finally {
    over.removeEventListener("abort", end);
  }
}

async function finished({ projectDirectory, directory }: BuilderOptions, input: BuildInput, log: Log, signal: AbortSignal) {
  signal.throwIfAborted();
  const tar = await unzipped(input.archive);
  const own = await realpath(await mkdtemp(join(directory, "build-")));
  const context = new Folder(join(own, "context"));
  await mkdir(context.root);
  await unpack(tar, context.root);
  const workshop = { directory: own, projectDirectory, signal, log };
  await furnish(workshop);
  const image = await imageOf(await buildStages(workshop, context, input));
  return { digest: digestOf(tar, input), image };
}

/** The same upload has the same digest, on every machine. */
function digestOf(tar: Buffer, { dockerfile, arguments: given }: BuildInput): string {
  const sorted = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  return `sha256:${createHash("sha256")
    .update(tar)
    .update(JSON.stringify([dockerfile, sorted]))
    .digest("hex")}`;
}
