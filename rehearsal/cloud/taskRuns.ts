// The runs of all emulated registries: what was uploaded goes to the builder, its lines to a log that grows, its image to the store.
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { BuildOutcome, EmulatedBuilder } from "../build/types";
import { stableGuid } from "./behaviours";
import { BlobStorage } from "./blobStorage";
import type { ImageStore } from "./images";
import type { RunRequest } from "./runRequest";
import { type Uploaded, uploaded } from "./uploaded";
import type { RegistryLink } from "./view";

/** Seen at the end of a log, in the metadata of its blob. https://github.com/Azure/azure-cli (acr/_stream_utils.py) */
const COMPLETE = {
  Succeeded: "successful",
  Failed: "failed",
  Canceled: "canceled",
  Error: "internalerror",
  Timeout: "timedout",
} as const;

export type EndStatus = keyof typeof COMPLETE;

export interface OutputImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export interface Run {
  readonly id: string;
  readonly request: RunRequest;
  readonly createdMs: number;
  status: "Queued" | "Started" | "Running" | EndStatus;
  updatedMs: number;
  startedMs?: number;
  finishedMs?: number;
  error?: string;
  outputImages: readonly OutputImage[];
}

/** An image that was built and pushed, as `repository:tag`, and what it was built of. */
export interface BuiltInRegistry extends Uploaded, Pushed {}

interface Pushed {
  readonly image: string;
  readonly loginServer: string;
  /** How long the builder took. */
  readonly buildMs: number;
}

interface ActiveRun extends Run {
  readonly registry: RegistryLink;
  readonly logPath: string;
  readonly aborter: AbortController;
}

export interface TaskRunsOptions {
  /** The emulated clock, in milliseconds since 1970. */
  now(): number;
  readonly images: ImageStore;
  readonly builder: EmulatedBuilder;
}

export class TaskRuns {
  readonly storage: BlobStorage;
  /** By registry, in the order of their ids. */
  readonly #runs = new Map<string, ActiveRun[]>();
  readonly #performing = new Set<Promise<void>>();
  readonly #pushed: (Pushed & { readonly archive: Buffer })[] = [];
  #closed = false;

  constructor(readonly options: TaskRunsOptions) {
    this.storage = new BlobStorage(() => options.now());
  }

  /** Where the next build's archive is to be put, and the name by which a run finds it. */
  newSource(registry: RegistryLink): { readonly relativePath: string; readonly uploadUrl: string } {
    const day = new Date(this.options.now()).toISOString().slice(0, 10).replaceAll("-", "");
    const relativePath = `source/${day}0000/${randomUUID()}.tar.gz`;
    return { relativePath, uploadUrl: this.storage.address(`${container(registry)}/${relativePath}`, "cw") };
  }

  /** Undefined where nothing was put at the request's source. */
  schedule(registry: RegistryLink, request: RunRequest): Run | undefined {
    const archive = this.storage.read(`${container(registry)}/${request.source}`);
    if (archive === undefined) return undefined;
    const runs = this.#of(registry);
    const id = `cb${(runs.length + 1).toString(36)}`;
    const now = this.options.now();
    const run: ActiveRun = {
      id,
      request,
      registry,
      createdMs: now,
      updatedMs: now,
      status: "Queued",
      outputImages: [],
      logPath: `${container(registry)}/logs/${id}/rawtext.log`,
      aborter: new AbortController(),
    };
    runs.push(run);
    const performing = this.#perform(run, archive).finally(() => this.#performing.delete(performing));
    this.#performing.add(performing);
    return run;
  }

  /** Ends a run that has taken longer than it may, so that no timer outlives a test. */
  find(registry: RegistryLink, id: string): Run | undefined {
    const run = this.#of(registry).find((each) => each.id === id);
    if (run?.startedMs !== undefined && this.options.now() - run.startedMs >= run.request.timeoutSeconds * 1000)
      this.#end(run, "Timeout", `the run took longer than ${run.request.timeoutSeconds} seconds`);
    return run;
  }

  /** The log is there from its first line on; the link before. */
  logLink(registry: RegistryLink, id: string): string {
    return this.storage.address(`${container(registry)}/logs/${id}/rawtext.log`, "r");
  }

