// What the emulated builder takes and makes: the words between the registry that schedules a build and the kubelet that runs its result.
import type { RunnableOrProblem } from "../cluster/imageCommand";

export interface BuildInput {
  /** What was uploaded: a gzipped tar. */
  readonly archive: Buffer;
  /** Path of the Dockerfile inside the archive. */
  readonly dockerfile: string;
  /** Build arguments by name. */
  readonly arguments: Readonly<Record<string, string>>;
  /** For example `linux/amd64`. */
  readonly platform: string;
  /** Whether options that need BuildKit are accepted, as Docker's own builder does. Default: false, as a registry's tasks build. */
  readonly buildKit?: boolean;
}

/** What a Dockerfile permits and a person will be sorry for. */
export interface DockerfileWarning {
  readonly kind: "floatingBase" | "userNotNumeric";
  /** Line of the Dockerfile, from 1; 0 for something that is missing. */
  readonly line: number;
  readonly actual: string;
}

export interface BuiltImage {
  readonly runnable: RunnableOrProblem;
  /** The image's USER as it is written; undefined for none, which is root. */
  readonly user: string | undefined;
  /** The image that the last stage is built on, whose USER counts where the Dockerfile has none and is not known. Absent for `scratch`. */
  readonly base?: string;
  readonly warnings: readonly DockerfileWarning[];
  /** Steps that this machine cannot perform, as they are written. */
  readonly notPerformed: readonly string[];
}

export type BuildOutcome = { readonly digest: string; readonly image: BuiltImage } | { readonly failure: string };

/** Builds as a registry's builder does; every line of its log goes to `log` at once. */
export type EmulatedBuilder = (input: BuildInput, log: (line: string) => void, signal: AbortSignal) => Promise<BuildOutcome>;
