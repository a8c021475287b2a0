// The calls by which a registry builds an image. https://learn.microsoft.com/rest/api/container-registry-tasks
import { ContainerRegistryManagementClient, type DockerBuildRequest, type Run } from "@azure/arm-containerregistry";
import { type HttpClient, throttlingRetryPolicy } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { RegistryRoleMode } from "../../chain";
import type { AccessTokens } from "./accessTokens";
import { callAzure, callOptions } from "./azureCall";
import { BuildError } from "./buildError";
import { callerSignsIn } from "./callerSignsIn";
import { buildErrorOf, type Undertaking } from "./refusals";
import { type LogReader, RunLog } from "./runLog";
import { BlobTransfer } from "./transfer";

export interface RunRequest {
  readonly repository: string;
  readonly tag: string;
  /** What `upload` gave. */
  readonly source: string;
  /** Path of the Dockerfile inside the archive. */
  readonly dockerfile: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** Within `RANGES.buildSeconds`. */
  readonly timeoutSeconds: number;
}

/** How a run can end. */
const END_STATES = ["Succeeded", "Failed", "Canceled", "Error", "Timeout"] as const;
export type EndState = (typeof END_STATES)[number];

export interface RunState {
  /** Undefined while the run waits or works. */
  readonly end: EndState | undefined;
  /** What Azure says of a run that did not succeed. */
  readonly error: string | undefined;
  /** Those that have a digest. */
  readonly images: readonly { readonly repository: string; readonly tag: string; readonly digest: string }[];
}

export interface TasksAccess {
  /** Name of the registry. */
  readonly name: string;
  readonly resourceGroup: string;
  readonly subscription: string;
  readonly roleMode: RegistryRoleMode;
  readonly credential: AccessTokens;
  readonly httpClient: HttpClient;
}

/** Pulumi kills a program five seconds after Ctrl-C. */
const CANCEL_TIMEOUT_MS = 4_000;

export class RegistryTasks {
  readonly #access: TasksAccess;
  readonly #management: ContainerRegistryManagementClient;
  readonly #scheduling: ContainerRegistryManagementClient;
  readonly #blobs: BlobTransfer;
  /** Which registry, as every call begins. */
  readonly #target: readonly [resourceGroup: string, registry: string];

  constructor(access: TasksAccess, management: ContainerRegistryManagementClient) {
    const { name, resourceGroup, subscription, roleMode, credential, httpClient } = access;
    this.#access = access;
    this.#target = [resourceGroup, name];
    this.#management = management;
    // Sent again when only the answer was lost, the request would build twice: two digests for one tag. A throttled one was not performed.
    const once = { httpClient, retryOptions: { maxRetries: 0 } };
    this.#scheduling = new ContainerRegistryManagementClient(credential, subscription, once);
    this.#scheduling.pipeline.addPolicy(throttlingRetryPolicy(), { phase: "Retry" });
    if (roleMode === RegistryRoleMode.Abac) this.#scheduling.pipeline.addPolicy(callerSignsIn);
    this.#blobs = new BlobTransfer(httpClient);
  }

  async upload(archive: Uint8Array, signal: AbortSignal): Promise<string> {
    const first = await this.#put(archive, signal);
    if (typeof first === "string") return first;
    // An address that expired before the archive was there; a new one helps, unless a clock is wrong.
    const second = first.status === 403 ? await this.#put(archive, signal) : first;
    if (typeof second === "string") return second;
    const advice = second.status === 403 ? " A new address did not help: check this machine's clock, and its proxy." : "";
    throw new BuildError(
      `Cannot upload the build context to the registry ${this.#access.name}: Azure Storage answered ${second.why}.${advice}`,
    );
  }

  #put(archive: Uint8Array, signal: AbortSignal) {
    const undertaking = this.#undertaking("upload the build context to", "listBuildSourceUploadUrl/action");
    return callAzure(undertaking, signal, async () => {
      const source = await this.#management.registries.getBuildSourceUploadUrl(...this.#target, callOptions(signal));
      const { uploadUrl, relativePath } = sourceShape.parse(source);
      return (await this.#blobs.put(uploadUrl, archive, signal)) ?? relativePath;
    });
  }

  async schedule(request: RunRequest, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const undertaking = this.#undertaking("schedule the build in", "scheduleRun/action");
    return callAzure(undertaking, undefined, async () => {
      // The first answer names the run; what a poller would wait for is nobody's concern here.
      let first: unknown;
      const onResponse = (_: unknown, answer: unknown) => {
        first ??= answer;
      };
      const options = { ...callOptions(), onResponse };
      await this.#scheduling.registries.beginScheduleRun(...this.#target, dockerBuild(request), options);
      return scheduledShape.parse(first).runId;
    });
  }

  run(runId: string, signal: AbortSignal): Promise<RunState> {
    const undertaking = this.#undertaking("follow", "runs/read", runId);
    return callAzure(undertaking, signal, async () =>
      stateOf(await this.#management.runs.get(...this.#target, runId, callOptions(signal))),
    );
  }

  log(runId: string): LogReader {
    const undertaking = this.#undertaking("read the log of", "runs/listLogSasUrl/action", runId);
    const log = new RunLog(this.#blobs, async (signal) => {
      const link = await this.#management.runs.getLogSasUrl(...this.#target, runId, callOptions(signal));
      return logShape.parse(link).logLink;
    });
    return { read: (signal) => callAzure(undertaking, signal, () => log.read(signal)) };
  }

  async cancel(runId: string): Promise<void> {
    this.#access.credential.hold();
    const signal = AbortSignal.timeout(CANCEL_TIMEOUT_MS);
    const undertaking = this.#undertaking("cancel", "runs/cancel/action", runId);
    const cancelling = callAzure(undertaking, signal, () =>
      this.#management.runs.beginCancel(...this.#target, runId, callOptions(signal)),
    );
    await cancelling.catch((error: unknown) => {
      throw buildErrorOf(undertaking, error);
    });
  }

  #undertaking(doing: string, action: string, run?: string): Undertaking {
    const right =
      `The deployer needs the action Microsoft.ContainerRegistry/registries/${action} on it, ` +
      "as in the role Container Registry Tasks Contributor, or Contributor.";
    const { name: registry } = this.#access;
    return run === undefined ? { registry, doing, right } : { registry, run, doing: `${doing} the run ${run} of`, right };
  }
}

const sourceShape = z.object({ uploadUrl: z.url(), relativePath: z.string().min(1) });
const scheduledShape = z.object({ runId: z.string().min(1) });
const logShape = z.object({ logLink: z.url() });
const endShape = z.enum(END_STATES).optional().catch(undefined);
export const digestShape = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const imageShape = z.object({ repository: z.string(), tag: z.string(), digest: digestShape });

function stateOf({ status, runErrorMessage, outputImages = [] }: Run): RunState {
  const images = outputImages.flatMap((image) => imageShape.safeParse(image).data ?? []);
  return { end: endShape.parse(status), error: runErrorMessage, images };
}

function dockerBuild({ repository, tag, source, dockerfile, timeoutSeconds, arguments: values }: RunRequest): DockerBuildRequest {
  return {
    type: "DockerBuildRequest",
    imageNames: [`${repository}:${tag}`],
    isPushEnabled: true,
    sourceLocation: source,
    dockerFilePath: dockerfile,
    platform: { os: "Linux", architecture: "amd64" },
    arguments: Object.entries(values).map(([name, value]) => ({ name, value })),
    timeout: timeoutSeconds,
  };
}