  /** Without effect on a run that has ended. */
  cancel(registry: RegistryLink, id: string): void {
    const run = this.#of(registry).find((each) => each.id === id);
    if (run !== undefined) this.#end(run, "Canceled");
  }

  /** Every image that was pushed, in the order of their builds. Rejects where a builder made one of something that is no archive. */
  built(): Promise<readonly BuiltInRegistry[]> {
    return Promise.all(this.#pushed.map(async ({ archive, ...image }) => ({ ...image, ...(await uploaded(archive)) })));
  }

  /** Whether a builder is at work. */
  get isBuilding(): boolean {
    return this.#performing.size > 0;
  }

  /** Ends every run, also one that is scheduled from now on, and waits until its builder has stopped. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const run of [...this.#runs.values()].flat()) this.#end(run, "Canceled");
    await Promise.all(this.#performing);
  }

  async #perform(run: ActiveRun, archive: Buffer): Promise<void> {
    // The answer to whoever scheduled the run goes out first, and says that it waits for an agent.
    await setImmediate();
    if (this.#closed) this.#end(run, "Canceled");
    if (run.finishedMs !== undefined) return;
    run.startedMs = this.options.now();
    this.#change(run, "Started");
    if (run.registry.roleAssignmentMode === ABAC && run.request.identity === undefined && run.request.images.length > 0)
      return this.#end(run, "Failed", "when specifying push, at least one credential is required");
    const { dockerfile, platform, arguments: args } = run.request;
    const input = { archive, dockerfile, arguments: args, platform: `${platform.os}/${platform.architecture}` };
    try {
      const outcome = await this.options.builder(input, (line) => this.#log(run, line), run.aborter.signal);
      this.#finish(run, archive, outcome);
    } catch (error) {
      this.#end(run, "Error", error instanceof Error ? error.message : String(error));
    }
  }

  #finish(run: ActiveRun, archive: Buffer, outcome: BuildOutcome): void {
    if (run.finishedMs !== undefined) return;
    if ("failure" in outcome) {
      this.#end(run, "Failed", outcome.failure);
      return;
    }
    const { loginServer } = run.registry;
    const buildMs = this.options.now() - (run.startedMs ?? run.createdMs);
    for (const { repository, tag } of run.request.images) {
      this.options.images.push(`${loginServer}/${repository}`, tag, outcome.digest, outcome.image);
      this.#pushed.push({ image: `${repository}:${tag}`, loginServer, buildMs, archive });
    }
    run.outputImages = run.request.images.map((image) => ({ registry: loginServer, ...image, digest: outcome.digest }));
    this.#end(run, "Succeeded");
  }

  #log(run: ActiveRun, line: string): void {
    if (run.finishedMs !== undefined) return;
    if (run.status !== "Running") this.#change(run, "Running");
    this.storage.append(run.logPath, `${line}\r\n`);
  }

  #end(run: ActiveRun, status: EndStatus, error?: string): void {
    if (run.finishedMs !== undefined) return;
    const seconds = Math.round((this.options.now() - (run.startedMs ?? run.createdMs)) / 1000);
    if (status === "Succeeded") this.#log(run, `\r\nRun ID: ${run.id} was successful after ${seconds}s`);
    else if (error !== undefined) this.#log(run, `\r\nRun ID: ${run.id} failed after ${seconds}s. Error: ${error}`);
    run.finishedMs = this.options.now();
    if (error !== undefined) run.error = error;
    this.#change(run, status);
    this.storage.setMetadata(run.logPath, "Complete", COMPLETE[status]);
    run.aborter.abort();
  }

  #change(run: ActiveRun, status: Run["status"]): void {
    run.status = status;
    run.updatedMs = this.options.now();
  }

  #of(registry: RegistryLink): ActiveRun[] {
    const key = registry.id.toLowerCase();
    const runs = this.#runs.get(key) ?? [];
    this.#runs.set(key, runs);
    return runs;
  }
}

/** The mode in which a run's own sign-in to the registry has no rights. https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions */
const ABAC = "AbacRepositoryPermissions";

function container({ id }: RegistryLink): string {
  return `/container-${stableGuid("tasks", id).replaceAll("-", "")}`;
}
