// A build against the emulated Azure, with the unmodified code and no real waiting; everything that must stay secret is noted down.
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers/promises";
import type { HttpClient, PipelineRequest } from "@azure/core-rest-pipeline";
import type { RegistryRoleMode } from "../../../chain";
import { type BuildRequest, type BuiltImage, buildImage } from "../../../components/imageBuild/buildImage";
import { connectRegistry, type Registry, type RegistryAccess } from "../../../components/imageBuild/registry";
import type { RunRequest } from "../../../components/imageBuild/registryTasks";
import type { EmulatedBuilder } from "../../../rehearsal/build/types";
import { storageError } from "../../../rehearsal/cloud/storageErrors";
import type { EmulatedRequest, EmulatedResponse } from "../../../rehearsal/network/handler";
import type { AzureState } from "../../support/emulation";
import { LOGIN_SERVER, REGISTRY_ID, REGISTRY_NAME, RegistryEmulation } from "../../support/registryEmulation";
import { Folder } from "./folder";

export const TIMEOUT_SECONDS = 600;
export const ARCHIVE = Buffer.from("archive");
/** How Azure names the other role mode. */
export const ABAC = "AbacRepositoryPermissions";
/** What Azure Storage says of an address that has expired. */
export const EXPIRED = storageError("AuthenticationFailed", [
  "AuthenticationErrorDetail",
  "Signature not valid in the specified time frame",
]);
/** The end of what a person reads of a run that gave no image. */
export const ENDING = [
  `The whole log: az acr task logs --registry ${REGISTRY_NAME} --run-id cb1`,
  "The image that is deployed stays as it is.",
];

export class RegistryBench {
  readonly lines: string[] = [];
  readonly waits: number[] = [];
  readonly messages: string[] = [];
  readonly requests: PipelineRequest[] = [];
  readonly aborter = new AbortController();
  readonly folder = new Folder().write("Dockerfile", "FROM scratch\n").write("app.js", "");
  /** Called after each wait of a build, with its number from 1. */
  onWait: (count: number) => void = () => {};
  clockMs = 0;
  readonly #secrets = new Set<string>();

  private constructor(readonly emulation: RegistryEmulation) {}

  static async start(overrides: Partial<AzureState> = {}): Promise<RegistryBench> {
    return new RegistryBench(await RegistryEmulation.start(overrides));
  }

  /** Ends it, and shows that nobody was told a token or a signature. */
  async close(): Promise<void> {
    this.folder.remove();
    await this.emulation.azure.close();
    const said = [...this.lines, ...this.messages].join("\n");
    assert.deepEqual(
      [...this.#secrets].filter((secret) => said.includes(secret)),
      [],
    );
  }

  set builder(builder: EmulatedBuilder) {
    this.emulation.azure.state.builder = builder;
  }

  set roleMode(roleAssignmentMode: string) {
    this.emulation.azure.state.registries = [{ id: REGISTRY_ID, loginServer: LOGIN_SERVER, roleAssignmentMode }];
  }

  /** Answers in Azure's place while it gives an answer. */
  set fault(fault: (request: EmulatedRequest) => EmulatedResponse | undefined) {
    this.emulation.azure.fault = fault;
  }

  registry(roleMode: RegistryRoleMode = "legacy", change: Partial<RegistryAccess> = {}): Registry {
    const token = async (audience: string) => {
      const issued = await this.emulation.token(audience);
      this.#secrets.add(issued);
      return issued;
    };
    const httpClient: HttpClient = {
      sendRequest: (request) => {
        this.requests.push(request);
        const { searchParams, search } = new URL(request.url);
        const signature = searchParams.get("sig");
        if (signature !== null) this.#secrets.add(signature).add(search);
        return this.emulation.http.sendRequest(request);
      },
    };
    return connectRegistry({ registryId: REGISTRY_ID, loginServer: LOGIN_SERVER, token, roleMode, httpClient, ...change });
  }

  build(change: Partial<BuildRequest> = {}, registry: Registry = this.registry()): Promise<BuiltImage> {
    const context = this.folder.read();
    const request = { context, repository: "app", tag: "1", arguments: {}, timeoutSeconds: TIMEOUT_SECONDS, ...change };
    return buildImage(registry, request, {
      signal: this.aborter.signal,
      log: (line) => this.lines.push(line),
      now: () => this.clockMs,
      wait: async (milliseconds, signal) => {
        this.waits.push(milliseconds);
        this.clockMs += milliseconds;
        this.onWait(this.waits.length);
        await setImmediate();
        signal.throwIfAborted();
      },
    });
  }

  /** Schedules a build of something, and gives its run's id. */
  async schedule(registry: Registry = this.registry(), change: Partial<RunRequest> = {}): Promise<string> {
    const { signal } = this.aborter;
    const source = change.source ?? (await registry.upload(ARCHIVE, signal));
    const content = { repository: "app", tag: "1", dockerfile: "Dockerfile", arguments: {}, source };
    return registry.schedule({ ...content, timeoutSeconds: TIMEOUT_SECONDS, ...change }, signal);
  }

  /** What the work that fails says. */
  async failure(work: Promise<unknown>): Promise<string> {
    const error = await work.then(
      (value) => assert.fail(`it gave ${JSON.stringify(value)}`),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error);
    assert.equal(error.name, "BuildError", error.stack);
    this.messages.push(error.message, error.stack ?? "");
    return error.message;
  }

  /** What was asked of Azure, oldest first, without the registry's own id and the names of blobs. */
  get calls(): string[] {
    return this.emulation.azure.network.calls.map(({ host, method, path }) => {
      const short = host.includes(".blob.") ? path.replace(/^.*\/(source|logs)\/.*$/, "$1") : path.replace(REGISTRY_ID, "");
      return `${method} ${short === "" ? "/" : short}`;
    });
  }
}
